// Takes docs/screenshots anew, from the real binary: `make screenshots`.
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { DESKTOP, PHONE, Server } from '../tests/support.js';

/** Nobody is there, which is seen. */
const HOOK = 'https://127.0.0.1/hook';
const folder = fileURLToPath(new URL('../../docs/screenshots/', import.meta.url));
mkdirSync(folder, { recursive: true });
const server = await Server.start();
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
try {
  const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  const due = (days, time = '') => ({ local: day(days) + time, zone: 'Europe/Berlin' });
  const list = async (name, people = []) => {
    const { id } = (await server.api('POST', '/lists', { name })).value;
    for (const user of people) await server.api('PUT', `/lists/${id}/members/${user}`, { role: 'editor' });
    return id;
  };
  const home = await list('Home');
  const trip = await list('Summer trip', ['ben', 'cyn']);
  await list('Reading');
  const todos = [
    { title: 'Finish the quarterly report', priority: 'urgent', due: due(0, 'T17:00:00'), tags: ['work'], description: 'Numbers from **Ada**, then:\n\n- charts\n- summary\n- send to the board' },
    { title: 'Water the plants', due: due(0), tags: ['home'] },
    { title: 'Call the dentist', priority: 'high', due: due(-1), tags: ['health'] },
    { title: 'Book the train to Hamburg', priority: 'medium', due: due(2), tags: ['travel'] },
    { title: 'Bread, olives, coffee', tags: ['errands', 'home'] },
    { title: 'Read chapter four', priority: 'low', tags: ['study'] },
    { title: 'Birthday present for Mira', due: due(9), tags: ['family'] },
    { title: 'Back up the photos', tags: ['home'] },
    { title: 'Book a cabin by the lake', priority: 'high', due: due(4), list: trip },
    { title: 'Pack the tent', due: due(12), tags: ['packing'], list: trip },
    { title: 'Who brings the stove?', list: trip },
    { title: 'Paint the fence', due: due(6), list: home },
    { title: 'New bulbs for the hall', tags: ['errands'], list: home },
  ];
  for (const [order, todo] of todos.entries()) await server.create({ ...todo, order });
  await server.api('POST', '/me/webhooks', { url: HOOK });
  await server.api('POST', '/me/notifications/test');
  for (const [device, viewport] of [['desktop', DESKTOP], ['phone', PHONE]]) {
    for (const colorScheme of ['light', 'dark']) {
      const page = await browser.newPage({ viewport, colorScheme, locale: 'en-GB', timezoneId: 'Europe/Berlin', reducedMotion: 'reduce' });
      await page.goto(server.base);
      const first = page.locator('[role=row][data-id]').first();
      await first.waitFor();
      if (device === 'desktop') {
        await first.click();
        await page.locator('aside .text strong').waitFor();
      }
      await page.screenshot({ path: `${folder}${device}-${colorScheme}.png` });
      if (device === 'desktop') {
        await page.goto(`${server.base}/#/list/${trip}`);
        await page.getByText('Pack the tent').waitFor();
        await page.getByRole('button', { name: /^People and settings/ }).click();
        await page.getByLabel('Role of cyn').waitFor();
        await page.screenshot({ path: `${folder}people-${colorScheme}.png` });
        await page.keyboard.press('Escape');
        await page.goto(`${server.base}/#/operator`);
        await page.getByRole('cell', { name: 'Views' }).waitFor();
        await page.screenshot({ path: `${folder}operator-${colorScheme}.png` });
        await page.goto(`${server.base}/#/settings`);
        await page.getByLabel('Do not disturb me').waitFor();
        await page.screenshot({ path: `${folder}settings-${colorScheme}.png` });
        const hook = page.getByRole('listitem', { name: HOOK });
        await hook.getByRole('list', { name: 'Last deliveries' }).waitFor();
        await hook.getByRole('button', { name: /^New secret/ }).click();
        await page.getByLabel('Secret', { exact: true }).scrollIntoViewIfNeeded();
        await page.getByLabel('Address of a web hook').scrollIntoViewIfNeeded();
        await page.screenshot({ path: `${folder}hooks-${colorScheme}.png` });
      }
      await page.close();
    }
  }
} finally {
  await browser.close();
  await server.stop();
}
