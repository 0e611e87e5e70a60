// Everything that can be done by keyboard, in one table: the keys, the palette and the shortcuts sheet all read it.
import type { Key } from '$lib/i18n/index.svelte';
import { move, remove, restore, set, setCompleted, setPriority } from '$lib/store/actions';
import { lists } from '$lib/store/lists.svelte';
import { todos } from '$lib/store/todos.svelte';
import { history } from '$lib/store/undo.svelte';
import { addDays } from '$lib/dates';
import { PRIORITIES } from './choices';
import { now } from './now.svelte';
import { router, type ViewName } from './route.svelte';
import { apply, settings, ZONE } from './settings.svelte';
import { ui } from './state.svelte';

export interface Command {
  label: Key;
  group: 'group.go' | 'group.list' | 'group.todo' | 'group.page';
  /** For example `g i` or `Ctrl+K`. The first one is shown. */
  keys: string[];
  run: () => void;
  /** Whether it belongs into the palette. */
  listed?: boolean;
}

function go(view: ViewName, key: string): Command {
  return { label: `view.${view}` as Key, group: 'group.go', keys: [`g ${key}`], run: () => router.go(view), listed: true };
}

/** Moves the cursor, and with `extend` chooses on the way. */
function walk(distance: number, extend = false): void {
  const items = lists.shown;
  const from = items.findIndex((item) => item.id === ui.cursor);
  const begin = from >= 0 ? from : distance > 0 ? -1 : items.length;
  const at = Math.min(Math.max(begin + distance, 0), items.length - 1);
  const next = items[at];
  if (!next) return;
  if (extend && ui.cursor) ui.extend(ui.cursor);
  ui.cursor = next.id;
  if (extend) ui.extend(next.id);
  if (router.current.open !== undefined && ui.wide) router.open(next.id);
}

/** Moves a todo by hand, up or down. */
export function step(id: string, distance: number): void {
  const items = lists.shown;
  const from = items.findIndex((item) => item.id === id);
  const to = from + distance;
  if (lists.byHand && from >= 0 && to >= 0 && to < items.length) void move(id, items, to);
}

function shift(distance: number): void {
  if (ui.cursor !== undefined) step(ui.cursor, distance);
}

function onTargets(run: (ids: string[]) => unknown): () => void {
  return () => {
    const ids = ui.targets;
    if (ids.length === 0) return;
    // What leaves the list hands the cursor to its neighbour.
    const items = lists.shown;
    const at = items.findIndex((item) => item.id === ui.cursor);
    run(ids);
    queueMicrotask(() => {
      if (ui.cursor !== undefined && !lists.shown.some((item) => item.id === ui.cursor)) {
        ui.cursor = (lists.shown[at] ?? lists.shown.at(-1))?.id;
      }
    });
    ui.clear();
  };
}

function detail(part: NonNullable<typeof ui.wanted>): () => void {
  return () => {
    const id = ui.targets[0];
    if (id !== undefined) ui.detail(id, part);
  };
}

function toggle(ids: string[]): void {
  const all = ids.every((id) => todos.get(id)?.completed);
  void setCompleted(ids, !all);
}

function close(): void {
  if (ui.chosen.size > 0 || ui.choosing) ui.clear();
  else if (router.current.open !== undefined) router.open(undefined);
}

export function focus(id: string): void {
  document.getElementById(id)?.focus();
}

function due(days: number | undefined): () => void {
  return onTargets((ids) => set(ids, { due: days === undefined ? null : { local: addDays(now.today, days), zone: ZONE } }));
}

