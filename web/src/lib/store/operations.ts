// What the server does to many todos as one operation: begun, followed to its end, and told todo by todo.
import { call, Problem, type Operation, type OperationItem } from '$lib/api/client';

/** How often to ask how it stands: soon at first, since most are short. */
const SOON = 60;
const SELDOM = 1000;

const OVER: ReadonlySet<Operation['status']> = new Set(['completed', 'compensated', 'parked']);

/** What an operation is begun by. */
export interface Begin {
  method?: 'POST' | 'DELETE';
  path: string;
  body?: unknown;
}

/** Begins an operation. With the same key it is the same one. */
export async function begin({ method = 'POST', path, body }: Begin, key: string): Promise<Operation> {
  return (await call<Operation>(method, path, { ...(body === undefined ? {} : { body }), key, async: true })).value;
}

/** How much of it is done, from 0 to 1. */
export function progress({ items, outcomes, undone }: Operation): number {
  const of = undone ?? outcomes;
  return items === 0 ? 1 : (of.done + of.unchanged + of.refused) / items;
}

/** Follows an operation until it is over, or waits for somebody. */
export async function follow(operation: Operation, told: (operation: Operation) => void): Promise<Operation> {
  let now = operation;
  for (let wait = SOON; ; wait = Math.min(wait * 1.5, SELDOM)) {
    told(now);
    if (OVER.has(now.status)) return now;
    await new Promise((resolve) => setTimeout(resolve, wait));
    now = (await call<Operation>('GET', `/operations/${now.id}`)).value;
  }
}

/** What became of each todo. */
export async function itemsOf(id: string): Promise<OperationItem[]> {
  const all: OperationItem[] = [];
  for (let path: string | undefined = `/operations/${id}/items`; path !== undefined; ) {
    const page: { value: OperationItem[]; next: string | undefined } = await call<OperationItem[]>('GET', path);
    all.push(...page.value);
    path = page.next;
  }
  return all;
}

/** Stops an operation: what it did is taken back. */
export async function abort(id: string): Promise<void> {
  try {
    await call('POST', `/operations/${id}/abort`);
  } catch (error) {
    // It was over already.
    if (!(error instanceof Problem)) throw error;
  }
}
