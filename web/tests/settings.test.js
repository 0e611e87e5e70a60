// Settings: kept by the server, with a way back; what is refused says why.
import assert from 'node:assert/strict';
import { scenario, until } from './support.js';

scenario('name, zone, quiet hours, channels and e-mail are kept, and taken back', async ({ page, server }) => {
  const kept = async () => (await server.api('GET', '/me')).value;
  const is = (what, probe) => until(what, async () => probe(await kept()));
  await page.getByLabel('Name', { exact: true }).fill('Ada Lovelace');
  await page.getByLabel('Name', { exact: true }).press('Tab');
  await is('the name', (me) => me.displayName === 'Ada Lovelace');
  await page.locator('main').getByLabel('Time zone').selectOption('Asia/Tokyo');
  await is('the zone', (me) => me.zone === 'Asia/Tokyo');
  await page.getByLabel('E-mail address').fill('ada@example.org');
  await page.getByLabel('E-mail address').press('Enter');
  await is('the address', (me) => me.email === 'ada@example.org');
  await page.getByLabel('By e-mail').check();
  await is('the channel', (me) => me.channels.includes('email'));
  await page.getByLabel('Do not disturb me').check();
  await page.getByLabel('Until').fill('06:30');
  await is('quiet hours', (me) => me.quietHours?.from === '22:00' && me.quietHours.to === '06:30');
  await page.getByRole('region', { name: 'Messages' }).getByRole('button', { name: 'Undo' }).click();
  await is('the hours before', (me) => me.quietHours?.to === '07:00');
  await page.reload();
  assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'Ada Lovelace');
  // Refused, and why; what holds is shown.
  await page.getByLabel('E-mail address').fill('nobody@');
  await page.getByLabel('E-mail address').press('Enter');
  await page.getByRole('alert').getByText(/email/).waitFor();
  await until('as it was', async () => (await page.getByLabel('E-mail address').inputValue()) === 'ada@example.org');
}, { at: '#/settings' });

scenario('an account is deleted by typing its name, but not while others are in a list of it', async ({ page, server }) => {
  const { id } = (await server.api('GET', '/me')).value;
  const part = page.getByRole('region', { name: 'Delete my account' });
  const [name, button] = [part.getByLabel(/^To go on, type your name/), part.getByRole('button', { name: 'Delete my account' })];
  await name.fill(`${id}s`);
  assert.equal(await button.isDisabled(), true);
  await name.fill(id);
  await button.click();
  await part.getByRole('alert').getByText(/give|delete/i).waitFor();
  assert.deepEqual(await server.titles(), ['tell nobody']);
  assert.equal((await server.api('DELETE', `/lists/${server.list}/members/ben`)).status, 204);
  const shown = page.waitForEvent('load');
  await button.click();
  await shown;
  // Alone with the machine, one begins anew.
  const now = await until('a new beginning', async () => { const { status, value } = await server.api('GET', '/me'); return status === 200 && value; });
  assert.deepEqual([now.id, now.displayName ?? null], [id, null]);
  assert.deepEqual([(await server.titles()), (await server.titles('status=deleted')), (await server.api('GET', '/lists')).value], [[], [], []]);
  await page.getByLabel('Name', { exact: true }).waitFor();
  assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), '');
  assert.equal(await page.evaluate(() => JSON.stringify(localStorage).includes('tell nobody')), false);
}, {
  at: '#/settings',
  prepare: async (server) => {
    await server.api('PATCH', '/me', { displayName: 'Ada' });
    server.list = (await server.api('POST', '/lists', { name: 'Ours' })).value.id;
    assert.ok((await server.api('PUT', `/lists/${server.list}/members/ben`, { role: 'viewer' })).status < 300);
    await server.create('tell nobody');
  },
});
