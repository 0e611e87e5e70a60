// Shared: two people on one list, each with a window of their own, who stay in step without anybody loading a page anew.
import assert from 'node:assert/strict';
import { open, quickAdd, row, scenario, sees, until } from './support.js';

const side = (page) => page.getByRole('navigation', { name: 'Lists', exact: true });
const asBen = async (server) => ({ Authorization: `Bearer ${await server.token('ben')}` });
const add = (server, role) => server.api('PUT', `/lists/${server.list}/members/${server.named('ben')}`, { role });
const trip = async (server) => {
  server.list = (await server.api('POST', '/lists', { name: 'Trip' })).value.id;
  for (const [order, title] of ['one', 'two', 'three'].entries()) await server.create({ title, order: order * 10, list: server.list });
};
/** Ben's window. */
const second = async (server) => open(server, { token: await server.token('ben') });
const rename = async (page, from, to) => {
  await row(page, from).focus();
  await page.keyboard.press('e');
  await page.getByRole('textbox', { name: 'Edit title' }).fill(to);
  await page.keyboard.press('Enter');
};

scenario('two people on a list see each what the other does, through a restart of the gateway', async ({ page: ana, server }) => {
  const ben = await second(server);
  const both = async (titles) => {
    for (const page of [ana, ben]) await sees(page, titles);
  };
  for (const page of [ana, ben]) await side(page).getByRole('link', { name: 'Trip' }).click();
  await both(['one', 'two', 'three']);
  await quickAdd(ana, 'tent');
  await both(['tent', 'one', 'two', 'three']);
  await quickAdd(ben, 'stove');
  await both(['stove', 'tent', 'one', 'two', 'three']);
  await rename(ana, 'one', 'first');
  await both(['stove', 'tent', 'first', 'two', 'three']);
  await rename(ben, 'first', 'very first');
  await both(['stove', 'tent', 'very first', 'two', 'three']);
  await row(ana, 'two').getByRole('checkbox').click();
  await both(['stove', 'tent', 'very first', 'three']);
  await row(ben, 'three').focus();
  await ben.keyboard.press('Alt+ArrowUp');
  await both(['stove', 'tent', 'three', 'very first']);
  await row(ana, 'stove').focus();
  await ana.keyboard.press('Alt+ArrowDown');
  await both(['tent', 'stove', 'three', 'very first']);
  // Nobody answers, and both go on.
  await server.kill();
  for (const page of [ana, ben]) await page.getByText('No connection.').waitFor();
  await rename(ana, 'three', 'third');
  await row(ben, 'tent').getByRole('checkbox').click();
  await ben.fill('#quick-add', 'rope');
  await ben.press('#quick-add', 'Enter');
  await sees(ana, ['tent', 'stove', 'third', 'very first']);
  await sees(ben, ['rope', 'stove', 'three', 'very first']);
  await server.again();
  await both(['rope', 'stove', 'third', 'very first']);
  for (const page of [ana, ben]) await page.getByText('No connection.').waitFor({ state: 'detached' });
  await quickAdd(ana, 'map');
  await row(ben, 'stove').getByRole('checkbox').click();
  await both(['map', 'rope', 'third', 'very first']);
  // Each thing happened once, and is what a window shows that is opened now.
  const query = `list=${server.list}&sort=order&status=`;
  assert.deepEqual(await server.titles(`${query}open`), ['map', 'rope', 'third', 'very first']);
  assert.deepEqual((await server.titles(`${query}completed`)).sort(), ['stove', 'tent', 'two']);
  const third = (await server.api('GET', `/todos?${query}open`)).value.find((todo) => todo.title === 'third');
  const history = (await server.api('GET', `/todos/${third.id}/history`)).value;
  assert.deepEqual(history.map((entry) => entry.version).sort(), [1, 2, 3], 'made, moved, renamed');
  await ana.reload();
  await sees(ana, ['map', 'rope', 'third', 'very first']);
  assert.deepEqual(ben.faults, []);
}, { prepare: async (server) => {
  await trip(server);
  await add(server, 'editor');
} });

scenario('who is put into a list has it at once, and who is put out of it sees nothing of it any more', async ({ page: ana, server }) => {
  const ben = await second(server);
  await ben.getByText('Nothing to do').waitFor();
  await add(server, 'viewer');
  await side(ben).getByRole('link', { name: 'Trip' }).click();
  await sees(ben, ['one', 'two', 'three']);
  await ben.getByText('You may look at this list').waitFor();
  // Another role, while the page is open.
  await add(server, 'editor');
  await ben.locator('#quick-add').waitFor();
  await row(ben, 'two').getByRole('checkbox').click();
  await sees(ben, ['one', 'three']);
  await until('it arrived', async () => (await server.titles(`list=${server.list}`)).length === 2 || (await server.titles('status=completed')).includes('two'));
  await side(ana).getByRole('link', { name: 'Trip' }).click();
  await ana.getByRole('button', { name: 'People and settings of Trip' }).click();
  await ana.getByRole('button', { name: `Remove ${server.named('ben')}` }).click();
  await ben.getByText('This list is not here').waitFor();
  await sees(ben, []);
  await side(ben).getByRole('link', { name: 'Trip' }).waitFor({ state: 'detached' });
  for (const view of ['Inbox', 'Done']) {
    await ben.getByRole('link', { name: view }).click();
    await ben.getByRole('heading', { name: view, level: 1 }).waitFor();
    await sees(ben, []);
  }
  // Nor of what happens from then on: what is told afterwards arrives, and that has not.
  await server.create({ title: 'whisper', list: server.list });
  await server.api('POST', '/todos', { title: 'his own' }, await asBen(server));
  await ben.getByRole('link', { name: 'Inbox' }).click();
  await sees(ben, ['his own']);
  assert.equal(await ben.getByText('whisper').count(), 0);
  assert.deepEqual(ben.faults, []);
}, { prepare: trip });

