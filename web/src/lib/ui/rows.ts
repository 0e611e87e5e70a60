// A list's rows: todos, and headings where a view has groups.
import { dayLabel, dayOf, dayTitle, dueDay } from '$lib/dates';
import { t } from '$lib/i18n/index.svelte';
import type { Item } from '$lib/store/item';
import type { ViewName } from './route.svelte';

export type Row = { kind: 'heading'; key: string; label: string; note: string; count: number } | { kind: 'todo'; key: string; item: Item };

/** The rows of a view that shows `items`. */
export function rows(view: ViewName, items: readonly Item[], today: string, late: (item: Item) => boolean): Row[] {
  const group = grouping(view, today, late);
  const all: Row[] = [];
  let heading: Extract<Row, { kind: 'heading' }> | undefined;
  for (const item of items) {
    const of = group?.(item);
    if (of && of.key !== heading?.key) {
      heading = { kind: 'heading', count: 0, ...of };
      all.push(heading);
    }
    if (heading) heading.count += 1;
    all.push({ kind: 'todo', key: item.id, item });
  }
  return all;
}

interface Group {
  key: string;
  label: string;
  note: string;
}

function grouping(view: ViewName, today: string, late: (item: Item) => boolean): ((item: Item) => Group) | undefined {
  const day = (of: string): Group => {
    const label = dayLabel(of, today);
    const title = dayTitle(of);
    return { key: `day ${of}`, label, note: title.startsWith(label) ? title.slice(label.length).replace(/^[,،]?\s*/, '') : title };
  };
  if (view === 'today') return (item) => (late(item) ? { key: 'late', label: t('view.overdue'), note: '' } : day(today));
  if (view === 'upcoming') return (item) => day(item.due ? dueDay(item.due) : today);
  if (view === 'done') return (item) => day(dayOf(Date.parse(item.completedAt ?? item.updatedAt ?? '')));
  return undefined;
}
