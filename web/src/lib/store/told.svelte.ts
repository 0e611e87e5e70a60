// What a person is told: reminders that rang, and into which lists they are asked.
import { call, Problem, type Notification as Told, type ReceivedInvitation, type Todo } from '$lib/api/client';
import { momentLabel } from '$lib/dates';
import { t } from '$lib/i18n/index.svelte';
import { browserTells } from '$lib/ui/browser.svelte';
import { router } from '$lib/ui/route.svelte';
import { toasts } from '$lib/ui/toasts.svelte';
import { connection } from './connection.svelte';
import { me } from './me.svelte';
import { Order } from './order';
import { settled } from './settled';
import { shelf } from './shelf.svelte';
import { todos } from './todos.svelte';
import { history } from './undo.svelte';

/** How many of them are looked at. */
const SHOWN = 100;
/** Until a view has what the stream told of already. */
const SOON = 300;

/** An event of the stream by which the person is told something. */
export interface Rung {
  eventType: string;
  aggregateId: string;
  data: { subject?: { kind: string; todo?: string }; targets?: { by: string }[] };
}

export type Until = { minutes: number } | { until: string };

class Notifications {
  all: Told[] = $state.raw([]);
  invitations: ReceivedInvitation[] = $state.raw([]);
  failed = $state(false);
  ready = $state(false);
  /** Nobody was told of what was dropped. */
  readonly shown: Told[] = $derived(this.all.filter((one) => one.status !== 'dropped'));
  readonly unread: Told[] = $derived(this.shown.filter((one) => one.readAt === undefined));
  readonly count: number = $derived(this.unread.length + this.invitations.length);
  readonly #order = new Order();
  #timer: ReturnType<typeof setTimeout> | undefined;

  async load(): Promise<void> {
    const take = this.#order.ask();
    try {
      const [all, invitations] = await Promise.all([call<Told[]>('GET', `/me/notifications?limit=${SHOWN}`), call<ReceivedInvitation[]>('GET', '/me/invitations')]);
      if (!take()) return;
      // A view may be behind what was read here a moment ago.
      const read = new Map(this.all.map((one) => [one.id, one.readAt]));
      this.all = all.value.map((one) => ({ ...one, ...(one.readAt === undefined && read.get(one.id) ? { readAt: read.get(one.id) } : {}) }) as Told);
      this.invitations = invitations.value;
      this.failed = false;
      this.ready = true;
    } catch (error) {
      this.failed = true;
      if (!(error instanceof Problem) || error.passing) connection.whenBack(() => void this.load());
    }
  }

  /** Loads them soon, once for all that is told until then. */
  renew(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.load();
    }, SOON);
  }

  /** Loads them until they show what was told. */
  async #until(shown: () => boolean): Promise<void> {
    await settled(async () => {
      await this.load();
      return shown();
    });
  }

  /** What the stream tells of a list: whether the person is asked into it. */
  invited({ aggregateId, eventType, data }: { aggregateId: string; eventType: string; data: { user?: string } }): void {
    if (data.user !== me.id || !/^(MemberInvited|Invitation)/.test(eventType)) return this.renew();
    const asked = eventType === 'MemberInvited';
    void this.#until(() => this.invitations.some(({ id }) => id === aggregateId) === asked);
  }

  /** What the stream tells. */
  heard({ eventType, aggregateId, data }: Rung): void {
    if (eventType === 'NotificationPlanned') void this.#until(() => this.all.some(({ id, status }) => id === aggregateId && status !== 'planning'));
    else this.renew();
    if (eventType !== 'NotificationPlanned' || !data.targets?.some(({ by }) => by === 'page')) return;
    void this.#show(aggregateId, data.subject?.todo);
  }

  async #show(id: string, todo: string | undefined): Promise<void> {
    const text = todo === undefined ? t('told.test') : t('told.reminder', { title: await titleOf(todo) });
    const open = () => {
      void this.read(id);
      if (todo !== undefined) router.open(todo);
    };
    toasts.show(text, { kind: 'reminder', action: { label: t(todo === undefined ? 'told.read' : 'told.open'), run: open } });
    browserTells.show(id, text, open);
  }

  /** The person has seen it. */
  async read(...ids: string[]): Promise<void> {
    const readAt = new Date().toISOString();
    this.all = this.all.map((one) => (ids.includes(one.id) && one.readAt === undefined ? { ...one, readAt } : one));
    await attempt(() => Promise.all(ids.map((id) => call('POST', `/me/notifications/${id}/read`))));
  }

  /** Has everything tried that tells the person something. */
  async test(): Promise<void> {
    await attempt(() => call('POST', '/me/notifications/test', { key: crypto.randomUUID() }));
  }

  /** Puts a reminder off; the one that rang last, if none is named. */
  async snooze(todo: string, until: Until, reminder?: string): Promise<void> {
    const body = { ...until, ...(reminder === undefined ? {} : { reminder }) };
    const put = async () => {
      const { value } = await call<Todo>('POST', `/todos/${todo}/snooze`, { body, key: crypto.randomUUID() });
      todos.answered(value);
      return value;
    };
    let done: Todo | undefined;
    if (!(await attempt(async () => void (done = await put()))) || !done) return;
    const { version } = done;
    const at = 'until' in until ? until.until : new Date(Date.now() + until.minutes * 60_000).toISOString();
    const undo = () => attempt(async () => todos.answered((await call<Todo>('POST', `/todos/${todo}/undo`, { body: { version }, key: crypto.randomUUID() })).value));
    history.tell({ label: t('did.snoozed', { at: momentLabel(at) }), undo, redo: () => attempt(put) });
  }

  /** Says yes or no to an invitation. */
  async answer({ id, name }: ReceivedInvitation, yes: boolean): Promise<void> {
    const done = await attempt(() => call('POST', `/me/invitations/${id}/${yes ? 'accept' : 'decline'}`, { key: crypto.randomUUID() }));
    if (done) this.invitations = this.invitations.filter((one) => one.id !== id);
    if (done) toasts.show(t(yes ? 'invitations.accepted' : 'invitations.declined', { name }), yes ? { action: { label: t('told.open'), run: () => router.go('list', id) } } : {});
    this.renew();
    if (done && yes) await shelf.load();
  }
}

async function titleOf(todo: string): Promise<string> {
  const known = todos.get(todo)?.title;
  if (known !== undefined) return known;
  return call<Todo>('GET', `/todos/${todo}`).then(({ value }) => (todos.take([value]), value.title), () => t('told.gone'));
}

/** Whether it was done; says so where it was not. */
async function attempt(run: () => Promise<unknown>): Promise<boolean> {
  try {
    await run();
    return true;
  } catch (error) {
    toasts.show(error instanceof Problem ? error.reason : t('offline.title'), { kind: 'error' });
    return false;
  }
}

export const told = new Notifications();
