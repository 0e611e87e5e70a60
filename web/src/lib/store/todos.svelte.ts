// The todos that the page knows: what the server said, with the changes that are on their way laid over it.
import type { Todo } from '$lib/api/client';
import { itemOf, type Item, type Patch } from './item';

interface Entry {
  server: Item;
  /** Laid over in this order. */
  overlays: { key: string; patch: Patch }[];
  shown: Item;
}

class Todos {
  readonly #entries = new Map<string, Entry>();
  /** Ids that the server gave to what was created under a name of our own. */
  readonly #renamed = new Map<string, string>();
  /** The versions at which todos went out of sight: answers that are older must not bring them back. */
  readonly #gone = new Map<string, number>();
  #changes = $state(0);
  #scheduled = false;

  /** All of them, in no order. */
  readonly all: Item[] = $derived.by(() => {
    void this.#changes;
    return [...this.#entries.values()].map((entry) => entry.shown);
  });
  readonly open: Item[] = $derived(this.all.filter((item) => !item.completed && !item.deleted));

  get(id: string): Item | undefined {
    void this.#changes;
    return this.#entries.get(this.current(id))?.shown;
  }

  /** What the server said last. */
  server(id: string): Item | undefined {
    return this.#entries.get(this.current(id))?.server;
  }

  /** The id that a todo has now. */
  current(id: string): string {
    return this.#renamed.get(id) ?? id;
  }

  /** Takes what the server says, unless something newer is known. */
  take(todos: readonly Todo[], deleted = false): void {
    for (const todo of todos) this.#put(itemOf(todo, deleted));
    this.#touch();
  }

  /** Takes the answer to a change: whatever stands in it is true. */
  answered(todo: Todo, deleted = false): void {
    const before = this.server(todo.id);
    // Times may be left out of an answer.
    const now = new Date().toISOString();
    const filled = { createdAt: before?.createdAt ?? now, updatedAt: now, ...todo };
    this.#put(itemOf(filled as Todo, deleted));
    this.#touch();
  }

  /** A change of which only the version is told back has had its effect. */
  settle(id: string, patch: Patch, version: number): void {
    const entry = this.#entries.get(this.current(id));
    if (!entry || entry.server.version >= version) return;
    const now = new Date().toISOString();
    const completedAt = patch.completed === true ? { completedAt: now } : patch.completed === false ? { completedAt: null } : {};
    entry.server = { ...entry.server, ...patch, ...completedAt, version, updatedAt: now } as Item;
    this.#show(entry);
    this.#touch();
  }

  /** It lies in the trash since `version`. */
  trashed(id: string, version?: number): void {
    const entry = this.#entries.get(id);
    if (!entry) return this.#leave(id, version);
    entry.server = { ...entry.server, deleted: true, version: version ?? entry.server.version + 1, updatedAt: new Date().toISOString() };
    this.#show(entry);
    this.#touch();
  }

  /** A todo that only this page knows of yet. */
  invent(item: Item): void {
    const entry = { server: { ...item, version: 0 }, overlays: [{ key: item.id, patch: {} }], shown: item };
    this.#entries.set(item.id, entry);
    this.#show(entry);
    this.#touch();
  }

  /** The server has it now, under its own id. */
  born(invented: string, todo: Todo): void {
    const entry = this.#entries.get(invented);
    this.#renamed.set(invented, todo.id);
    this.#entries.delete(invented);
    this.answered(todo);
    const real = this.#entries.get(todo.id);
    if (entry && real) {
      real.overlays.push(...entry.overlays.filter((overlay) => overlay.key !== invented));
      this.#show(real);
    }
    this.#touch();
  }

  /** It is nothing for this person, since `version`. */
  forget(id: string, version?: number): void {
    this.#leave(id, version);
    this.#entries.delete(id);
    this.#touch();
  }

  #leave(id: string, version: number | undefined): void {
    if (version !== undefined) this.#gone.set(id, Math.max(version, this.#gone.get(id) ?? 0));
  }

  /** Forgets what the server no longer lists, but for what is still on its way. */
  keepOnly(ids: ReadonlySet<string>, among: (item: Item) => boolean): void {
    for (const [id, entry] of this.#entries) {
      if (!ids.has(id) && entry.overlays.length === 0 && among(entry.server)) this.#entries.delete(id);
    }
    this.#touch();
  }

  /** Forgets what is in some lists, whatever becomes of changes of it: the server refuses them. */
  forgetIn(gone: (list: string) => boolean): void {
    for (const [id, { server }] of this.#entries) if (server.version > 0 && gone(server.list)) this.#entries.delete(id);
    this.#touch();
  }

  overlay(id: string, key: string, patch: Patch): void {
    const entry = this.#entries.get(this.current(id));
    if (!entry) return;
    entry.overlays.push({ key, patch });
    this.#show(entry);
    this.#touch();
  }

  lift(id: string, key: string): void {
    const entry = this.#entries.get(this.current(id));
    if (!entry) return;
    entry.overlays = entry.overlays.filter((overlay) => overlay.key !== key);
    this.#show(entry);
    this.#touch();
  }

  #put(item: Item): void {
    if (item.version < (this.#gone.get(item.id) ?? 0)) return;
    const entry = this.#entries.get(item.id);
    if (!entry) {
      this.#entries.set(item.id, { server: item, overlays: [], shown: item });
    } else if (item.version >= entry.server.version) {
      entry.server = item;
      this.#show(entry);
    }
  }

  #show(entry: Entry): void {
    entry.shown = Object.assign({}, entry.server, ...entry.overlays.map((overlay) => overlay.patch), {
      pending: entry.overlays.length > 0,
    }) as Item;
  }

  /** However many changed, lists are made anew once. */
  #touch(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#changes += 1;
    });
  }
}

export const todos = new Todos();
