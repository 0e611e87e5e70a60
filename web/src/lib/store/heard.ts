// What the stream told of, looked up. An event says what to look at and how new the answer must be: it comes from the journal, and the
// views that answer may be behind that.
import { call, Problem, type Todo } from '$lib/api/client';
import { connection } from './connection.svelte';
import { isShared } from './item';
import { lists } from './lists.svelte';
import { me } from './me.svelte';
import { outbox } from './outbox.svelte';
import { settled } from './settled';
import { shelf } from './shelf.svelte';
import { told } from './told.svelte';
import { todos } from './todos.svelte';

export interface EventRecord {
  eventType: string;
  aggregateId: string;
  version: number;
  principal: string;
  data: { user?: string; to?: string };
}

/** Events that come together are looked up together. */
const GATHER = 60;
/** Beyond so many it is cheaper to load the list again. */
const MANY = 40;

const waiting = new Map<string, EventRecord>();
const waitingLists = new Map<string, EventRecord>();
let timer: ReturnType<typeof setTimeout> | undefined;
let listTimer: ReturnType<typeof setTimeout> | undefined;

/** Takes note of an event, to be looked up soon. */
export function heard(event: EventRecord): void {
  const { aggregateId } = event;
  if (aggregateId.startsWith('todo-')) {
    keep(waiting, event);
    timer ??= setTimeout(() => void look(), GATHER);
  } else if (aggregateId.startsWith('list-')) {
    // What happens to a list changes what may be done to all that is in it.
    keep(waitingLists, event);
    listTimer ??= setTimeout(() => void lookAtLists(), GATHER);
    told.invited(event);
  }
}

/** The newest of each. */
function keep(kept: Map<string, EventRecord>, event: EventRecord): void {
  const before = kept.get(event.aggregateId);
  if (!before || before.version < event.version) kept.set(event.aggregateId, event);
}

async function look(): Promise<void> {
  timer = undefined;
  // Our own changes come back, too: their answers say it better and are on their way.
  if (outbox.creating) return void (timer = setTimeout(() => void look(), GATHER));
  const events = [...waiting.values()].filter((event) => (todos.server(event.aggregateId)?.version ?? 0) < event.version);
  waiting.clear();
  for (const event of events.filter((event) => outbox.busy(event.aggregateId))) heard(event);
  const foreign = events.filter((event) => !outbox.busy(event.aggregateId));
  let left = foreign;
  if (left.length > MANY) {
    await settled(async () => {
      await lists.load();
      left = left.filter(isMissing);
      return left.length <= MANY;
    });
  }
  await Promise.all(left.slice(0, MANY).map(apply));
}

/** By these a todo comes to those that are open. */
const APPEARS: ReadonlySet<string> = new Set(['TodoCreated', 'TodoRestored', 'TodoReopened']);

/** Whether the list of what is open was older than the event. */
function isMissing({ aggregateId, version, eventType }: EventRecord): boolean {
  const known = todos.server(aggregateId)?.version;
  return known === undefined ? APPEARS.has(eventType) : known < version;
}

async function apply(event: EventRecord): Promise<void> {
  const { aggregateId: id, version, eventType } = event;
  if (eventType === 'TodoDeleted') return todos.trashed(id, version);
  // Not asked for: views that are behind would still show it.
  if (eventType === 'TodoMoved' && !isOurs(event)) return todos.forget(id, version);
  let gone = false;
  const known = await settled(async () => {
    // Something newer came meanwhile, from our own change or with a list.
    if ((todos.server(id)?.version ?? 0) >= version) return true;
    try {
      const { value } = await call<Todo>('GET', `/todos/${id}`);
      todos.take([value]);
      return value.version >= version;
    } catch (error) {
      gone = error instanceof Problem && error.status === 404;
      if (gone) return false;
      // The stream goes on behind this event, so nothing else would tell of it.
      if (!(error instanceof Problem) || error.passing) connection.lost(() => heard(event));
      return true;
    }
  });
  // Where it is now is nothing for this person.
  if (!known && gone) todos.forget(id, version);
}

/** Whether a todo was moved to where this person sees it. */
function isOurs({ principal, data: { to } }: EventRecord): boolean {
  if (to === undefined) return true;
  return isShared(to) ? shelf.of(to) !== undefined : principal === me.id;
}

async function lookAtLists(): Promise<void> {
  listTimer = undefined;
  const events = [...waitingLists.values()];
  waitingLists.clear();
  await settled(async () => {
    await shelf.load();
    return events.every(isShown);
  });
  // The lists may have been there before what is in them was.
  if (events.some(begins)) await lists.load();
}

/** Into these a person comes who has not seen the list before. */
const BEGINS: ReadonlySet<string> = new Set(['ListCreated', 'ListRestored', 'MemberAdded']);

/** Whether the lists that were loaded are as new as the event. */
function isShown(event: EventRecord): boolean {
  const { aggregateId, version } = event;
  const list = shelf.of(aggregateId) ?? shelf.deleted.find((one) => one.id === aggregateId);
  if (list) return list.version >= version;
  return !begins(event);
}

/** Whether a list comes to this person by the event. */
function begins({ eventType, data, principal }: EventRecord): boolean {
  return BEGINS.has(eventType) && (eventType === 'MemberAdded' ? data.user === me.id : eventType === 'ListRestored' || principal === me.id);
}
