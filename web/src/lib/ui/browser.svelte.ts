// What the browser itself shows, outside the page, if the person wants that and lets it.
import { t } from '$lib/i18n/index.svelte';
import { remember, remembered } from './settings.svelte';

const KEY = 'todo.browser';
const able = 'Notification' in window;

class BrowserTells {
  permission: NotificationPermission = $state(able ? Notification.permission : 'denied');
  #wanted = $state(remembered<boolean>(KEY) ?? false);

  readonly on: boolean = $derived(this.#wanted && this.permission === 'granted');

  async want(wanted: boolean): Promise<void> {
    if (wanted && able) this.permission = await Notification.requestPermission();
    this.#wanted = wanted;
    remember(KEY, wanted);
  }

  /** Shows a text, however many windows are open: the same `id` is shown once. */
  show(id: string, text: string, onopen: () => void): void {
    // Whoever looks at the page sees it there.
    if (!this.on || document.visibilityState === 'visible') return;
    const shown = new Notification(t('app.name'), { body: text, tag: id });
    shown.onclick = () => {
      window.focus();
      shown.close();
      onopen();
    };
  }
}

export const browserTells = new BrowserTells();
