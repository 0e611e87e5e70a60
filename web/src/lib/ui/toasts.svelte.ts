// What just happened, for a while, with the way back.
export interface Toast {
  id: number;
  text: string;
  kind: 'info' | 'error' | 'reminder';
  action?: { label: string; run: () => void };
  /** 0 to 1 while something is going on. */
  progress?: number;
}

/** A reminder waits for whoever it is for. */
const SHOWN = { info: 7000, error: 12_000, reminder: 600_000 };
let next = 0;

class Toasts {
  list: Toast[] = $state.raw([]);
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();

  /** Shows a text. A new one takes the place of the last of its kind. */
  show(text: string, options: Partial<Omit<Toast, 'id' | 'text'>> = {}): number {
    const kind = options.kind ?? 'info';
    const toast: Toast = { ...options, id: ++next, text, kind };
    for (const old of this.list.filter((other) => other.kind === kind && kind !== 'reminder')) this.close(old.id);
    this.list = [...this.list, toast];
    if (toast.progress === undefined) this.hold(toast.id, false);
    return toast.id;
  }

  update(id: number, change: Partial<Toast>): void {
    this.list = this.list.map((toast) => (toast.id === id ? { ...toast, ...change } : toast));
  }

  /** What was going on is over. */
  finish(id: number, text: string, action?: Toast['action']): void {
    this.list = this.list.map((toast) => {
      if (toast.id !== id) return toast;
      const { id: same, kind } = toast;
      return { id: same, kind, text, ...(action ? { action } : {}) };
    });
    this.hold(id, false);
  }

  close(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  /** While somebody reads it, it stays. */
  hold(id: number, held: boolean): void {
    clearTimeout(this.#timers.get(id));
    const toast = this.list.find((other) => other.id === id);
    if (!held && toast) this.#timers.set(id, setTimeout(() => this.close(id), SHOWN[toast.kind]));
  }
}

export const toasts = new Toasts();

class Announcer {
  text = $state('');

  /** Says something to those who do not see it. */
  say(text: string): void {
    this.text = this.text === text ? `${text}\u00a0` : text;
  }
}

export const announcer = new Announcer();
