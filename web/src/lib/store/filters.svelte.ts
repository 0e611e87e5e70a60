// Searches that were given a name.
import { call, Problem, type ListParameters } from '$lib/api/client';
import { t } from '$lib/i18n/index.svelte';
import { router } from '$lib/ui/route.svelte';
import { toasts } from '$lib/ui/toasts.svelte';
import { connection } from './connection.svelte';
import { Order } from './order';
import { history } from './undo.svelte';

export interface Filter {
  name: string;
  /** The parameters of a list, as they stand in a URL. */
  query: string;
}

type Parameters = ListParameters & Record<string, unknown>;

class Filters {
  list: Filter[] = $state.raw([]);
  /** Whether the server keeps filters. */
  known = $state(false);
  readonly #order = new Order();

  async load(): Promise<void> {
    const take = this.#order.ask();
    try {
      const { value } = await call<Filter[]>('GET', '/filters');
      if (take()) this.list = value;
      this.known = true;
    } catch (error) {
      // An older server has none; one that is away is asked again when it is back.
      if (!(error instanceof Problem) || error.passing) connection.whenBack(() => void this.load());
    }
  }

  /** Keeps a search under a name. Whether it is kept. */
  async save(name: string, query: string): Promise<boolean> {
    if (!this.#free(name)) return false;
    const kept = await this.#try(() => put(name, query));
    if (kept) {
      const redo = () => this.#try(() => put(name, query));
      history.tell({ label: t('filter.saved', { name }), undo: () => this.#try(() => drop(name)), redo });
    }
    return kept;
  }

  /** Gives a filter another name. Whether it has it. */
  async rename(from: string, to: string): Promise<boolean> {
    const filter = this.#of(from);
    if (!filter || from === to) return true;
    if (!this.#free(to)) return false;
    const swap = async (old: string, next: string) => {
      const done = await this.#try(() => renamed(old, next, filter.query));
      const { view, argument } = router.current;
      // Not before it is in the list under its new name: what is offered in its view works at once.
      if (done && view === 'filter' && argument === old) router.replace('filter', next);
      return done;
    };
    const done = await swap(from, to);
    if (done) history.tell({ label: t('filter.renamed', { name: to }), undo: () => swap(to, from), redo: () => swap(from, to) });
    return done;
  }

  async remove(name: string): Promise<void> {
    const filter = this.#of(name);
    if (!filter || !(await this.#try(() => drop(name)))) return;
    const { view, argument } = router.current;
    const here = view === 'filter' && argument === name;
    if (here) router.go('inbox');
    const undo = async () => {
      if ((await this.#try(() => put(name, filter.query))) && here) router.go('filter', name);
    };
    history.tell({ label: t('filter.removed', { name }), undo, redo: () => this.#try(() => drop(name)) });
  }

  /** What a filter asks for. */
  async query(name: string): Promise<Parameters | undefined> {
    if (!this.#of(name)) await this.load();
    const kept = this.#of(name);
    if (!kept) return undefined;
    const all = new URLSearchParams(kept.query);
    return Object.fromEntries([...new Set(all.keys())].map((key) => [key, key === 'tag' ? all.getAll(key) : (all.get(key) ?? '')]));
  }

  #of(name: string): Filter | undefined {
    return this.list.find((filter) => filter.name === name);
  }

  /** One filter does not silently take the place of another. */
  #free(name: string): boolean {
    if (!this.#of(name)) return true;
    toasts.show(t('filter.taken', { name }), { kind: 'error' });
    return false;
  }

  /** Does something and shows what is kept then; says so where it was refused. */
  async #try(run: () => Promise<unknown>): Promise<boolean> {
    try {
      await run();
      return true;
    } catch (error) {
      toasts.show(error instanceof Problem ? error.reason : t('offline.title'), { kind: 'error' });
      return false;
    } finally {
      await this.load();
    }
  }
}

function put(name: string, query: string): Promise<unknown> {
  return call('PUT', `/filters/${encodeURIComponent(name)}`, { body: { query } });
}

function drop(name: string): Promise<unknown> {
  return call('DELETE', `/filters/${encodeURIComponent(name)}`);
}

/** The new name first: what stops on the way leaves two, never none. */
async function renamed(from: string, to: string, query: string): Promise<void> {
  await put(to, query);
  await drop(from);
}

export const filters = new Filters();
