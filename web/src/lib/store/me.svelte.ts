// Who the person is.
import { call, Problem, type Me } from '$lib/api/client';
import { forget, remember, remembered } from '$lib/ui/settings.svelte';
import { connection } from './connection.svelte';

const KEY = 'todo.me';
/** What an earlier visit left to be done. */
const KEPT = ['todo.outbox', 'todo.draft'];

class Person {
  #me: Me | undefined = $state.raw();
  #found: () => void = () => {};
  /** Fulfilled as soon as it is known who they are. */
  readonly known: Promise<void> = new Promise((resolve) => (this.#found = resolve));

  get id(): string {
    return this.#me?.id ?? '';
  }

  /** The list that what they do for themselves is in; unknown until it is loaded. */
  get inbox(): string {
    return this.#me?.inbox ?? '';
  }

  /** Whether they may look after the platform itself. */
  get operator(): boolean {
    return this.#me?.operator ?? false;
  }

  get settings(): Me | undefined {
    return this.#me;
  }

  take(me: Me): void {
    this.#me = me;
  }

  async load(): Promise<void> {
    try {
      const now = (await call<Me>('GET', '/me')).value;
      const before = remembered<string>(KEY);
      remember(KEY, now.id);
      // Somebody else sat here before: nothing of theirs may be sent or shown as this person's.
      if (before !== undefined && before !== now.id && KEPT.some((key) => remembered(key) !== undefined)) {
        KEPT.forEach(forget);
        return location.reload();
      }
      this.#me = now;
      this.#found();
    } catch (error) {
      if (!(error instanceof Problem) || error.passing) connection.whenBack(() => void this.load());
    }
  }
}

export const me = new Person();
