// Trust: undo, history, trash, refusals and conflicts; nothing is lost while nobody answers.
import assert from 'node:assert/strict';
import { quickAdd, row, scenario, sees, settled, until } from './support.js';

scenario('every change is undone from its toast and by Ctrl+Z, and done again', async ({ page, server }) => {
  const undo = page.getByRole('region', { name: 'Messages' }).getByRole('button', { name: 'Undo' });
  await row(page, 'alpha').getByRole('checkbox').click();
  await undo.click();
  await sees(page, ['alpha', 'beta']);
  await row(page, 'beta').focus();
  await page.keyboard.press('Delete');
  await sees(page, ['alpha']);
  await page.keyboard.press('Control+z');
  await sees(page, ['alpha', 'beta']);
  await row(page, 'beta').focus();
  await page.keyboard.press('1');
  await until('urgent', async () => (await server.api('GET', '/todos?priority=urgent')).value.length === 1);
  await page.keyboard.press('Control+z');
  await until('not urgent', async () => (await server.api('GET', '/todos?priority=urgent')).value.length === 0);
  await page.keyboard.press('Control+Shift+z');
  await until('urgent again', async () => (await server.api('GET', '/todos?priority=urgent')).value.length === 1);
  await quickAdd(page, 'gamma');
  await row(page, 'gamma').waitFor();
  await page.locator('#quick-add').blur();
  await page.keyboard.press('Control+z');
  await until('gamma in the trash', async () => (await server.titles('status=deleted')).includes('gamma'));
}, { prepare: async (server) => { await server.create({ title: 'alpha', order: 1 }); await server.create({ title: 'beta', order: 2 }); } });

scenario('what lies in the trash is restored', async ({ page, server }) => {
  await page.getByRole('button', { name: 'Restore: gone' }).click();
  await page.getByText('The trash is empty').waitFor();
  await until('it is back', async () => (await server.titles()).includes('gone'));
}, { at: '#/trash', prepare: async (server) => { const { id } = await server.create('gone'); await server.api('DELETE', `/todos/${id}`); } });

scenario('a change of another field meanwhile is merged without a word', async ({ page, server }) => {
  const [todo] = (await server.api('GET', '/todos')).value;
  await row(page, 'shared').click();
  await server.api('PATCH', `/todos/${todo.id}`, { priority: 'high' });
  await page.getByRole('textbox', { name: 'Title' }).fill('shared, by me');
  await page.keyboard.press('Enter');
  const merged = await until('both', async () => {
    const now = await server.get(todo.id);
    return now.title === 'shared, by me' && now;
  });
  assert.equal(merged.priority, 'high');
  // The page does not hear of it: it changes what it saw.
}, { blind: true, prepare: (server) => server.create('shared') });

scenario('two changes of one field are shown side by side, and the person chooses', async ({ page, server }) => {
  const [todo] = (await server.api('GET', '/todos')).value;
  await row(page, 'shared').click();
  const title = page.getByRole('textbox', { name: 'Title' });
  await title.fill('mine');
  await server.api('PATCH', `/todos/${todo.id}`, { title: 'theirs' });
  await title.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Changed elsewhere, too' });
  await dialog.getByText('theirs').first().waitFor();
  await dialog.getByLabel('mine').check();
  await dialog.getByRole('button', { name: 'Keep what is chosen' }).click();
  await until('mine', async () => (await server.get(todo.id)).title === 'mine');
}, { prepare: (server) => server.create('shared') });

scenario('a refused change is taken back, and says why', async ({ page, server }) => {
  const [todo] = (await server.api('GET', '/todos')).value;
  await page.route('**/api/v1/todos/*', (route) => (route.request().method() === 'PATCH' ? route.continue({ postData: '{"order": 1e300}' }) : route.continue()));
  await row(page, 'as it was').getByRole('checkbox').click();
  await page.getByRole('alert').getByText(/taken back.*order.*use a number between/).waitFor();
  await sees(page, ['as it was']);
  assert.equal((await server.get(todo.id)).completed, false);
}, { prepare: (server) => server.create('as it was') });

scenario('while nobody answers, everything is kept, and is sent when the server is back, even after a reload', async ({ page, server }) => {
  await row(page, 'old').waitFor();
  await server.kill();
  // Nobody says what was understood.
  await page.fill('#quick-add', 'offline');
  await page.press('#quick-add', 'Enter');
  await page.getByText('No connection.').waitFor();
  await row(page, 'old').getByRole('checkbox').click();
  await page.getByText('2 changes are kept').waitFor();
  await page.fill('#quick-add', 'half a line');
  await server.again();
  await until('both arrive', async () => (await server.titles('status=open')).join() === 'offline', 30_000);
  await page.getByText('No connection.').waitFor({ state: 'detached' });
  await sees(page, ['offline']);
  await page.reload();
  assert.equal(await page.inputValue('#quick-add'), 'half a line');
}, { prepare: (server) => server.create('old') });

scenario('the history tells who changed what, from what to what', async ({ page }) => {
  await row(page, 'second').click();
  await page.getByText('History', { exact: true }).click();
  const entries = page.locator('details li');
  await entries.first().waitFor();
  const text = (await entries.allInnerTexts()).join('\n');
  for (const part of ['Title', 'first', 'second', 'Created', 'You']) assert.ok(text.includes(part), `${part} in ${text}`);
}, { prepare: async (server) => { const { id } = await server.create('first'); await server.api('PATCH', `/todos/${id}`, { title: 'second' }); } });

scenario('a history that comes when its details are closed already does no harm', async ({ page }) => {
  let come;
  const held = new Promise((resolve) => (come = resolve));
  const answered = page.waitForResponse('**/history');
  await page.route('**/history', async (route) => (await held, route.continue()));
  await row(page, 'looked at').click();
  const asked = page.waitForRequest('**/history');
  await page.getByText('History', { exact: true }).click();
  await asked;
  await page.getByRole('complementary', { name: 'Details' }).getByRole('button', { name: 'Close', exact: true }).click();
  await page.getByRole('complementary', { name: 'Details' }).waitFor({ state: 'detached' });
  come();
  await (await answered).finished();
  await settled(page);
  assert.deepEqual(page.faults, []);
}, { prepare: (server) => server.create('looked at') });
