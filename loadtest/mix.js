// What people do, at a fixed rate: 30 % create, 30 % update or complete, 30 % list and get, 10 % search and history; one
// request each, of one of many people, by their token. Started by loadtest/load.
import http from 'k6/http';
import { SharedArray } from 'k6/data';
import { Rate } from 'k6/metrics';

const API = `${__ENV.GATEWAY_URL}/api/v1`;
const RATE = Number(__ENV.RATE);
const SECS = Number(__ENV.SECS);

// Who they are, and the todos they had before the run: { token, todos }.
const people = new SharedArray('people', () => JSON.parse(open(__ENV.PEOPLE)));
const stale = new Rate('stale_answers');

export const OPERATIONS = ['create', 'update', 'complete', 'list', 'get', 'search', 'history'];
const thresholds = {
  http_req_duration: ['p(95)<100'],
  http_req_failed: ['rate<0.001'],
  // What was not even sent counts as an error: the rate was not reached.
  dropped_iterations: [`count<${Math.max(1, RATE * SECS * 0.001)}`],
};
// No bound of its own, but without a threshold k6 keeps no figures of an operation.
for (const op of OPERATIONS) {
  thresholds[`http_req_duration{op:${op}}`] = ['max>=0'];
  thresholds[`http_req_failed{op:${op}}`] = ['rate>=0'];
}

export const options = {
  scenarios: {
    mix: { executor: 'constant-arrival-rate', rate: RATE, timeUnit: '1s', duration: `${SECS}s`, preAllocatedVUs: Math.max(10, RATE / 4), maxVUs: RATE, gracefulStop: '10s' },
  },
  thresholds,
  discardResponseBodies: true,
  summaryTrendStats: ['avg', 'min', 'med', 'p(90)', 'p(95)', 'p(99)', 'max'],
  systemTags: ['status', 'method', 'name', 'scenario', 'expected_response', 'error_code'],
};

const pick = (array) => array[Math.floor(Math.random() * array.length)];
const chance = (share) => Math.random() < share;
const WORDS = 'buy call write water paint read send plan book clean fix visit milk bread plants letter tickets report garden kitchen anna dentist taxes'.split(' ');
const words = (count) => Array.from({ length: count }, () => pick(WORDS)).join(' ');
const ZONES = ['Europe/Berlin', 'America/New_York', 'Asia/Tokyo', 'UTC'];
const due = () => ({ local: `2026-12-${String(1 + Math.floor(Math.random() * 28)).padStart(2, '0')}T09:00:00`, zone: pick(ZONES) });

// What this client created last, of each person: people mostly work on what is new.
const own = new Map();
const todo = (who) => (own.has(who) && chance(0.5) ? pick(own.get(who)) : pick(people[who].todos));

function send(who, op, method, path, body, name) {
  const headers = { Authorization: `Bearer ${people[who].token}` };
  if (body) headers['Content-Type'] = 'application/json';
  const params = { headers, tags: { op, name: name || path } };
  if (op === 'create') params.responseType = 'text';
  const answer = http.request(method, API + path, body ? JSON.stringify(body) : null, params);
  if (method === 'GET') stale.add(answer.headers['Data-Stale'] === '?1');
  return answer;
}

function create(who) {
  const body = { title: words(3) };
  if (chance(0.3)) body.description = words(20);
  if (chance(0.4)) body.tags = [pick(WORDS), pick(WORDS)];
  if (chance(0.3)) body.priority = pick(['low', 'medium', 'high', 'urgent']);
  if (chance(0.4)) body.due = due();
  const answer = send(who, 'create', 'POST', '/todos', body);
  if (answer.status !== 201) return;
  const mine = own.get(who) ?? [];
  own.set(who, [...mine.slice(-9), answer.json('id')]);
}

function update(who) {
  const change = pick([() => ({ title: words(4) }), () => ({ priority: pick(['low', 'high', null]) }), () => ({ due: due() }), () => ({ tags: [pick(WORDS)] })]);
  send(who, 'update', 'PATCH', `/todos/${todo(who)}`, change(), '/todos/{id}');
}

function complete(who) {
  send(who, 'complete', 'POST', `/todos/${todo(who)}/${chance(0.8) ? 'complete' : 'reopen'}`, null, '/todos/{id}/complete');
}

function list(who) {
  const also = pick(['', '', '&status=open', '&sort=due', '&sort=-updated', '&priority=high']);
  send(who, 'list', 'GET', `/todos?limit=50${also}`, null, '/todos');
}

function search(who) {
  send(who, 'search', 'GET', `/todos?limit=50&q=${pick(WORDS)}%20${pick(WORDS)}`, null, '/todos?q');
}

export default function () {
  const who = Math.floor(Math.random() * people.length);
  const dice = Math.random();
  if (dice < 0.3) create(who);
  else if (dice < 0.45) update(who);
  else if (dice < 0.6) complete(who);
  else if (dice < 0.75) list(who);
  else if (dice < 0.9) send(who, 'get', 'GET', `/todos/${todo(who)}`, null, '/todos/{id}');
  else if (dice < 0.95) search(who);
  else send(who, 'history', 'GET', `/todos/${todo(who)}/history`, null, '/todos/{id}/history');
}

export function handleSummary(data) {
  return { [__ENV.SUMMARY]: JSON.stringify(data) };
}
