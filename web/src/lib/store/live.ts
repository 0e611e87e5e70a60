// What other windows and people do, as it happens.
import { call, type Todo } from '$lib/api/client';
import { session } from '$lib/api/session.svelte';
import { connection } from './connection.svelte';
import { lists } from './lists.svelte';
import { shelf } from './shelf.svelte';
import { outbox } from './outbox.svelte';
import { told, type Rung } from './told.svelte';
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
let listTimer: ReturnType<typeof setTimeout> | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Nothing at all for so long, not even a sign of life: the line is dead. */
const SILENCE = 60_000;

/** Where the stream goes on. */
let position: string | undefined;
let opened = false;

/** Listens until the page is left. An `EventSource` would do, but cannot say whose it is. */
export function listen(): void {
  void follow().then(again, again);
}

function again(): void {
  if (opened) connection.lost(listen);
  else setTimeout(listen, AGAIN);
}

async function follow(): Promise<void> {
  const line = new AbortController();
  let silence = setTimeout(() => line.abort(), SILENCE);
  try {
    const from: Record<string, string> = position === undefined ? {} : { 'Last-Event-ID': position };
    const headers = { Accept: 'text/event-stream', ...session.headers, ...from };
    const answer = await fetch('/api/v1/events/stream', { headers, cache: 'no-store', signal: line.signal });
    if (!answer.ok || !answer.body) return;
    if (connection.away) void connection.probe();
    opened = true;
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let rest = ''; ; ) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(silence);
      silence = setTimeout(() => line.abort(), SILENCE);
      const messages = (rest + value).split('\n\n');
      rest = messages.pop() ?? '';
      messages.forEach(heard);
    }
  } finally {
    clearTimeout(silence);
  }
}

/** One message of the stream: lines of `field: value`, a comment where there is only a sign of life. */
function heard(message: string): void {
  const fields = new Map(message.split('\n').map((line) => line.split(/: ?(.*)/s, 2) as [string, string]));
  const event = fields.get('event');
  position = fields.get('id') ?? position;
  if (event === 'todo') note(JSON.parse(fields.get('data') ?? '') as EventRecord);
  else if (event === 'notification') told.heard(JSON.parse(fields.get('data') ?? '') as Rung);
  // What was known may be of another history.
  else if (event === 'reset') void Promise.all([lists.load(), shelf.load(), told.load()]);
}

function note(event: EventRecord): void {
  // What happens to a list changes what may be done to all that is in it.
  if (event.aggregateId.startsWith('list-')) return void (listTimer ??= setTimeout(() => ((listTimer = undefined), void shelf.load(), told.renew()), GATHER));
  if (!event.aggregateId.startsWith('todo-')) return;
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
