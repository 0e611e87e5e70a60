// The person's own programs that are told things: where they are, whether they take it, and the secret that signs it.
import { call, Problem, type Delivery, type Webhook } from '$lib/api/client';
import { t } from '$lib/i18n/index.svelte';
import { toasts } from '$lib/ui/toasts.svelte';
import { connection } from './connection.svelte';
import { me } from './me.svelte';
import { sendSettings } from './preferences';
import { told } from './told.svelte';
import { history } from './undo.svelte';

const PATH = '/me/webhooks';
/** How many of the last deliveries to a program are shown. */
const SHOWN = 3;

class Hooks {
  all: Webhook[] = $state.raw([]);
  ready = $state(false);
  /** A secret that was just made. The server shows it once, so it stays here until the person says that it is kept. */
  fresh: { url: string; secret: string } | undefined = $state.raw();

  async load(): Promise<void> {
    try {
      this.all = (await call<Webhook[]>('GET', PATH)).value;
      this.ready = true;
    } catch (error) {
      if (!(error instanceof Problem) || error.passing) connection.whenBack(() => void this.load());
    }
  }

  /** What was last sent to a program, and what became of it. */
  deliveries(id: string): Delivery[] {
    return told.all.flatMap((one) => one.deliveries.filter(({ webhook }) => webhook === id)).slice(0, SHOWN);
  }

  /** Has a program told from now on. Why not, if that was refused. */
  async add(url: string): Promise<string | undefined> {
    try {
      const { value } = await call<Webhook>('POST', PATH, { body: { url }, key: crypto.randomUUID() });
      this.#show(value);
      await this.#renew();
      return undefined;
    } catch (error) {
      return reason(error);
    }
  }

  /** Has a program told nothing more. Taken back, it is told again, under the secret that it knows. */
  async remove({ id, url }: Webhook): Promise<void> {
    const before = me.settings;
    const remove = () => this.#try(() => call('DELETE', `${PATH}/${id}`));
    if (!(await remove()) || !before) return;
    if (this.fresh?.url === url) this.fresh = undefined;
    const { webhooks, channels } = before;
    const undo = async () => {
      await sendSettings({ webhooks: [...new Set([...(me.settings?.webhooks ?? []), ...webhooks])], channels });
      await this.#renew();
    };
    history.tell({ label: t('hooks.removed'), undo, redo: remove });
  }

  /** Sends to a program again that failed too often. */
  async enable(id: string): Promise<void> {
    if (await this.#try(() => call('POST', `${PATH}/${id}/enable`))) toasts.show(t('hooks.enabled'));
  }

  /** Gives a program another secret: the one before counts no more. */
  async renewSecret(id: string): Promise<void> {
    await this.#try(async () => this.#show((await call<Webhook>('POST', `${PATH}/${id}/secret`, { key: crypto.randomUUID() })).value));
  }

  #show({ url, secret }: Webhook): void {
    if (secret !== undefined) this.fresh = { url, secret };
  }

  async #renew(): Promise<void> {
    await Promise.all([this.load(), me.load()]);
  }

  async #try(run: () => Promise<unknown>): Promise<boolean> {
    try {
      await run();
      return true;
    } catch (error) {
      toasts.show(reason(error), { kind: 'error' });
      return false;
    } finally {
      await this.#renew();
    }
  }
}

function reason(error: unknown): string {
  return error instanceof Problem ? error.reason : t('offline.title');
}

export const hooks = new Hooks();
