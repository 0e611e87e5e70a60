// Changes on their way to the server: shown at once, sent in order, kept while nobody answers, taken back when refused.
import { call, Problem, Unreachable, type Todo, type TodoPatch } from '$lib/api/client';
import { remember, remembered } from '$lib/ui/settings.svelte';
import { connection } from './connection.svelte';
import { conflicts } from './conflicts.svelte';
import { same, type Field, type Item, type Patch } from './item';
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
export type Op = Creation | Change;
export type Outcome = { ok: true; id: string } | { ok: false; problem?: Problem };

const KEY = 'todo.outbox';
const AT_ONCE = 6;

class Outbox {
  #queue: Op[] = $state.raw([]);
  readonly #flying = new Set<string>();
  readonly #again = (): void => this.pump();
  readonly #waiting = new Map<string, (outcome: Outcome) => void>();
  /** Who is told of a refusal. */
  onrefused: (op: Op, problem: Problem) => void = () => {};

  /** How many changes are not acknowledged. */
  readonly length: number = $derived(this.#queue.length);

  /** Shows a change and sends it. */
  submit(op: Op): Promise<Outcome> {
    if (op.kind === 'create') todos.invent(op.preview);
    else todos.overlay(op.id, op.key, op.patch);
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

  /** Lays changes over todos that were loaded after them. */
  overlayAgain(): void {
    for (const op of this.#queue) {
      if (op.kind === 'change' && !todos.get(op.id)?.pending) todos.overlay(op.id, op.key, op.patch);
    }
  }

  /** Whether a change of `id` is on its way. */
  busy(id: string): boolean {
    return this.#queue.some((op) => todos.current(op.id) === id);
  }

  get creating(): boolean {
    return this.#queue.some((op) => op.kind === 'create' && this.#flying.has(op.key));
  }

  /** Sends what may be sent: of one todo one change at a time, and nothing into the void. */
  pump(): void {
    // It may have been the live updates that found nobody there: then no change has failed yet that would try again.
    if (connection.away) return connection.whenBack(this.#again);
    const taken = new Set<string>();
    for (const op of this.#queue) {
      const id = todos.current(op.id);
      if (this.#flying.size >= AT_ONCE) return;
      if (!this.#flying.has(op.key) && !taken.has(id)) void this.#send(op);
      taken.add(id);
    }
  }

  async #send(op: Op): Promise<void> {
    this.#flying.add(op.key);
    try {
      const id = op.kind === 'create' ? await create(op) : await change(op);
      this.#done(op, { ok: true, id });
    } catch (error) {
      if (error instanceof Unreachable || (error instanceof Problem && error.passing)) {
        this.#flying.delete(op.key);
        connection.lost(this.#again);
        return;
      }
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
      const clashing = (Object.keys(fields) as Field[]).filter(
        (field) => field !== 'order' && field in seen && !same(server[field], seen[field]) && !same(server[field], fields[field]),
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
      todos.answered((await call<Todo>('PATCH', `/todos/${id}`, { body: fields as TodoPatch, key, ...options })).value);
      return;
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 412 || attempt > 8) throw error;
      todos.take([(await call<Todo>('GET', `/todos/${id}`)).value]);
    }
  }
}

export const outbox = new Outbox();
