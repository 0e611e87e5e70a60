// Changes on their way to the server: shown at once, sent in order, kept while nobody answers, taken back when refused.
import { call, Problem, type Operation, type OperationItem, Unreachable, type Todo, type TodoPatch } from '$lib/api/client';
import { forget, remember, remembered } from '$lib/ui/settings.svelte';
import { session } from '$lib/api/session.svelte';
import { connection } from './connection.svelte';
import { conflicts } from './conflicts.svelte';
import { begin, follow, itemsOf, type Begin } from './operations';
import { sameField, sent, type Field, type Item, type Patch } from './item';
import { me } from './me.svelte';
import { todos } from './todos.svelte';

interface Common {
  /** The Idempotency-Key: sent twice, it has its effect once. */
  key: string;
  id: string;
}
export interface Creation extends Common {
  kind: 'create';
  body: Record<string, unknown>;
  path: '/todos' | '/quick-add';
  preview: Item;
}
export interface Change extends Common {
  kind: 'change';
  patch: Patch;
  /** What the person saw when they changed it. */
  base: Patch;
}
/** One change of many todos, as one operation of the server's. */
export interface Bulk extends Common {
  kind: 'bulk';
  ids: string[];
  /** What is sent for them, but for their ids where it names them. */
  begin: Begin;
}
export type Op = Creation | Change | Bulk;
export type Outcome = { ok: true; id: string; operation?: Operation; items?: OperationItem[] } | { ok: false; problem?: Problem };

const KEY = 'todo.outbox';
const AT_ONCE = 6;

/** What is seen of a bulk change before it is over. */
export interface Shown {
  patches: ReadonlyMap<string, Patch>;
  told: (operation: Operation) => void;
}

/** The todos that a change is about. */
function touched(op: Op): string[] {
  return op.kind === 'bulk' ? op.ids.map((id) => todos.current(id)) : [todos.current(op.id)];
}

class Outbox {
  #queue: Op[] = $state.raw([]);
  readonly #flying = new Set<string>();
  readonly #again = (): void => this.pump();
  readonly #waiting = new Map<string, (outcome: Outcome) => void>();
  /** What is seen of the bulk changes that are on their way. */
  readonly #shown = new Map<string, Shown>();
  /** Who is told of a refusal. */
  onrefused: (op: Op, problem: Problem) => void = () => {};

