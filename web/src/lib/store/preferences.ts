// What a person wants changed of how the platform treats them.
import { call, Problem, type Me, type MePatch } from '$lib/api/client';
import { t } from '$lib/i18n/index.svelte';
import { toasts } from '$lib/ui/toasts.svelte';
import { me } from './me.svelte';
import { history } from './undo.svelte';

/** Changes settings, with the way back. Whether it was done. */
export async function change(patch: MePatch): Promise<boolean> {
  const before = me.settings;
  if (!before) return false;
  const back = Object.fromEntries(Object.keys(patch).map((field) => [field, before[field as keyof Me]])) as MePatch;
  if (!(await sendSettings(patch))) return false;
  history.tell({ label: t('settings.changed'), undo: () => sendSettings(back), redo: () => sendSettings(patch) });
  return true;
}

/** Sends a change of settings. Whether it was done; says so where it was not. */
export async function sendSettings(patch: MePatch): Promise<boolean> {
  try {
    me.take((await call<Me>('PATCH', '/me', { body: patch, key: crypto.randomUUID() })).value);
    return true;
  } catch (error) {
    toasts.show(error instanceof Problem ? error.reason : t('offline.title'), { kind: 'error' });
    return false;
  }
}
