// Todos to try things on, for somebody who has none yet.
import { t } from '$lib/i18n/index.svelte';
import { addDays, dayOf } from '$lib/dates';
import { ZONE } from '$lib/ui/settings.svelte';
import { createAll, remove } from './actions';
import type { Item } from './item';
import { todos } from './todos.svelte';

/** What they are known by. */
const TAG = 'sample';

export function samples(): Item[] {
  return todos.open.filter((item) => item.tags.includes(TAG));
}

export async function addSamples(): Promise<void> {
  const today = dayOf(Date.now());
  const due = (days: number, time = '') => ({ local: addDays(today, days) + time, zone: ZONE });
  const drafts = [
    { title: t('sample.open'), description: t('sample.open.body'), tags: [TAG] },
    { title: t('sample.complete'), tags: [TAG], priority: 'high' as const, due: due(0) },
    { title: t('sample.quick'), tags: [TAG], due: due(1, 'T17:00:00') },
    { title: t('sample.drag'), tags: [TAG] },
    { title: t('sample.keys'), tags: [TAG], priority: 'medium' as const },
    { title: t('sample.late'), tags: [TAG], priority: 'urgent' as const, due: due(-1) },
  ];
  await createAll(drafts, t('samples.add'));
}

export function removeSamples(): Promise<number> {
  return remove(samples().map((item) => item.id));
}
