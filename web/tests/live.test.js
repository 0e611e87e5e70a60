// Live: two windows in step, through a restart of the server; a list changed elsewhere; a line that dies without a word.
import assert from 'node:assert/strict';
import { open, quickAdd, row, scenario, sees, types, until } from './support.js';

scenario('two windows stay in step, through a restart of the server', async ({ page, server }) => {
  const other = await open(server);
  await sees(other, ['one']);
  await quickAdd(page, 'two');
  await sees(other, ['two', 'one']);
  await row(other, 'one').getByRole('checkbox').click();
  await sees(page, ['two']);
  await server.kill();
  await page.getByText('No connection.').waitFor();
  await other.getByText('No connection.').waitFor();
  await server.again();
  // Before the windows are back: what they miss they are told later.
  await server.create({ title: 'meanwhile', order: 1e6 });
  for (const window of [page, other]) await window.getByText('No connection.').waitFor({ state: 'detached' });
  for (const window of [page, other]) await sees(window, ['two', 'meanwhile']);
  await row(page, 'two').focus();
  await page.keyboard.press('e');
  await types(page, 'two, again');
  await page.keyboard.press('Enter');
  await sees(other, ['two, again', 'meanwhile']);
  await row(other, 'meanwhile').focus();
  await other.keyboard.press('Delete');
  await sees(page, ['two, again']);
  assert.deepEqual(other.faults, []);
}, { prepare: (server) => server.create({ title: 'one', order: 0 }) });

scenario('a list that is made, renamed and thrown away elsewhere is so here, too', async ({ page, server }) => {
  const side = page.getByRole('navigation', { name: 'Lists', exact: true });
  const { value } = await server.api('POST', '/lists', { name: 'Elsewhere' });
  await side.getByRole('link', { name: 'Elsewhere' }).click();
  await server.create({ title: 'in it', list: value.id });
  await sees(page, ['in it']);
  await server.api('PATCH', `/lists/${value.id}`, { name: 'Renamed' });
  await page.getByRole('heading', { name: 'Renamed', level: 1 }).waitFor();
  await server.api('DELETE', `/lists/${value.id}`);
  await page.getByText('This list is not here').waitFor();
  await server.api('POST', `/lists/${value.id}/restore`);
  await sees(page, ['in it']);
});

scenario('what the server refuses is taken back in every window that showed it', async ({ page, server }) => {
  const other = await open(server);
  await sees(other, ['kept']);
  await page.route('**/api/v1/todos/*', (route) => (route.request().method() === 'PATCH' ? route.continue({ postData: '{"title": ""}' }) : route.continue()));
  await row(page, 'kept').focus();
  await page.keyboard.press('e');
  await types(page, 'refused');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText(/taken back/).waitFor();
  await sees(page, ['kept']);
  await sees(other, ['kept']);
  await until('as it was', async () => (await server.titles()).join() === 'kept');
}, { prepare: (server) => server.create('kept') });

scenario('what happens while the page is loaded and the stream is not open yet is seen', async ({ page, server }) => {
  const side = page.getByRole('navigation', { name: 'Lists', exact: true });
  await sees(page, ['one']);
  let release;
  await page.route('**/events/stream', async (route) => {
    await new Promise((resolve) => (release = resolve));
    await route.continue();
  });
  await page.reload();
  await sees(page, ['one']);
  await until('the stream is asked for', () => release);
  await server.create({ title: 'two', order: 1 });
  await server.api('POST', '/lists', { name: 'Meanwhile' });
  release();
  await sees(page, ['one', 'two']);
  await side.getByRole('link', { name: 'Meanwhile' }).waitFor();
}, { prepare: (server) => server.create({ title: 'one', order: 0 }) });
