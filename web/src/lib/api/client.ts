// The public API, as its OpenAPI document types it.
import { session } from './session.svelte';
import type { components, operations } from './schema';

export type List = components['schemas']['List'];
export type Member = components['schemas']['Member'];
export type Role = components['schemas']['Role'];
export type MePatch = components['schemas']['MePatch'];
export type Channel = components['schemas']['Channel'];
export type Operation = Omit<components['schemas']['Operation'], 'status'> & { status: 'running' | 'waiting' | 'parked' | 'compensating' | 'completed' | 'compensated' };
export type AnybodysOperation = Operation & { owner: string };
export type Overview = components['schemas']['Overview'];
export type OperationItem = components['schemas']['OperationItem'];
export type Me = components['schemas']['Me'];
export type Todo = components['schemas']['Todo'];
export type Subtask = Omit<components['schemas']['Subtask'], 'id'> & { id?: number };
export type Recurrence = Pick<components['schemas']['Recurrence'], 'rule' | 'from'> & Partial<components['schemas']['Recurrence']>;
export type Reminder = Partial<components['schemas']['Reminder']>;
export type Notification = components['schemas']['Notification'];
export type Webhook = components['schemas']['Webhook'];
export type Delivery = components['schemas']['Delivery'];
export type Invitation = components['schemas']['Invitation'];
export type ReceivedInvitation = components['schemas']['ReceivedInvitation'];
export type Moment = components['schemas']['Moment'];
export type Due = components['schemas']['Due'];
export type Priority = components['schemas']['Priority'];
export type Understood = components['schemas']['Understood'];
export type TodoPatch = components['schemas']['TodoPatch'];
export type ProblemBody = components['schemas']['Problem'];
export type ListParameters = NonNullable<operations['listTodos']['parameters']['query']>;

/** The edge said no, and why. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly body: Partial<ProblemBody>,
  ) {
    super(body.detail ?? body.title ?? `HTTP ${status}`);
  }

  /** What is wrong and what to do, in a person's words. */
  get reason(): string {
    const fields = (this.body.errors ?? []).map((error) => `${error.field} ${error.problem}: ${error.remedy}`);
    return fields.length > 0 ? fields.join('. ') : [this.message, this.body.remedy].filter(Boolean).join('. ');
  }

  /** Whether sending it again later may help. */
  get passing(): boolean {
    return this.status === 503 || this.status === 502 || this.status === 504 || this.status === 429;
  }
}

/** Nobody answered. */
export class Unreachable extends Error {}

interface Options {
  body?: unknown;
  ifMatch?: number;
  key?: string;
  /** Answer before it is over: the `Location` tells where to look. */
  async?: boolean;
  signal?: AbortSignal;
}

export interface Answer<T> {
  value: T;
  status: number;
  next: string | undefined;
}

const BASE = '/api/v1';

export async function call<T>(method: string, path: string, options: Options = {}): Promise<Answer<T>> {
  const headers: Record<string, string> = { Accept: 'application/json', ...session.headers };
  if (options.body !== undefined) headers['Content-Type'] = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  if (options.ifMatch !== undefined) headers['If-Match'] = `"${options.ifMatch}"`;
  if (options.async) headers['Prefer'] = 'respond-async';
  if (options.key !== undefined) headers['Idempotency-Key'] = options.key;
  const body = options.body === undefined ? null : JSON.stringify(options.body);
  let response: Response;
  try {
    response = await fetch(BASE + path, { method, headers, body, signal: options.signal ?? null });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Unreachable();
  }
  const text = await response.text().catch(() => '');
  const value = text === '' ? undefined : parsed(text);
  if (response.status === 401) session.refused = true;
  if (!response.ok) throw new Problem(response.status, (value as Partial<ProblemBody> | undefined) ?? {});
  return { value: value as T, status: response.status, next: nextPage(response.headers.get('Link')) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The path of the next page, without the API's base. */
function nextPage(link: string | null): string | undefined {
  const url = link?.match(/<([^>]+)>;\s*rel="next"/)?.[1];
  if (url === undefined) return undefined;
  const { pathname, search } = new URL(url, location.href);
  return pathname.replace(BASE, '') + search;
}

/** A query's path. */
export function listPath(parameters: ListParameters & Record<string, unknown>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined && one !== null) query.append(name, String(one));
  }
  return `/todos?${query}`;
}
