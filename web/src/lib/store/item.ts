// A todo as the page knows it, and the order of todos.
import type { Due, Recurrence, Reminder, Subtask, Todo } from '$lib/api/client';
import { overdueFrom } from '$lib/dates';

/** What a person can change. */
export interface Fields {
  title: string;
  description: string | null;
  tags: string[];
  priority: Todo['priority'];
  due: Due | null;
  recurrence: Recurrence | null;
  subtasks: Subtask[];
  reminders: Reminder[];
  list: string;
  order: number | null;
  completed: boolean;
  deleted: boolean;
}

export type Patch = Partial<Fields>;
export type Field = keyof Fields;

/** A todo with what was changed and is not acknowledged yet. */
export type Item = Omit<Todo, keyof Fields> &
  Fields & {
    /** Whether a change of it is on its way. */
    pending: boolean;
  };

export const EMPTY = { description: null, tags: [], priority: null, due: null, recurrence: null, order: null, completed: false } as const;

/** What the API answers, as the page has it. */
export function itemOf(todo: Todo, deleted: boolean): Item {
  const { order, description, due, priority } = todo;
  return { ...todo, order: order ?? null, description: description ?? null, due: due ?? null, priority: priority ?? null, deleted, pending: false };
}

/**
 * A field's value as it is sent: without what the server says itself, and steps that are gone (`known` are those that are not) as new ones.
 * Reminders of others stay out: each person sends only their own.
 */
export function sent(field: string, value: unknown, known: readonly Subtask[], person: string): unknown {
  if (field === 'recurrence' && value) {
    const { rule, from } = value as Recurrence;
    return { rule, from };
  }
  if (field === 'subtasks') {
    const there = new Set(known.map(({ id }) => id));
    return (value as Subtask[]).map(({ id, ...step }) => (id !== undefined && there.has(id) ? { id, ...step } : step));
  }
  if (field === 'reminders') return own(value as Reminder[], person).map(({ minutesBefore, at }) => (at === undefined ? { minutesBefore } : { at }));
  return value;
}

/** A person's own reminders; those without a name were just set by them. */
export function own(reminders: readonly Reminder[], person: string): Reminder[] {
  return reminders.filter((reminder) => reminder.person === undefined || reminder.person === person);
}

/** Whether two values of a field are the same, but for what the server names and counts itself. */
export function sameField(field: string, a: unknown, b: unknown, person: string): boolean {
  return same(a == null ? a : sent(field, a, [], person), b == null ? b : sent(field, b, [], person));
}

/** Whether two values are the same. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return (a ?? null) === (b ?? null);
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The values that `item` has now of the fields in `patch`: what undoes it. */
export function inverse(item: Item, patch: Patch): Patch {
  return Object.fromEntries(Object.keys(patch).map((field) => [field, item[field as Field]])) as Patch;
}

export type Sort = 'order' | 'due' | 'priority' | 'title' | 'created';

const RANKS = { urgent: 0, high: 1, medium: 2, low: 3 } as const;

function rank(item: Item): number {
  return item.priority ? RANKS[item.priority] : 4;
}

const NEVER = Number.MAX_SAFE_INTEGER;

function place(item: Item): number {
  return item.order ?? NEVER;
}

function dueAt(item: Item): number {
  return item.due ? overdueFrom(item.due) : NEVER;
}

function text(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The order of a list: as the server sorts, so that pages fit together. */
export const COMPARE: Record<Sort | 'updated', (a: Item, b: Item) => number> = {
  order: (a, b) => place(a) - place(b) || text(a.createdAt ?? '', b.createdAt ?? '') || text(a.id, b.id),
  due: (a, b) => dueAt(a) - dueAt(b) || place(a) - place(b) || text(a.id, b.id),
  priority: (a, b) => rank(a) - rank(b) || place(a) - place(b) || text(a.id, b.id),
  title: (a, b) => a.title.localeCompare(b.title) || text(a.id, b.id),
  created: (a, b) => text(b.createdAt ?? '', a.createdAt ?? '') || text(a.id, b.id),
  updated: (a, b) => text(b.updatedAt ?? '', a.updatedAt ?? '') || text(a.id, b.id),
};

/** Whether a list is one that people share, with a name and members; all others are a person's own inbox. The id alone tells. */
export function isShared(list: string): boolean {
  return /^list-.{8}-.{4}-8/.test(list);
}