  /** How many changes are not acknowledged. */
  readonly length: number = $derived(this.#queue.length);

  /** Shows a change and sends it. */
  submit(op: Op, shown?: Shown): Promise<Outcome> {
    if (op.kind === 'create') todos.invent(op.preview);
    else if (op.kind === 'change') todos.overlay(op.id, op.key, op.patch);
    else if (shown) {
      this.#shown.set(op.key, shown);
      for (const [id, patch] of shown.patches) todos.overlay(id, op.key, patch);
    }
    this.#set([...this.#queue, op]);
    const outcome = new Promise<Outcome>((resolve) => this.#waiting.set(op.key, resolve));
    this.pump();
    return outcome;
  }

  /** Takes up what an earlier visit could not send. */
  resume(): void {
    const left = remembered<Op[]>(KEY) ?? [];
    for (const op of left) {
      if (op.kind === 'create') todos.invent(op.preview);
      this.#set([...this.#queue, op]);
    }
    this.pump();
  }

  /** Forgets everything: somebody else will sit here. */
  forget(): void {
    this.#queue = [];
    forget(KEY);
  }

  /** Lays changes over todos that were loaded after them. */
  overlayAgain(): void {
    for (const op of this.#queue) {
      if (op.kind === 'change' && !todos.get(op.id)?.pending) todos.overlay(op.id, op.key, op.patch);
    }
  }

  /** Whether a change of `id` is on its way. */
  busy(id: string): boolean {
    return this.#queue.some((op) => touched(op).includes(id));
  }

  get creating(): boolean {
    return this.#queue.some((op) => op.kind === 'create' && this.#flying.has(op.key));
  }

  /** Sends what may be sent: of one todo one change at a time, and nothing into the void. */
  pump(): void {
    // It may have been the live updates that found nobody there: then no change has failed yet that would try again.
    if (connection.away) return connection.whenBack(this.#again);
    // Kept until the server knows again who it is.
    if (session.refused) return;
    const taken = new Set<string>();
    for (const op of this.#queue) {
      const ids = touched(op);
      if (this.#flying.size >= AT_ONCE) return;
      if (!this.#flying.has(op.key) && !ids.some((id) => taken.has(id))) void this.#send(op);
      for (const id of ids) taken.add(id);
    }
  }

  async #send(op: Op): Promise<void> {
    this.#flying.add(op.key);
    try {
      if (op.kind === 'bulk') return this.#done(op, await bulk(op, this.#shown.get(op.key)));
      const id = op.kind === 'create' ? await create(op) : await change(op);
      this.#done(op, { ok: true, id });
    } catch (error) {
      if (error instanceof Unreachable || (error instanceof Problem && error.passing)) {
        this.#flying.delete(op.key);
        connection.lost(this.#again);
        return;
      }
      if (error instanceof Problem && error.status === 401) return void this.#flying.delete(op.key);
      if (op.kind === 'create') todos.forget(op.id);
      const problem = error instanceof Problem ? error : undefined;
      if (problem) this.onrefused(op, problem);
      this.#done(op, problem ? { ok: false, problem } : { ok: false });
    }
  }

  #done(op: Op, outcome: Outcome): void {
    this.#flying.delete(op.key);
    this.#set(this.#queue.filter((other) => other.key !== op.key));
    if (op.kind === 'change') todos.lift(op.id, op.key);
    for (const id of this.#shown.get(op.key)?.patches.keys() ?? []) todos.lift(id, op.key);
    this.#shown.delete(op.key);
    this.#waiting.get(op.key)?.(outcome);
    this.#waiting.delete(op.key);
    this.pump();
  }

  #set(queue: Op[]): void {
    this.#queue = queue;
    // A long queue is a bulk change on a good line: writing it down each time would be slow, and losing it costs little.
    if (queue.length < 50 || connection.away) remember(KEY, queue);
  }
}

async function create(op: Creation): Promise<string> {
  const { value } = await call<Todo>('POST', op.path, { body: op.body, key: op.key });
  todos.born(op.id, value);
  return value.id;
}

/** Begins an operation, follows it and takes over what became of each todo. */
async function bulk(op: Bulk, shown: Shown | undefined): Promise<Outcome> {
  const { path, body } = op.begin;
  const named = body === undefined ? {} : { body: { ...body, todos: touched(op) } };
  const operation = await follow(await begin({ path, ...named }, op.key), shown?.told ?? (() => {}));
  const items = await itemsOf(operation.id);
  for (const item of items) {
    const patch = shown?.patches.get(item.id);
    // What comes again is not done: it is due again, and only the server knows when.
    if (patch?.completed !== undefined && todos.server(item.id)?.recurrence) todos.take([(await call<Todo>('GET', `/todos/${item.id}`)).value]);
    else if (patch && item.version !== undefined && item.undone === undefined) todos.settle(item.id, patch, item.version);
  }
  // What this page did not see begin, or what was taken back in the end, it looks up.
  if (!shown || operation.status !== 'completed') await onlooked();
  return { ok: true, id: op.id, operation, items };
}

let onlooked: () => Promise<void> = async () => {};
/** Has everything loaded anew where a bulk change left it unclear how todos stand. */
export function whenUnclear(load: () => Promise<void>): void {
  onlooked = load;
}

async function change(op: Change): Promise<string> {
  const id = todos.current(op.id);
  const { deleted, ...fields } = op.patch;
  if (deleted === true) {
    await call('DELETE', `/todos/${id}`, { key: op.key });
    todos.trashed(id);
  } else if (deleted === false) {
    todos.answered((await call<Todo>('POST', `/todos/${id}/restore`, { key: op.key })).value);
  } else {
    await patch(id, op, fields);
  }
  return id;
}

/** Merges field by field: only where both changed the same field, the person is asked. */
async function patch(id: string, op: Change, fields: Patch): Promise<void> {
  let base: Patch = op.base;
  for (let attempt = 0; ; attempt++) {
    const server = todos.server(id);
    if (server) {
      const seen: Patch = base;
      const same = (field: Field, a: unknown, b: unknown) => sameField(field, a, b, me.id);
      const clashing = (Object.keys(fields) as Field[]).filter(
        (field) => field !== 'order' && field in seen && !same(field, server[field], seen[field]) && !same(field, server[field], fields[field]),
      );
      if (clashing.length > 0) {
        const chosen = await conflicts.ask(server, fields, clashing);
        fields = { ...fields, ...chosen };
        base = server;
      }
    }
    try {
      // A key belongs to one request: another version is another request.
      const key = attempt === 0 ? op.key : `${op.key}-${attempt}`;
      const options = server && server.version > 0 ? { ifMatch: server.version } : {};
      const body = Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, sent(field, value, server?.subtasks ?? [], me.id)]));
      todos.answered((await call<Todo>('PATCH', `/todos/${id}`, { body: body as TodoPatch, key, ...options })).value);
      return;
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 412 || attempt > 8) throw error;
      todos.take([(await call<Todo>('GET', `/todos/${id}`)).value]);
    }
  }
}

export const outbox = new Outbox();
