// What a person can do: each is shown at once, sent, and can be undone.
import { call, Problem, type Todo, type Understood } from '$lib/api/client';
import { dueLabel } from '$lib/dates';
import { t, type Key } from '$lib/i18n/index.svelte';
import { now } from '$lib/ui/now.svelte';
import { ZONE } from '$lib/ui/settings.svelte';
import { toasts } from '$lib/ui/toasts.svelte';
import { connection } from './connection.svelte';
import { EMPTY, inverse, type Item, type Patch } from './item';
import { changeMany } from './many';
import { me } from './me.svelte';
import { outbox, type Outcome } from './outbox.svelte';
import { shelf } from './shelf.svelte';
import { todos } from './todos.svelte';
import { history } from './undo.svelte';

/** Where new todos go: above all others. */
const STEP = 1024;

/** Changes some todos. `seen` is what the person saw when they began, if that is longer ago. Gives how many were refused. */
export async function change(ids: readonly string[], patch: Patch | ((item: Item) => Patch), label: string, seen?: Patch): Promise<number> {
  const steps: { id: string; patch: Patch; base: Patch }[] = [];
  for (const id of ids) {
    const item = todos.get(id);
    if (!item) continue;
    const wanted = typeof patch === 'function' ? patch(item) : patch;
    steps.push({ id, patch: wanted, base: seen ?? inverse(item, wanted) });
  }
  if (steps.length === 0) return 0;
  const toast = toasts.show(label, {
    action: { label: t('undo'), run: () => void history.undo() },
    ...(steps.length > 20 ? { progress: 0 } : {}),
  });
  history.push({ label, steps: steps.map((step) => ({ id: step.id, patch: step.base, base: step.patch })) });
  let done = 0;
  let refused = 0;
  const all = steps.map(async (step) => {
    const outcome = await send(step);
    done += 1;
    if (!outcome.ok) refused += 1;
    if (steps.length > 20) toasts.update(toast, { progress: done / steps.length });
  });
  await Promise.all(all);
  if (steps.length > 20) {
    toasts.update(toast, { progress: 1 });
    toasts.hold(toast, false);
  }
  // One alone has said why itself.
  if (refused > 0 && steps.length > 1) toasts.show(t('bulk.refused', { n: refused }), { kind: 'error' });
  return refused;
}

function send(step: { id: string; patch: Patch; base: Patch }): Promise<Outcome> {
  return outbox.submit({ kind: 'change', key: crypto.randomUUID(), ...step });
}

/** The smallest place there is, less a step. */
export function above(): number {
  let least = 0;
  for (const item of todos.open) if (item.order !== null && item.order < least) least = item.order;
  return Math.floor(least) - STEP;
}

/** Creates what was typed. `understood` is shown until the server has read it itself. */
export async function quickAdd(text: string, understood: Understood | undefined, extra: Patch = {}): Promise<Outcome> {
  const order = above();
  const preview = invented({ title: understood?.title ?? text, order, ...pick(understood), ...extra });
  const now = new Date().toISOString();
  const outcome = outbox.submit({
    kind: 'create',
    key: crypto.randomUUID(),
    id: preview.id,
    path: '/quick-add',
    body: { text, zone: ZONE, now, create: true, order, ...(extra.list === undefined ? {} : { list: extra.list }) },
    preview,
  });
  created(preview);
  return outcome;
}

/** Creates todos from their fields. */
export async function createAll(drafts: (Patch & { title: string })[], label: string): Promise<void> {
  const order = above();
  const items = drafts.map((draft, at) => invented({ ...draft, order: order + at }));
  const all = items.map((item) => {
    const { title, description, tags, priority, due } = item;
    const body = { title, description, tags, priority, due, order: item.order };
    return outbox.submit({ kind: 'create', key: crypto.randomUUID(), id: item.id, path: '/todos', body, preview: item });
  });
  history.push({ label, steps: items.map((item) => ({ id: item.id, patch: { deleted: true }, base: { deleted: false } })) });
  await Promise.all(all);
}

function pick(understood: Understood | undefined): Patch {
  return understood ? { due: understood.due ?? null, tags: understood.tags, priority: understood.priority ?? null } : {};
}

function invented(fields: Patch): Item {
  const id = `local-${crypto.randomUUID()}`;
  const at = new Date().toISOString();
  return { ...EMPTY, tags: [], subtasks: [], reminders: [], progress: null, title: '', deleted: false, pending: true, id, url: '', version: 0, list: me.inbox, createdAt: at, updatedAt: at, ...fields };
}

