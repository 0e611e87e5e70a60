// Which todos a view shows, and loading them.
import { call, listPath, Problem, type ListParameters, type Todo } from '$lib/api/client';
import { dueDay, overdueFrom } from '$lib/dates';
import { now } from '$lib/ui/now.svelte';
import { router, type Route } from '$lib/ui/route.svelte';
import { connection } from './connection.svelte';
import { COMPARE, isShared, type Item, type Sort } from './item';
import { Order } from './order';
import { outbox } from './outbox.svelte';
import { filters } from './filters.svelte';
import { shelf } from './shelf.svelte';
import { todos } from './todos.svelte';

/** The first page is small, so that something is seen soon. */
const FIRST = 100;
const PAGE = 1000;
const LATER = 200;

type Loading = 'loading' | 'ready' | 'failed';

class Lists {
  state: Loading = $state('loading');
  /** Why loading failed, where the server said so. */
  reason = $state('');
  sort: Sort = $state('order');
  /** What the server found for the search that is shown. */
  #found: ReadonlySet<string> = $state.raw(new Set());
  #searching: AbortController | undefined;
  readonly #order = new Order();
  #more: Record<'completed' | 'deleted', string | undefined> = { completed: undefined, deleted: undefined };

  /** What is to be done: all that is open, but for what is in lists that are put away. */
  readonly #active: Item[] = $derived(todos.open.filter((item) => !shelf.away(item)));
  /** What is in no list of a name. */
  readonly inbox: Item[] = $derived(todos.open.filter((item) => !isShared(item.list)));
  /** How much is to be done in each list. */
  readonly sizes: ReadonlyMap<string, number> = $derived.by(() => {
    const sizes = new Map<string, number>();
    for (const { list } of todos.open) sizes.set(list, (sizes.get(list) ?? 0) + 1);
    return sizes;
  });
  readonly today: Item[] = $derived(this.#active.filter((item) => item.due && dueDay(item.due) === now.today && !this.late(item)));
  readonly overdue: Item[] = $derived(this.#active.filter((item) => this.late(item)));
  readonly upcoming: Item[] = $derived(this.#active.filter((item) => item.due && !this.late(item) && dueDay(item.due) > now.today));
  readonly tags: [string, number][] = $derived.by(() => {
    const counts = new Map<string, number>();
    for (const item of this.#active) for (const tag of item.tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
    return [...counts].sort(([a], [b]) => a.localeCompare(b));
  });
  /** What the view shows, in its order. */
  readonly shown: Item[] = $derived.by(() => this.#select(router.current).sort(COMPARE[this.order(router.current)]));

  late(item: Item): boolean {
    return item.due !== null && overdueFrom(item.due) <= now.instant;
  }

  /** How a view is sorted. */
  order(route: Route): Sort | 'updated' {
    if (route.view === 'done' || route.view === 'trash') return 'updated';
    if (route.view === 'today' || route.view === 'overdue' || route.view === 'upcoming') return 'due';
    return this.sort;
  }

  /** Whether places by hand are seen in this view. */
  get byHand(): boolean {
    return ['inbox', 'list', 'tag'].includes(router.current.view) && this.sort === 'order';
  }

  #select(route: Route): Item[] {
    switch (route.view) {
      case 'today':
        return [...this.overdue, ...this.today];
      case 'upcoming':
        return [...this.upcoming];
      case 'overdue':
        return [...this.overdue];
      case 'done':
        return todos.all.filter((item) => item.completed && !item.deleted);
      case 'trash':
        return todos.all.filter((item) => item.deleted);
      case 'tag':
        return this.#active.filter((item) => item.tags.includes(route.argument));
      case 'list':
        return todos.open.filter((item) => item.list === route.argument);
      case 'search':
      case 'filter':
        return todos.all.filter((item) => this.#found.has(item.id) && !item.deleted);
      default:
        return [...this.inbox];
    }
  }

  /** Loads everything that is open: the first page for the eye, the rest for search and counts. */
  async load(): Promise<void> {
    this.state = todos.all.some((item) => !item.pending) ? 'ready' : 'loading';
    const take = this.#order.ask();
    try {
      const ids = new Set<string>();
      let path: string | undefined = listPath({ status: 'open', limit: FIRST });
      while (path !== undefined) {
        const page: { value: Todo[]; next: string | undefined } = await call<Todo[]>('GET', path);
        // Another loading that began later has shown more than this one would.
        if (!take()) return;
        todos.take(page.value);
        for (const todo of page.value) ids.add(todo.id);
        outbox.overlayAgain();
        this.state = 'ready';
        path = page.next?.replace(/limit=\d+/, `limit=${PAGE}`);
      }
      todos.keepOnly(ids, (item) => !item.completed && !item.deleted);
    } catch (error) {
      this.#failed(error, () => void this.load());
    }
  }

  /** Loads what a view shows beyond the open ones. */
  async enter(route: Route): Promise<void> {
    if (route.view === 'done') await this.#page('completed', listPath({ status: 'completed', sort: '-updated', limit: LATER }));
    if (route.view === 'trash') await this.#page('deleted', listPath({ status: 'deleted', sort: '-updated', limit: LATER }));
    if (route.view === 'search') await this.#search({ q: route.argument.trim() });
    if (route.view === 'filter') await this.#search((await filters.query(route.argument)) ?? { q: '' });
  }

  /** The end of the list is near. */
  async more(): Promise<void> {
    const status = router.current.view === 'done' ? 'completed' : router.current.view === 'trash' ? 'deleted' : undefined;
    const path = status && this.#more[status];
    if (!status || !path) return;
    this.#more[status] = undefined;
    await this.#page(status, path);
  }

  async #page(status: 'completed' | 'deleted', path: string): Promise<void> {
    try {
      const page = await call<Todo[]>('GET', path);
      todos.take(page.value, status === 'deleted');
      this.#more[status] = page.next;
    } catch (error) {
      this.#failed(error, () => void this.#page(status, path));
    }
  }

  async #search(query: ListParameters & Record<string, unknown>): Promise<void> {
    this.#searching?.abort();
    const controller = (this.#searching = new AbortController());
    if (query.q === '') {
      this.#found = new Set();
      return;
    }
    try {
      const page = await call<Todo[]>('GET', listPath({ ...query, limit: LATER }), { signal: controller.signal });
      todos.take(page.value);
      this.#found = new Set(page.value.map((todo) => todo.id));
    } catch (error) {
      if (!controller.signal.aborted) this.#failed(error, () => void this.#search(query));
    }
  }

  #failed(error: unknown, again: () => void): void {
    if (error instanceof Problem && !error.passing) {
      this.state = 'failed';
      this.reason = error.reason;
    } else {
      if (this.state === 'loading') this.state = 'failed';
      connection.lost(again);
    }
  }
}

export const lists = new Lists();
