// Web hooks: added, with their secret shown once; told, signed; failing, switched off and on again; removed, with a way back.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after } from 'node:test';
import { Receiver } from './receiver.js';
import { PHONE, scenario, until } from './support.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const messages = (page) => page.getByRole('region', { name: 'Messages' });
const clean = async (page) => {
  const result = await page.evaluate(`${axe}; axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })`);
  assert.deepEqual(result.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join('\n  ')}`), []);
};
const hooks = async (server) => (await server.api('GET', '/me/webhooks')).value;
const test = (server) => server.api('POST', '/me/notifications/test');
const add = async (page, url) => {
  await page.getByLabel('Address of a web hook').fill(url);
  await page.getByLabel('Address of a web hook').press('Enter');
};
const secretOf = (page) => page.getByLabel('Secret', { exact: true }).inputValue();
const signs = (secret, { headers, body }) => {
  const [, seconds, signature] = headers['todo-signature'].match(/^t=(\d+),v1=([0-9a-f]+)$/);
  return createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex') === signature;
};

const receiver = await Receiver.start();
after(() => receiver.stop());

scenario('a program is added, is told what its secret signs, fails, and is removed and brought back', async ({ page, server }) => {
  // Refused in the server's words, where it was typed.
  await add(page, 'http://example.org');
  await page.getByRole('alert').getByText('url is no address of a web hook: write it as https://example.org/hook').waitFor();
  assert.equal(await page.getByLabel('Address of a web hook').inputValue(), 'http://example.org');
  await clean(page);
  await add(page, receiver.url);
  const group = page.getByRole('group', { name: /This secret signs/ });
  await group.waitFor();
  const secret = await secretOf(page);
  assert.match(secret, /^whsec_.{50,}/);
  await clean(page);
  await group.getByRole('button', { name: 'Copy' }).click();
  await messages(page).getByText('Copied').waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), secret);
  await test(server);
  const entry = page.getByRole('listitem', { name: receiver.url });
  await entry.getByRole('list', { name: 'Last deliveries' }).getByText('Delivered').waitFor();
  assert.ok(signs(secret, receiver.calls.at(-1)), 'the secret that is shown signs what comes');
  // Shown once.
  await group.getByRole('button', { name: 'I have kept it' }).click();
  await group.waitFor({ state: 'detached' });
  await page.reload();
  await entry.waitFor();
  assert.equal(await page.getByText(secret).count(), 0);
  // Another one: the old counts no more.
  await entry.getByRole('button', { name: /^New secret/ }).click();
  await until('another secret', async () => (await secretOf(page)) !== secret);
  const renewed = await secretOf(page);
  receiver.status = 500;
  await test(server);
  await entry.getByText('The last attempt failed. It answered with status 500.').waitFor();
  await entry.getByText(/On its way: It answered with status 500/).waitFor();
  assert.ok(signs(renewed, receiver.calls.at(-1)) && !signs(secret, receiver.calls.at(-1)));
  receiver.status = 204;
  await until('it is tried again', async () => (await hooks(server))[0].failures === 0);
  await entry.getByRole('button', { name: /^Remove/ }).click();
  await entry.waitFor({ state: 'detached' });
  await until('it is gone', async () => (await hooks(server)).length === 0);
  await messages(page).getByRole('button', { name: 'Undo' }).click();
  await entry.waitFor();
  const before = receiver.calls.length;
  await test(server);
  await until('it is told again', () => receiver.calls.length > before);
  assert.ok(signs(renewed, receiver.calls.at(-1)), 'under the secret that it knows');
}, { at: '#/settings', env: receiver.env, permissions: ['clipboard-read', 'clipboard-write'] });

scenario('a program in a private network is not called, is switched off after so many failures, and is enabled again', async ({ page, server }) => {
  const entry = page.getByRole('listitem', { name: receiver.url });
  await entry.getByText('Switched off after 30 failures in a row. The address is in a private network.').waitFor();
  await entry.getByText('Given up: The address is in a private network').first().waitFor();
  await clean(page);
  await entry.getByRole('button', { name: 'Enable again' }).click();
  await messages(page).getByText('Web hook enabled').waitFor();
  await entry.getByText('Switched off').waitFor({ state: 'detached' });
  assert.deepEqual((await hooks(server)).map(({ disabled, failures }) => [disabled, failures]), [[false, 0]]);
}, { at: '#/settings', viewport: PHONE, colorScheme: 'dark', prepare: async (server) => {
  await server.api('POST', '/me/webhooks', { url: receiver.url });
  const calls = receiver.calls.length;
  for (let n = 0; n < 30; n++) await test(server);
  await until('it is switched off', async () => (await hooks(server))[0].disabled);
  assert.equal(receiver.calls.length, calls);
} });