function created(item: Item): void {
  history.tell({ label: t('did.created'), steps: [{ id: item.id, patch: { deleted: true }, base: { deleted: false } }] });
}

/** Changes one by itself, and many by one operation. */
function each(ids: readonly string[], patch: Patch | ((item: Item) => Patch), label: string, body: Record<string, unknown>): Promise<number> {
  if (ids.length < 2) return change(ids, patch, label);
  return changeMany(ids, typeof patch === 'function' ? patch : () => patch, label, { path: '/todos/bulk', body });
}

/** Does what brings a todo that comes again to its next occurrence, and says when that is. */
async function goOn(id: string, done: Key, run: () => Promise<Outcome>): Promise<number> {
  if (!(await run()).ok) return 1;
  const item = todos.server(id);
  if (!item) return 0;
  const { version } = item;
  const next = !item.completed && item.due ? t(done, { day: dueLabel(item.due, now.today) }) : label('did.completed', [id]);
  history.tell({ label: next, undo: () => ask(id, `/todos/${id}/undo`, { version }), redo: run });
  return 0;
}

/** Has the server do something to a todo, and shows what it is then. */
async function ask(id: string, path: string, body?: object): Promise<Outcome> {
  try {
    todos.answered((await call<Todo>('POST', path, { key: crypto.randomUUID(), ...(body ? { body } : {}) })).value);
    return { ok: true, id };
  } catch (error) {
    toasts.show(error instanceof Problem ? error.reason : t('offline.title'), { kind: 'error' });
    return { ok: false };
  }
}

/** Passes over an occurrence. */
export function skip(id: string): Promise<number> {
  return goOn(id, 'did.skipped', () => ask(id, `/todos/${id}/skip`));
}

/** Completes open todos, or reopens completed ones. */
export function setCompleted(ids: readonly string[], completed: boolean): Promise<number> {
  const [id] = ids;
  if (completed && id !== undefined && ids.length === 1 && todos.get(id)?.recurrence && !connection.away) {
    return goOn(id, 'did.next', () => send({ id, patch: { completed: true }, base: { completed: false } }));
  }
  return each(ids, { completed }, label(completed ? 'did.completed' : 'did.reopened', ids), { do: completed ? 'complete' : 'reopen' });
}

export function remove(ids: readonly string[]): Promise<number> {
  return each(ids, { deleted: true }, label('did.deleted', ids), { do: 'delete' });
}

export function restore(ids: readonly string[]): Promise<number> {
  return each(ids, { deleted: false }, label('did.restored', ids), { do: 'restore' });
}

export function setPriority(ids: readonly string[], priority: Item['priority']): Promise<number> {
  return each(ids, { priority }, label('did.changed', ids), { do: 'priority', priority });
}

export function set(ids: readonly string[], patch: Patch): Promise<number> {
  return change(ids, patch, label('did.changed', ids));
}

/** Puts todos into a list. */
export function moveTo(ids: readonly string[], list: string): Promise<number> {
  const moving = ids.filter((id) => todos.get(id)?.list !== list);
  const name = shelf.of(list)?.name ?? t('view.inbox');
  return each(moving, { list }, t('did.movedTo', { n: moving.length, name }), { do: 'move', list });
}

export function addTag(ids: readonly string[], tag: string): Promise<number> {
  const tagged = (item: Item) => ({ tags: [...new Set([...item.tags, tag])].sort() });
  return each(ids, tagged, label('did.changed', ids), { do: 'tag', tag });
}

/** Puts one between two others, giving places to those before it that have none. */
export async function move(id: string, ordered: readonly Item[], to: number): Promise<void> {
  const others = ordered.filter((item) => item.id !== id);
  const before = others.slice(0, to);
  const missing = before.filter((item) => item.order === null);
  let last = before.findLast((item) => item.order !== null)?.order ?? 0;
  if (missing.length > 0) {
    const places = new Map(missing.map((item) => [item.id, (last += STEP)]));
    places.set(id, last + STEP);
    await change([...places.keys()], (item) => ({ order: places.get(item.id) ?? null }), t('did.moved'));
    return;
  }
  const low = before.at(-1)?.order;
  const high = others[to]?.order;
  const order = low == null ? (high == null ? 0 : high - STEP) : high == null ? low + STEP : (low + high) / 2;
  await change([id], { order }, t('did.moved'));
}

function label(key: Key, ids: readonly string[]): string {
  return t(key, { n: ids.length });
}
