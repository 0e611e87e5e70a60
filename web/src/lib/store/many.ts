// One change of many todos: one operation, shown at once, with its progress, what became of each, and one way back.
import type { Operation, OperationItem } from '$lib/api/client';
import { t } from '$lib/i18n/index.svelte';
import { toasts } from '$lib/ui/toasts.svelte';
import { ui } from '$lib/ui/state.svelte';
import { inverse, type Item, type Patch } from './item';
import { abort, progress, type Begin } from './operations';
import { outbox, type Outcome } from './outbox.svelte';
import { todos } from './todos.svelte';
import { history } from './undo.svelte';

/** Does `begin` to todos of which `patch` is seen. Gives how many were refused. */
export async function changeMany(ids: readonly string[], patch: (item: Item) => Patch, label: string, begin: Begin): Promise<number> {
  const items = ids.flatMap((id) => todos.get(id) ?? []);
  const forth = new Map(items.map((item) => [item.id, patch(item)]));
  const back = new Map(items.map((item) => [item.id, inverse(item, patch(item))]));
  let running = run(forth, label, begin, () => void history.undo());
  history.push({
    label,
    // What is under way is waited for: only what is over can be taken back.
    undo: async () => {
      const outcome = await running;
      if (outcome.ok && outcome.operation) await run(back, t('undo.did', { label }), { path: `/operations/${outcome.operation.id}/undo` });
    },
    redo: () => (running = run(forth, label, begin, () => void history.undo())),
  });
  const outcome = await running;
  return outcome.ok ? (outcome.operation?.outcomes.refused ?? 0) : forth.size;
}

async function run(patches: ReadonlyMap<string, Patch>, label: string, begin: Begin, undo?: () => void): Promise<Outcome> {
  const toast = toasts.show(label, { progress: 0 });
  const key = crypto.randomUUID();
  const ids = [...patches.keys()];
  let stoppable = true;
  const told = (operation: Operation) => {
    toasts.update(toast, { progress: progress(operation) });
    if (!stoppable) return;
    stoppable = false;
    toasts.update(toast, { action: { label: t('operation.stop'), run: () => void abort(operation.id) } });
  };
  const outcome = await outbox.submit({ kind: 'bulk', key, id: key, ids, begin }, { patches, told });
  if (!outcome.ok) {
    toasts.close(toast);
    return outcome;
  }
  const { operation, items = [] } = outcome;
  if (operation?.status === 'completed') {
    toasts.finish(toast, label, undo && { label: t('undo'), run: undo });
  } else {
    toasts.close(toast);
    if (operation?.status === 'compensated') toasts.show(t('operation.takenBack', { label }));
    else toasts.show(t('operation.parked', { label }), { kind: 'error' });
  }
  const refused = items.filter((item) => item.outcome === 'refused' || item.undone === 'refused');
  if (refused.length > 0) tell(refused);
  return outcome;
}

function tell(refused: OperationItem[]): void {
  const show = () => (ui.refused = refused.map(({ id, problem }) => ({ title: todos.get(id)?.title ?? id, problem: problem ?? '' })));
  toasts.show(t('bulk.refused', { n: refused.length }), { kind: 'error', action: { label: t('operation.why'), run: show } });
}
