// What is open, chosen and being typed, in this window.
import { SvelteSet } from 'svelte/reactivity';
import { lists } from '$lib/store/lists.svelte';
import { router } from './route.svelte';

const wide = matchMedia('(min-width: 720px)');
const broad = matchMedia('(min-width: 1120px)');

class Ui {
  palette = $state(false);
  shortcuts = $state(false);
  menu = $state(false);
  /** What a bulk change could not do, while a person looks at it. */
  refused: { title: string; problem: string }[] | undefined = $state.raw();
  /** Whether a new list is being named. */
  naming = $state(false);
  /** The list whose people and settings are shown. */
  listing: string | undefined = $state();
  /** The list that what is dragged would go to. */
  dropping: string | undefined = $state();
  /** Whether there is room for the sidebar. */
  wide = $state(wide.matches);
  /** Whether there is room for the details beside the list. */
  broad = $state(broad.matches);
  /** The row that the keyboard is on. */
  cursor: string | undefined = $state();
  /** The row whose title is being edited. */
  editing: string | undefined = $state();
  /** Whether a tap chooses instead of opening. */
  choosing = $state(false);
  readonly chosen = new SvelteSet<string>();
  /** The part of the details that shall get the focus. */
  wanted: 'title' | 'due' | 'tags' | 'priority' | 'list' | 'description' | undefined = $state();
  #anchor: string | undefined;

  constructor() {
    wide.addEventListener('change', () => (this.wide = wide.matches));
    broad.addEventListener('change', () => (this.broad = broad.matches));
  }

  /** What a command is about: the chosen ones, else the one under the cursor, else the open one. */
  get targets(): string[] {
    if (this.chosen.size > 0) return [...this.chosen];
    const id = this.cursor ?? router.current.open;
    return id === undefined ? [] : [id];
  }

  /** Chooses or no longer chooses one. */
  toggle(id: string): void {
    if (!this.chosen.delete(id)) this.chosen.add(id);
    this.#anchor = id;
  }

  /** Chooses all from the last one chosen to `id`. */
  extend(id: string): void {
    const ids = lists.shown.map((item) => item.id);
    const from = ids.indexOf(this.#anchor ?? this.cursor ?? id);
    const to = ids.indexOf(id);
    if (from < 0 || to < 0) return this.toggle(id);
    this.#anchor ??= ids[from];
    for (const each of ids.slice(Math.min(from, to), Math.max(from, to) + 1)) this.chosen.add(each);
  }

  chooseAll(): void {
    for (const item of lists.shown) this.chosen.add(item.id);
  }

  clear(): void {
    this.chosen.clear();
    this.choosing = false;
    this.#anchor = undefined;
  }

  /** Opens the details, with the focus in one of them. */
  detail(id: string, wanted?: Ui['wanted']): void {
    this.cursor = id;
    router.open(id);
    this.wanted = wanted;
  }
}

export const ui = new Ui();