scenario('what is taken out of a list is gone for the others in it, and is there again when it is put back', async ({ page: ana, server }) => {
  const ben = await second(server);
  for (const page of [ana, ben]) await side(page).getByRole('link', { name: 'Trip' }).click();
  await sees(ben, ['one', 'two', 'three']);
  const { inbox } = (await server.api('GET', '/me')).value;
  const [one] = (await server.api('GET', `/todos?list=${server.list}&sort=order`)).value;
  await server.api('PATCH', `/todos/${one.id}`, { list: inbox });
  await sees(ben, ['two', 'three']);
  await sees(ana, ['two', 'three']);
  await ben.getByRole('link', { name: 'Inbox' }).click();
  await ben.getByRole('heading', { name: 'Inbox', level: 1 }).waitFor();
  await sees(ben, []);
  await server.api('PATCH', `/todos/${one.id}`, { title: 'one, changed', list: server.list });
  for (const page of [ana, ben]) {
    await side(page).getByRole('link', { name: 'Trip' }).click();
    await sees(page, ['one, changed', 'two', 'three']);
  }
  assert.deepEqual(ben.faults, []);
}, { prepare: async (server) => {
  await trip(server);
  await add(server, 'editor');
} });

scenario('what is told before the views have it is looked up until they do', async ({ page: ana, server }) => {
  await side(ana).getByRole('link', { name: 'Trip' }).click();
  await sees(ana, ['one', 'two', 'three']);
  // The page hears of it: its loading is over, and will not find what the stream is to tell.
  const [{ id }] = (await server.api('GET', `/todos?list=${server.list}&sort=order`)).value;
  const one = (await server.api('PATCH', `/todos/${id}`, { title: 'first' })).value;
  await sees(ana, ['first', 'two', 'three']);
  // Views that are behind answer what was so a moment ago: of a todo, of the lists, and that there is no such todo.
  const before = { [`/api/v1/todos/${one.id}`]: one, '/api/v1/lists': (await server.api('GET', '/lists')).value };
  const late = new Map();
  await ana.route('**/api/v1/{lists,todos/*}', async (route) => {
    const { pathname, search } = new URL(route.request().url());
    const times = late.get(pathname) ?? 0;
    if (route.request().method() !== 'GET' || search !== '' || times >= 3) return route.continue();
    late.set(pathname, times + 1);
    const json = before[pathname];
    await (json ? route.fulfill({ json }) : route.fulfill({ status: 404, json: { title: 'not here' } }));
  });
  const his = await asBen(server);
  await server.api('PATCH', `/todos/${one.id}`, { title: 'one, by ben' }, his);
  await server.api('POST', '/todos', { title: 'four, by ben', order: 100, list: server.list }, his);
  await server.api('PATCH', `/lists/${server.list}`, { name: 'Journey' }, his);
  await sees(ana, ['one, by ben', 'two', 'three', 'four, by ben']);
  await ana.getByRole('heading', { name: 'Journey', level: 1 }).waitFor();
  assert.deepEqual([...late.values()], [3, 3, 3]);
}, { prepare: async (server) => {
  await trip(server);
  await add(server, 'editor');
} });

scenario('many todos of a list are changed and moved by one operation each, which the others see, and taken back', async ({ page: ana, server }) => {
  const ben = await second(server);
  for (const page of [ana, ben]) await side(page).getByRole('link', { name: 'Trip' }).click();
  for (const page of [ana, ben]) await sees(page, ['one', 'two', 'three']);
  const sent = [];
  for (const page of [ana, ben]) {
    page.on('request', (request) => request.method() === 'GET' || sent.push(new URL(request.url()).pathname.replace(/saga-[^/]+/, 'ID')));
  }
  const undo = (page) => page.getByRole('region', { name: 'Messages' }).getByRole('button', { name: 'Undo' });
  await ben.keyboard.press('Control+a');
  await ben.getByText('3 selected').waitFor();
  await ben.getByRole('button', { name: 'Complete', exact: true }).click();
  for (const page of [ana, ben]) await sees(page, []);
  await undo(ben).click();
  for (const page of [ana, ben]) await sees(page, ['one', 'two', 'three']);
  // Only whose they are may take them to where nobody else sees them.
  await ana.keyboard.press('Control+a');
  await ana.getByText('3 selected').waitFor();
  await ana.getByRole('toolbar', { name: 'Selection' }).getByLabel('List').selectOption({ label: 'Inbox' });
  for (const page of [ana, ben]) await sees(page, []);
  await undo(ana).click();
  for (const page of [ana, ben]) await sees(page, ['one', 'two', 'three']);
  assert.deepEqual(sent, ['/api/v1/todos/bulk', '/api/v1/operations/ID/undo', '/api/v1/todos/bulk', '/api/v1/operations/ID/undo']);
  assert.deepEqual(ben.faults, []);
}, { prepare: async (server) => {
  await trip(server);
  await add(server, 'editor');
} });
