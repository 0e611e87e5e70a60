// What other windows and people do, as it happens.
import { session } from '$lib/api/session.svelte';
import { connection } from './connection.svelte';
import { heard, type EventRecord } from './heard';
import { lists } from './lists.svelte';
import { me } from './me.svelte';
import { shelf } from './shelf.svelte';
import { told, type Rung } from './told.svelte';

const AGAIN = 5000;

/** Nothing at all for so long, not even a sign of life: the line is dead. */
const SILENCE = 60_000;

/** So long the first loading waits for the stream, in milliseconds. */
const HEAD_START = 250;

/** Where the stream goes on. */
let position: string | undefined;
let opened = false;
let headStart: ReturnType<typeof setTimeout> | undefined;
let onloaded: () => void = () => {};

/**
 * Loads what is shown, and listens to what happens to it. What is loaded once the stream is open misses nothing that happens; a stream
 * that is slow to open holds nothing up, but has everything loaded again.
 */
export async function begin(): Promise<void> {
  const first = new Promise<void>((resolve) => (onloaded = resolve));
  listen();
  headStart = setTimeout(() => void load(), HEAD_START);
  await first;
}

async function load(): Promise<void> {
  clearTimeout(headStart);
  await Promise.all([lists.load(), shelf.load(), told.load()]);
  onloaded();
}

/** Listens until the page is left. An `EventSource` would do, but cannot say whose it is. */
function listen(): void {
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
      for (const message of messages) {
        read(message);
        // What is told of others is understood by who this is.
        await me.known;
      }
    }
  } finally {
    clearTimeout(silence);
  }
}

/** One message of the stream: lines of `field: value`, a comment where there is only a sign of life. */
function read(message: string): void {
  const fields = new Map(message.split('\n').map((line) => line.split(/: ?(.*)/s, 2) as [string, string]));
  const event = fields.get('event');
  // Nothing told where to begin: what happened before this is known by loading it now.
  const first = position === undefined;
  position = fields.get('id') ?? position;
  if (event === 'todo') heard(JSON.parse(fields.get('data') ?? '') as EventRecord);
  else if (event === 'notification') told.heard(JSON.parse(fields.get('data') ?? '') as Rung);
  // What was known may be of another history.
  else if (event === 'reset' || (event === 'hello' && first)) void load();
}
