// See: what got done, from real data.
import assert from 'node:assert/strict';
import { scenario, until } from './support.js';

scenario('analytics show what was created and completed, as bars, numbers and a table', async ({ page, server }) => {
  const card = (name) => page.locator('.cards div').filter({ hasText: name }).locator('dd').first();
  await until('three completed', async () => (await card('Completed').innerText()) === '3');
  assert.equal(await card('Created').innerText(), '5');
  assert.equal(await card('Streak').innerText(), '1 day');
  await page.getByText('The same as a table').first().click();
  const today = page.getByRole('row').filter({ has: page.getByRole('cell') }).filter({ hasText: '5' }).first();
  await today.waitFor();
  // It follows what happens.
  const open = (await server.api('GET', '/todos?status=open')).value[0];
  await server.api('PATCH', `/todos/${open.id}`, { completed: true });
  await until('four completed', async () => (await card('Completed').innerText()) === '4');
  await page.getByRole('button', { name: '7 days' }).click();
  await until('the last seven days', async () => (await page.getByRole('button', { name: '7 days' }).getAttribute('aria-pressed')) === 'true');
  await until('four in them', async () => (await card('Completed').innerText()) === '4');
}, { at: '#/analytics', prepare: async (server) => {
  for (const title of ['a', 'b', 'c', 'd', 'e']) await server.create(title);
  for (const { id } of (await server.api('GET', '/todos')).value.slice(0, 3)) await server.api('PATCH', `/todos/${id}`, { completed: true });
} });
