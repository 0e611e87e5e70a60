// What was done in this window, and the way back.
import { t } from '$lib/i18n/index.svelte';
import { toasts } from '$lib/ui/toasts.svelte';
import type { Patch } from './item';
import { outbox } from './outbox.svelte';

export interface Step {
  id: string;
  /** What to set. */
  patch: Patch;
  /** What is there if nobody changed it since. */
  base: Patch;
}
/** Changes of todos, or something else that says itself how it is taken back. */
export type Deed = { label: string } & ({ steps: Step[] } | { undo: () => Promise<unknown>; redo: () => Promise<unknown> });

const KEPT = 200;

class UndoHistory {
  #done: Deed[] = $state.raw([]);
  #undone: Deed[] = $state.raw([]);
  readonly canUndo: boolean = $derived(this.#done.length > 0);

  push(deed: Deed): void {
    this.#done = [...this.#done, deed].slice(-KEPT);
    this.#undone = [];
  }

  /** Tells what was done, with the way back. */
  tell(deed: Deed): void {
    this.push(deed);
    toasts.show(deed.label, { action: { label: t('undo'), run: () => void this.undo() } });
  }

  /** Takes the last deed back. */
  async undo(): Promise<void> {
    const deed = this.#done.at(-1);
    if (!deed) return void toasts.show(t('undo.nothing'));
    this.#done = this.#done.slice(0, -1);
    this.#undone = [...this.#undone, deed];
    toasts.show(t('undo.did', { label: deed.label }), { action: { label: t('redo'), run: () => void this.redo() } });
    await ('steps' in deed ? apply(deed.steps) : deed.undo());
  }

  /** Does it again. */
  async redo(): Promise<void> {
    const deed = this.#undone.at(-1);
    if (!deed) return;
    this.#undone = this.#undone.slice(0, -1);
    this.#done = [...this.#done, deed];
    toasts.show(deed.label, { action: { label: t('undo'), run: () => void this.undo() } });
    await ('steps' in deed ? apply(deed.steps.map(({ id, patch, base }) => ({ id, patch: base, base: patch }))) : deed.redo());
  }
}

async function apply(steps: Step[]): Promise<void> {
  await Promise.all(steps.map((step) => outbox.submit({ kind: 'change', key: crypto.randomUUID(), ...step })));
}

export const history = new UndoHistory();
