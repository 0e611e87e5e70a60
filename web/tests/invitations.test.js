// Invitations into lists: asked, said yes or no to, withdrawn; and a list copied.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { open, scenario, sees, until } from './support.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const messages = (page) => page.getByRole('region', { name: 'Messages' });
const side = (page) => page.getByRole('navigation', { name: 'Lists', exact: true });
const invited = async (server) => (await server.api('GET', `/lists/${server.trip}/invitations`)).value.map(({ user, role }) => `${user} ${role}`).join();
const clean = async (page) => {
  const result = await page.evaluate(`${axe}; axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })`);
  assert.deepEqual(result.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join('\n  ')}`), []);
};
const trip = async (server) => {
  server.trip = (await server.api('POST', '/lists', { name: 'Trip' })).value.id;
  await server.create({ title: 'Book a cabin', list: server.trip });
};

scenario('somebody is asked into a list, hears of it at once, and comes in by saying yes', async ({ page, server }) => {
  const name = server.named('ben');
  const ben = await open(server, { token: await server.token('ben'), at: '#/inbox' });
  await ben.getByText('Nothing to do').waitFor();
  const bell = ben.getByRole('link', { name: /^Notifications/ });
  const dialog = page.getByRole('dialog', { name: 'People and settings of Trip' });
  const ask = async (role) => {
    await dialog.getByLabel(/^Who/).fill(name);
    await dialog.getByLabel('Role', { exact: true }).selectOption(role);
    await dialog.getByLabel('Open for').selectOption('1 day');
    await dialog.getByRole('button', { name: 'Invite' }).click();
    await dialog.getByRole('button', { name: `Withdraw the invitation of ${name}` }).waitFor();
    await until('the invitation', async () => (await invited(server)) === `${name} ${role}`);
    await until('the badge', async () => /1/.test(await bell.innerText()));
  };
  await side(page).getByRole('link', { name: 'Trip' }).click();
  await page.getByRole('button', { name: 'People and settings of Trip' }).click();
  await ask('viewer');
  const { expires } = (await server.api('GET', `/lists/${server.trip}/invitations`)).value[0];
  const hours = (Date.parse(expires) - Date.now()) / 3600_000;
  assert.ok(hours > 23 && hours < 24, expires);
  await clean(page);
  // Withdrawn, it is as if it had never been.
  await dialog.getByRole('button', { name: `Withdraw the invitation of ${name}` }).click();
  await until('nobody is asked', async () => (await invited(server)) === '');
  await dialog.getByRole('button', { name: `Withdraw the invitation of ${name}` }).waitFor({ state: 'detached' });
  await until('no badge', async () => !/1/.test(await bell.innerText()));
  await ask('editor');
  await bell.click();
  await ben.getByText(/asks you into “Trip” as Editor/).waitFor();
  await clean(ben);
  await ben.getByRole('button', { name: 'Accept: Trip' }).press('Enter');
  await side(ben).getByRole('link', { name: 'Trip' }).click();
  await sees(ben, ['Book a cabin']);
  await dialog.getByText('2 people').waitFor();
  await dialog.getByRole('button', { name: `Withdraw the invitation of ${name}` }).waitFor({ state: 'detached' });
  assert.deepEqual(ben.faults, []);
}, { prepare: trip, at: '#/inbox' });

scenario('who says no stays out', async ({ page, server }) => {
  await server.api('PUT', `/lists/${server.trip}/invitations/${server.named('cyn')}`, { role: 'viewer' });
  const cyn = await open(server, { token: await server.token('cyn'), at: '#/notifications' });
  await cyn.getByRole('button', { name: 'Decline: Trip' }).click();
  await messages(cyn).getByText('Invitation into “Trip” declined').waitFor();
  await cyn.getByText('Nothing to tell').waitFor();
  assert.equal(await invited(server), '');
  assert.deepEqual(cyn.faults, []);
  await page.locator('h1').waitFor();
}, { prepare: trip });

scenario('a list is copied with what is open in it, and the copy is taken back', async ({ page, server }) => {
  await side(page).getByRole('link', { name: 'Trip' }).click();
  await page.getByRole('button', { name: 'People and settings of Trip' }).click();
  await page.getByRole('button', { name: 'Copy list' }).click();
  await page.getByRole('heading', { name: 'Trip (copy)', level: 1 }).waitFor();
  await sees(page, ['Book a cabin']);
  const names = async () => (await server.api('GET', '/lists')).value.map(({ name }) => name).sort().join();
  assert.equal(await names(), 'Trip,Trip (copy)');
  await messages(page).getByRole('button', { name: 'Undo' }).click();
  await until('the copy is gone', async () => (await names()) === 'Trip');
  await page.getByRole('heading', { name: 'Inbox', level: 1 }).waitFor();
  // Whoever runs the platform sees what it was.
  const operator = await open(server, { token: null, at: '#/operator' });
  const mine = operator.getByRole('row').filter({ hasText: (await server.api('GET', '/me')).value.id });
  await mine.filter({ hasText: 'List copied' }).first().waitFor();
}, { prepare: trip });
