// Many at once: one operation with its progress, what became of each, a stop, and one way back.
import assert from 'node:assert/strict';
import { open, row, scenario, seen, sees, until } from './support.js';

const messages = (page) => page.getByRole('region', { name: 'Messages' });
const count = async (server, query) => {
  const { value } = await server.api('GET', '/counts?zone=UTC');
  return value[query];
};
/** So many todos, made by one operation. */
const many = async (server, wanted) => {
  const drafts = Array.from({ length: wanted }, (_, order) => ({ title: `task ${order}`, order }));
  const { value } = await server.api('POST', '/todos/import', drafts);
  await until('the import', async () => (await server.api('GET', `/operations/${value.id}`)).value.status === 'completed', 60_000);
  await until('the views', async () => (await count(server, 'open')) === wanted, 60_000);
};

scenario('what is chosen is changed by one operation, and taken back by one', async ({ page, server }) => {
  const sent = [];
  page.on('request', (request) => request.method() === 'GET' || sent.push(new URL(request.url()).pathname.replace(/saga-[^/]+/, 'ID')));
  await page.getByText('250 todos').waitFor();
  await page.keyboard.press('Control+a');
  await page.getByRole('button', { name: 'Complete', exact: true }).click();
  await messages(page).getByText('250 todos completed').waitFor();
  await messages(page).getByRole('button', { name: 'Undo' }).waitFor();
  assert.equal(await count(server, 'completed'), 250);
  await page.getByText('Nothing to do').waitFor();
  await messages(page).getByRole('button', { name: 'Undo' }).click();
  await until('none is done', async () => (await count(server, 'open')) === 250);
  await until('they are seen again', async () => (await seen(page)).length > 10);
  assert.deepEqual(sent, ['/api/v1/todos/bulk', '/api/v1/operations/ID/undo']);
}, { prepare: (server) => many(server, 250) });

scenario('what could not be changed is told, todo by todo, and the others are', async ({ page, server }) => {
  await sees(page, ['task 0', 'task 1', 'task 2']);
  // Somebody else was quicker, and this page was not told.
  const gone = (await server.api('GET', '/todos')).value.find((todo) => todo.title === 'task 1');
  await server.api('DELETE', `/todos/${gone.id}`);
  await page.keyboard.press('Control+a');
  await page.getByRole('button', { name: 'Complete', exact: true }).click();
  await messages(page).getByText('1 change was refused').waitFor();
  assert.deepEqual((await server.titles('status=completed')).sort(), ['task 0', 'task 2']);
  await messages(page).getByRole('button', { name: 'Why?' }).click();
  const dialog = page.getByRole('dialog', { name: 'What was not changed' });
  await dialog.getByText('task 1').waitFor();
  await dialog.getByText('It lies in the trash: restore it first.').waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
}, { blind: true, prepare: (server) => many(server, 3) });

scenario('an operation is stopped, and what it did is taken back', async ({ page, server }) => {
  await page.getByText('3,000 todos').waitFor({ timeout: 30_000 });
  await page.keyboard.press('Control+a');
  await page.getByRole('button', { name: 'Complete', exact: true }).click();
  await messages(page).getByRole('button', { name: 'Stop' }).click();
  await messages(page).getByText('Taken back:').waitFor({ timeout: 60_000 });
  const [operation] = (await server.api('GET', '/operations?limit=1')).value;
  assert.deepEqual([operation.status, operation.stopping], ['compensated', 'aborted']);
  assert.equal(await count(server, 'completed'), 0);
  await page.getByText('3,000 todos', { exact: true }).waitFor();
}, { timeout: 120_000, prepare: (server) => many(server, 3000) });

scenario('a change of many is kept while nobody answers, and done once when somebody does', async ({ page, server }) => {
  await sees(page, ['task 0', 'task 1', 'task 2']);
  await server.kill();
  await page.keyboard.press('Control+a');
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByText('No connection.').waitFor();
  await sees(page, []);
  await server.again();
  await until('all are in the trash', async () => (await server.titles('status=deleted')).length === 3, 30_000);
  await page.getByText('No connection.').waitFor({ state: 'detached' });
  await sees(page, []);
  assert.equal((await server.api('GET', '/operations')).value.filter((operation) => operation.do === 'delete').length, 1);
}, { prepare: (server) => many(server, 3) });

scenario('an operator sees how the platform is doing, and nobody else does', async ({ page, server }) => {
  await page.getByText('12 todos', { exact: true }).waitFor();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('2');
  await until('the operation', async () => (await server.titles('priority=high')).length === 12);
  await page.getByRole('link', { name: 'Platform' }).click();
  await page.getByRole('heading', { name: 'Platform', level: 1 }).waitFor();
  const cell = async (name) => (await page.getByRole('row').filter({ has: page.getByRole('cell', { name, exact: true }) }).locator('td').allInnerTexts()).map(Number).slice(1);
  await until('no projection is behind', async () => (await cell('Views'))[1] === 0 && (await cell('Operations'))[1] === 0);
  const { last } = (await server.api('GET', '/operator/overview')).value.projections.reduce((most, one) => ({ last: Math.max(most.last, one.taken) }), { last: 0 });
  assert.equal((await cell('Views'))[0], last);
  const host = page.getByRole('region', { name: 'Actor hosts' });
  await host.getByRole('listitem').filter({ hasText: 'Todo' }).getByText('12').first().waitFor();
  const operations = page.getByRole('region', { name: 'Operations of everybody' });
  await operations.getByRole('row').filter({ hasText: 'priority' }).getByText('12 / 12').waitFor();
  await operations.getByRole('row').filter({ hasText: 'priority' }).getByText('Completed').waitFor();
  // Somebody who does not run it.
  const token = await server.token('ben');
  const ben = await open(server, { token });
  await ben.getByRole('link', { name: 'Analytics' }).waitFor();
  assert.equal(await ben.getByRole('link', { name: 'Platform' }).count(), 0);
  const refused = await server.api('GET', '/operator/overview', undefined, { Authorization: `Bearer ${token}` });
  assert.deepEqual([refused.status, refused.value.type.split('/').pop()], [403, 'forbidden']);
  assert.equal((await server.api('GET', '/operator/operations', undefined, { Authorization: `Bearer ${token}` })).status, 403);
}, { prepare: (server) => many(server, 12) });