export const COMMANDS: Command[] = [
  { label: 'command.palette', group: 'group.page', keys: ['Ctrl+K'], run: () => (ui.palette = true) },
  { label: 'command.shortcuts', group: 'group.page', keys: ['?'], run: () => (ui.shortcuts = true), listed: true },
  { label: 'command.add', group: 'group.page', keys: ['n', 'q'], run: add, listed: true },
  { label: 'view.search', group: 'group.page', keys: ['/'], run: search, listed: true },
  { label: 'undo', group: 'group.page', keys: ['Ctrl+Z'], run: () => void history.undo(), listed: true },
  { label: 'redo', group: 'group.page', keys: ['Ctrl+Shift+Z', 'Ctrl+Y'], run: () => void history.redo(), listed: true },
  { label: 'command.theme', group: 'group.page', keys: ['Alt+T'], run: theme, listed: true },
  { label: 'command.close', group: 'group.page', keys: ['Escape'], run: close },

  go('inbox', 'i'),
  go('today', 't'),
  go('upcoming', 'u'),
  go('overdue', 'o'),
  go('done', 'd'),
  go('trash', 'x'),
  go('analytics', 'a'),
  go('operator', 'p'),
  go('notifications', 'n'),
  go('settings', 's'),

  { label: 'command.next', group: 'group.list', keys: ['ArrowDown', 'j'], run: () => walk(1) },
  { label: 'command.previous', group: 'group.list', keys: ['ArrowUp', 'k'], run: () => walk(-1) },
  { label: 'command.first', group: 'group.list', keys: ['Home'], run: () => walk(-1e9) },
  { label: 'command.last', group: 'group.list', keys: ['End'], run: () => walk(1e9) },
  { label: 'command.pageDown', group: 'group.list', keys: ['PageDown'], run: () => walk(10) },
  { label: 'command.pageUp', group: 'group.list', keys: ['PageUp'], run: () => walk(-10) },
  { label: 'command.select', group: 'group.list', keys: ['x'], run: () => ui.cursor && ui.toggle(ui.cursor) },
  { label: 'command.extendDown', group: 'group.list', keys: ['Shift+ArrowDown', 'Shift+J'], run: () => walk(1, true) },
  { label: 'command.extendUp', group: 'group.list', keys: ['Shift+ArrowUp', 'Shift+K'], run: () => walk(-1, true) },
  { label: 'select.all', group: 'group.list', keys: ['Ctrl+A'], run: () => ui.chooseAll(), listed: true },
  { label: 'command.up', group: 'group.list', keys: ['Alt+ArrowUp'], run: () => shift(-1), listed: true },
  { label: 'command.down', group: 'group.list', keys: ['Alt+ArrowDown'], run: () => shift(1), listed: true },

  { label: 'command.open', group: 'group.todo', keys: ['Enter'], run: () => ui.cursor && ui.detail(ui.cursor, 'title') },
  { label: 'command.toggle', group: 'group.todo', keys: ['Space', 'c'], run: onTargets(toggle), listed: true },
  { label: 'command.edit', group: 'group.todo', keys: ['e', 'F2'], run: () => (ui.editing = ui.cursor) },
  { label: 'command.due', group: 'group.todo', keys: ['d'], run: detail('due'), listed: true },
  { label: 'command.dueToday', group: 'group.todo', keys: ['t'], run: due(0), listed: true },
  { label: 'command.dueTomorrow', group: 'group.todo', keys: ['m'], run: due(1), listed: true },
  { label: 'command.list', group: 'group.todo', keys: ['l'], run: detail('list'), listed: true },
  { label: 'command.tags', group: 'group.todo', keys: ['#'], run: detail('tags'), listed: true },
  { label: 'command.describe', group: 'group.todo', keys: ['i'], run: detail('description'), listed: true },
  ...PRIORITIES.map((priority, at): Command => {
    const run = onTargets((ids) => setPriority(ids, priority));
    return { label: `command.priority.${priority}` as Key, group: 'group.todo', keys: [String(at + 1)], run, listed: true };
  }),
  { label: 'command.priority.none', group: 'group.todo', keys: ['0'], run: onTargets((ids) => setPriority(ids, null)), listed: true },
  { label: 'command.delete', group: 'group.todo', keys: ['Delete', 'Backspace'], run: onTargets((ids) => remove(ids)), listed: true },
  { label: 'command.restore', group: 'group.todo', keys: ['r'], run: onTargets(bringBack), listed: true },
];

function bringBack(ids: string[]): void {
  const deleted = ids.filter((id) => todos.get(id)?.deleted);
  if (deleted.length > 0) void restore(deleted);
}

function add(): void {
  if (!document.getElementById('quick-add')) router.go('inbox');
  setTimeout(() => focus('quick-add'));
}

function search(): void {
  if (router.current.view === 'search') focus('search');
  else router.go('search');
}

function theme(): void {
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const shown = settings.theme === 'system' ? (dark ? 'dark' : 'light') : settings.theme;
  settings.theme = shown === 'dark' ? 'light' : 'dark';
  apply();
}
