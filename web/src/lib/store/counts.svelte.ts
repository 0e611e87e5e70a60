// How many there are of what is not loaded.
import { call } from '$lib/api/client';
import { ZONE } from '$lib/ui/settings.svelte';

interface Answer {
  completed: number;
  deleted: number;
}

const SETTLE = 400;

class Counts {
  completed = $state(0);
  deleted = $state(0);
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Asks again, once the changes have settled. */
  renew(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), SETTLE);
  }

  async #ask(): Promise<void> {
    try {
      const { value } = await call<Answer>('GET', `/counts?zone=${encodeURIComponent(ZONE)}`);
      this.completed = value.completed;
      this.deleted = value.deleted;
    } catch {
      // They are a help, not more: no number is shown.
    }
  }
}

export const counts = new Counts();
