// What other windows and people do, as it happens.
import { call, type Todo } from '$lib/api/client';
import { connection } from './connection.svelte';
import { lists } from './lists.svelte';
import { outbox } from './outbox.svelte';
import { todos } from './todos.svelte';

interface EventRecord {
  eventType: string;
  aggregateId: string;
  version: number;
}

/** Events that come together are looked up together. */
const GATHER = 60;
/** Beyond so many it is cheaper to load the list again. */
const MANY = 40;
const AGAIN = 5000;

const waiting = new Map<string, EventRecord>();
let timer: ReturnType<typeof setTimeout> | undefined;

/** Listens until the page is left. */
export function listen(): void {
  const source = new EventSource('/api/v1/events/stream');
  let opened = false;
  source.addEventListener('todo', (message) => note(JSON.parse(message.data as string) as EventRecord));
  source.addEventListener('open', () => {
    if (connection.away) void connection.probe();
    opened = true;
  });
  source.addEventListener('error', () => {
    if (opened) connection.lost();
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, AGAIN);
  });
}

function note(event: EventRecord): void {
  const before = waiting.get(event.aggregateId);
  if (!before || before.version < event.version) waiting.set(event.aggregateId, event);
  timer ??= setTimeout(() => void look(), GATHER);
}

async function look(): Promise<void> {
  timer = undefined;
  // Our own changes come back, too: their answers say it better and are on their way.
  if (outbox.creating) return void (timer = setTimeout(() => void look(), GATHER));
  const events = [...waiting.values()].filter((event) => (todos.server(event.aggregateId)?.version ?? 0) < event.version);
  waiting.clear();
  for (const event of events.filter((event) => outbox.busy(event.aggregateId))) note(event);
  const foreign = events.filter((event) => !outbox.busy(event.aggregateId));
  if (foreign.length > MANY) return void (await lists.load());
  await Promise.all(foreign.map(apply));
}

async function apply(event: EventRecord): Promise<void> {
  if (event.eventType === 'TodoDeleted') return todos.trashed(event.aggregateId, event.version);
  try {
    todos.take([(await call<Todo>('GET', `/todos/${event.aggregateId}`)).value]);
  } catch {
    // Deleted since, or nobody answers: the next event or the next load tells.
  }
}
