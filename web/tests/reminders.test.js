// Reminders: set, heard in the page and outside it, listed, read, put off.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { PHONE, row, scenario, until } from './support.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const details = (page) => page.getByRole('complementary', { name: 'Details' });
const messages = (page) => page.getByRole('region', { name: 'Messages' });
const reminders = async (server) => (await server.api('GET', '/todos')).value[0].reminders;
const clean = async (page) => {
  const result = await page.evaluate(`${axe}; axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })`);
  assert.deepEqual(result.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join('\n  ')}`), []);
};
const soon = (seconds) => new Date(Date.now() + seconds * 1000).toISOString();

scenario('several reminders are set before a todo is due and at a time, and removed and taken back', async ({ page, server }) => {
  await row(page, 'Call').click();
  const pane = details(page);
  await pane.getByRole('combobox', { name: 'Add a reminder' }).selectOption('30 minutes before');
  await pane.getByText('rings 2 Jan 2090, 08:30').waitFor();
  await pane.getByRole('combobox', { name: 'Add a reminder' }).selectOption('1 day before');
  await until('two', async () => (await reminders(server)).length === 2);
  await pane.getByRole('combobox', { name: 'Add a reminder' }).selectOption('At a time …');
  await page.keyboard.press('Tab');
  await pane.getByLabel('Remind me at').fill('2089-12-24T18:00');
  await pane.getByLabel('Remind me at').press('Enter');
  await until('three', async () => (await reminders(server)).some(({ at }) => at === '2089-12-24T17:00:00Z'));
  await clean(page);
  await pane.getByRole('button', { name: 'Remove reminder: 1 day before' }).click();
  await until('two are left', async () => (await reminders(server)).length === 2);
  await messages(page).getByRole('button', { name: 'Undo' }).click();
  await until('three again', async () => (await reminders(server)).map(({ rings }) => rings).sort().join() === '2089-12-24T17:00:00Z,2090-01-01T08:00:00Z,2090-01-02T07:30:00Z');
  assert.equal(await page.getByRole('dialog').count(), 0, 'nothing is asked');
  await pane.getByText('History', { exact: true }).click();
  await pane.locator('ins', { hasText: '1 day before' }).first().waitFor();
}, { prepare: (server) => server.create({ title: 'Call', due: { local: '2090-01-02T09:00:00', zone: 'Europe/Berlin' } }) });

scenario('what rings is seen in the page, listed under the bell, put off, and read', async ({ page, server }) => {
  const todo = await server.create('Turn off the oven');
  await server.api('PATCH', `/todos/${todo.id}`, { reminders: [{ at: soon(1) }] }, { 'Content-Type': 'application/merge-patch+json' });
  await messages(page).getByText('Reminder: Turn off the oven').waitFor();
  const bell = page.getByRole('link', { name: /^Notifications/ });
  await until('the badge', async () => /1/.test(await bell.innerText()));
  await bell.click();
  const entry = page.locator('main li', { hasText: 'Reminder: Turn off the oven' });
  await entry.getByText('new').waitFor();
  await clean(page);
  await entry.getByRole('button', { name: 'In 1 hour' }).click();
  await until('put off', async () => Date.parse((await reminders(server))[0].rings ?? 0) > Date.now() + 3000_000);
  await messages(page).getByText(/You are reminded again/).waitFor();
  await entry.getByRole('button', { name: /^Mark as read/ }).press('Enter');
  await entry.getByText('new').waitFor({ state: 'detached' });
  await until('it is kept', async () => (await server.api('GET', '/me/notifications')).value[0].readAt !== undefined);
  await until('no badge', async () => !/1/.test(await bell.innerText()));
  // From the message to the todo.
  await messages(page).getByRole('button', { name: 'Open' }).click();
  await details(page).getByText('Reminders').waitFor();
  await server.api('PATCH', `/todos/${todo.id}`, { reminders: [{ at: soon(1) }] }, { 'Content-Type': 'application/merge-patch+json' });
  await details(page).getByRole('group', { name: 'Remind me again' }).getByRole('button', { name: 'In 10 minutes' }).click();
  await details(page).getByText('History', { exact: true }).click();
  await details(page).getByText('Reminder put off').first().waitFor();
  await details(page).getByText('Reminded', { exact: true }).first().waitFor();
});

scenario('outside the page the browser shows it, once, if that is wanted', async ({ page }) => {
  await page.getByRole('checkbox', { name: 'Show them outside this page, too' }).check();
  // The real ones are shown; what is counted is with what they were made.
  await page.evaluate(() => {
    window.made = [];
    const Real = window.Notification;
    window.Notification = new Proxy(Real, { construct: (real, [title, options]) => (window.made.push([title, options]), new real(title, options)) });
  });
  const send = page.getByRole('button', { name: 'Try it' });
  await send.click();
  await messages(page).getByText('A test: you are told here').waitFor();
  assert.deepEqual(await page.evaluate(() => window.made), [], 'whoever looks at the page sees it there');
  await page.evaluate(() => Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' }));
  await send.click();
  await until('it was made', () => page.evaluate(() => window.made.length === 1));
  const [title, { body, tag }] = await page.evaluate(() => window.made[0]);
  assert.equal(`${title}: ${body}`, 'Todos: A test: you are told here');
  assert.match(tag, /^notification-/);
  await page.getByRole('button', { name: 'Mark all as read' }).click();
  await until('all read', async () => (await page.locator('main li').getByText('new').count()) === 0);
}, { at: '#/notifications', permissions: ['notifications'] });

scenario('on a phone, where there is nothing to tell, that is said', async ({ page }) => {
  await page.getByText('Nothing to tell').waitFor();
  await clean(page);
}, { at: '#/notifications', viewport: PHONE, colorScheme: 'dark' });
