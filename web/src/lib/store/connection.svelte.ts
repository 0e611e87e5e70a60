// Whether the server answers, and asking again until it does.
const FIRST = 1000;
const LONGEST = 15_000;

class Connection {
  /** Whether nobody answered last time. */
  away = $state(false);
  #retry: ReturnType<typeof setTimeout> | undefined;
  #wait = FIRST;
  readonly #onback = new Set<() => void>();

  /** Nobody answered: `then` is called when somebody does. */
  lost(then?: () => void): void {
    if (then) this.whenBack(then);
    this.away = true;
    // Many may find out at once: that is no reason to wait longer.
    if (this.#retry !== undefined) return;
    this.#retry = setTimeout(() => void this.probe(), this.#wait);
    this.#wait = Math.min(this.#wait * 2, LONGEST);
  }

  /** `then` is called once, when somebody answers again. */
  whenBack(then: () => void): void {
    this.#onback.add(then);
  }

  /** Asks whether somebody is there. */
  async probe(): Promise<void> {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    const answer = await fetch('/readyz', { cache: 'no-store' }).catch(() => undefined);
    if (answer?.ok) this.#back();
    else this.lost();
  }

  #back(): void {
    this.away = false;
    this.#wait = FIRST;
    const waiting = [...this.#onback];
    this.#onback.clear();
    for (const then of waiting) then();
  }
}

export const connection = new Connection();
