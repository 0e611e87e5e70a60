// Safe: text stays text, headers are strict, types are fresh, every text is in the catalogues, axe finds nothing.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'svelte/compiler';
import { types } from '../scripts/types.js';
import { DESKTOP, PHONE, quickAdd, row, scenario, Server, settled, until } from './support.js';

const EVIL = `"><img src=x onerror="window.hurt=1"><script>window.hurt=1</script><svg onload=window.hurt=1>`;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

scenario('an injection in every text field shows as text', async ({ page, server }) => {
  await quickAdd(page, `x ${EVIL}`);
  await row(page, 'onerror').first().waitFor();
  await server.create({ title: EVIL, subtasks: [{ title: EVIL }], tags: ['<b>tag</b>', `"'><i>`], description: `${EVIL}\n\n[click](javascript:window.hurt=1) <a href="javascript:window.hurt=1">a</a> ![x](javascript:window.hurt=1)\n\n<iframe srcdoc="<script>parent.hurt=1</script>"></iframe>` });
  await page.reload();
  await row(page, 'onerror').nth(1).waitFor();
  await row(page, 'onerror').filter({ hasNotText: '<b>tag</b>' }).click();
  await page.getByRole('complementary', { name: 'Details' }).waitFor();
  await row(page, '<b>tag</b>').click();
  await page.locator('aside .text p').first().waitFor();
  assert.equal(await page.locator('aside .text :is(img, script, svg, iframe, [onerror], [href^="javascript:"])').count(), 0);
  await page.getByText('History', { exact: true }).click();
  await page.goto(`${server.base}/#/tag/${encodeURIComponent('<b>tag</b>')}`);
  await page.getByRole('heading', { name: '#<b>tag</b>' }).waitFor();
  await page.goto(`${server.base}/#/search/${encodeURIComponent(EVIL)}`);
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Command palette' }).fill(EVIL);
  await page.locator('dialog [role=option]').first().waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  // A list's name and description, who is asked into it, a filter's name, and what is called where.
  const list = (await server.api('POST', '/lists', { name: EVIL, description: EVIL })).value;
  await server.create({ title: 'in it', list: list.id });
  await server.api('PUT', `/filters/${encodeURIComponent('<img src=x onerror=window.hurt=1>')}`, { query: 'q=in' });
  await server.api('PATCH', '/me', { displayName: EVIL });
  await page.goto(`${server.base}/#/list/${list.id}`);
  await page.reload();
  await page.getByRole('heading', { name: EVIL, level: 1 }).waitFor();
  await page.locator('main p').getByText('onerror').waitFor();
  await page.getByRole('button', { name: /^People and settings/ }).click();
  await page.getByRole('dialog').getByLabel(/^Who/).fill('<svg onload=window.hurt=1>');
  await page.getByRole('dialog').getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByRole('alert').waitFor();
  assert.equal(await page.locator(':is(main, dialog, nav, [role=alert]) :is(img, script, iframe)').count(), 0);
  await page.keyboard.press('Escape');
  await page.goto(`${server.base}/#/settings`);
  await page.getByLabel('Name', { exact: true }).waitFor();
  assert.equal(await page.locator('main :is(img, script, iframe), dialog :is(img, script, iframe)').count(), 0);
  assert.equal(await page.evaluate(() => window.hurt), undefined);
});

test('the page is served with strict headers, whole and compressed', async () => {
  const server = await Server.start();
  try {
    const page = await fetch(server.base);
    const policy = page.headers.get('content-security-policy');
    assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self'/);
    assert.doesNotMatch(policy, /unsafe/);
    assert.equal(page.headers.get('x-content-type-options'), 'nosniff');
    assert.equal(page.headers.get('referrer-policy'), 'no-referrer');
    assert.equal(page.headers.get('cache-control'), 'no-cache');
    assert.match(page.headers.get('content-encoding') ?? '', /br|gzip/);
    const again = await fetch(server.base, { headers: { 'If-None-Match': page.headers.get('etag') } });
    assert.equal(again.status, 304);
    const html = await page.text();
    assert.doesNotMatch(html, /<script(?![^>]*\bsrc=)[^>]*>|<style|style=|\son\w+=/i, 'nothing is inline');
    for (const [, path] of html.matchAll(/(?:src|href)="(\/[^"]+)"/g)) {
      const file = await fetch(server.base + path);
      assert.equal(file.status, 200, path);
      if (path.startsWith('/assets/')) assert.match(file.headers.get('cache-control'), /immutable/);
    }
    assert.equal((await fetch(`${server.base}/assets/none.js`)).status, 404);
  } finally {
    await server.stop();
  }
});

test('the types are those of the OpenAPI document', async () => {
  const server = await Server.start();
  try {
    const made = await types(await (await fetch(`${server.base}/openapi.json`)).json());
    const kept = readFileSync(new URL('../src/lib/api/schema.d.ts', import.meta.url), 'utf8');
    assert.ok(made === kept, 'src/lib/api/schema.d.ts is stale: run `npm run types -- URL` in web/ against the new binary');
  } finally {
    await server.stop();
  }
});

test('no component has a text of its own', () => {
  const source = new URL('../src/', import.meta.url).pathname;
  const spoken = ['aria-label', 'title', 'placeholder', 'alt'];
  const found = [];
  for (const name of readdirSync(source, { recursive: true }).filter((name) => name.endsWith('.svelte'))) {
    const visit = (node) => {
      if (!node || typeof node !== 'object') return;
      if (node.type === 'Text' && /\p{L}{2,}/u.test(node.data ?? '')) found.push(`${name}: ${node.data.trim()}`);
      if (node.type === 'StyleDirective') return;
      if (node.type === 'Attribute') {
        if (spoken.includes(node.name) && Array.isArray(node.value)) node.value.forEach(visit);
        return;
      }
      for (const [key, child] of Object.entries(node)) if (key !== 'css' && key !== 'instance' && key !== 'module') (Array.isArray(child) ? child : [child]).forEach(visit);
    };
    visit(parse(readFileSync(join(source, name), 'utf8'), { modern: true }).fragment);
  }
  assert.deepEqual(found, []);
});

const many = async (server) => {
  const due = { local: '2020-01-01', zone: 'Europe/Berlin' };
  await server.create({ title: 'late', due, priority: 'urgent', tags: ['home', 'garden'], description: '**text** `code`\n\n> quote', subtasks: [{ title: 'one', completed: true }, { title: 'two' }], recurrence: { rule: 'FREQ=WEEKLY;COUNT=9;BYDAY=WE' }, reminders: [{ minutesBefore: 30 }, { at: '2089-01-01T00:00:00Z' }] });
  await server.api('POST', '/me/notifications/test');
  for (const priority of ['high', 'medium', 'low']) await server.create({ title: priority, priority, due: { local: '2040-01-01T10:00:00', zone: 'Asia/Tokyo' } });
  server.list = (await server.api('POST', '/lists', { name: 'Garden', description: 'What grows' })).value.id;
  await server.api('PUT', `/lists/${server.list}/members/ben`, { role: 'editor' });
  await server.create({ title: 'shared', list: server.list });
  await server.create({ title: 'done', completed: true, priority: 'high' });
  await server.api('PUT', '/filters/Late', { query: 'q=late' });
  const { id } = await server.create('gone');
  await server.api('DELETE', `/todos/${id}`);
};

for (const [device, viewport] of [['desktop', DESKTOP], ['phone', PHONE]]) {
  for (const colorScheme of ['light', 'dark']) {
    scenario(`axe finds no violation of WCAG 2.2 A or AA: ${device}, ${colorScheme}`, async ({ page, server }) => {
      const check = async (what) => {
        const result = await page.evaluate(`${axe}; axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })`);
        const wrong = result.violations.map((one) => `${one.id}: ${one.nodes.map((node) => `${node.html} ${node.any[0]?.message ?? ''}`).join('\n  ')}`);
        assert.deepEqual(wrong, [], what);
      };
      const at = async (hash) => {
        await page.goto(`${server.base}/#/${hash}`);
        await settled(page);
        await page.locator('h1').waitFor();
      };
      for (const view of ['inbox', 'today', 'upcoming', 'done', 'trash', 'tag/home', 'search/late', 'search/zzz', 'filter/Late', `list/${server.list}`]) {
        await at(view);
        await until('rows or an empty state', () => page.locator('[role=row], section h2').count());
        await check(view);
      }
      await at('analytics');
      await page.locator('figure, [role=alert]').first().waitFor();
      await check('analytics');
      await at('notifications');
      await page.locator('main li').first().waitFor();
      await check('notifications');
      await at('settings');
      await page.getByLabel('Do not disturb me').waitFor();
      await check('settings');
      await at('operator');
      await page.getByRole('cell', { name: 'Views' }).waitFor();
      await check('operator');
      await at(`list/${server.list}`);
      await page.getByRole('button', { name: /^People and settings/ }).click();
      await page.getByLabel('Role of ben').waitFor();
      await check('people of a list');
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await at('inbox');
      await row(page, 'late').waitFor();
      await page.keyboard.press('Control+a');
      await page.getByRole('toolbar', { name: 'Selection' }).waitFor();
      await check('a selection');
      await page.keyboard.press('Escape');
      await row(page, 'late').click();
      await page.locator('aside .text strong').waitFor();
      await page.locator('details summary').click();
      await check('details');
      await page.keyboard.press('Escape');
      await page.getByRole('complementary', { name: 'Details' }).waitFor({ state: 'detached' });
      await page.keyboard.press('Delete');
      await page.getByRole('region', { name: 'Messages' }).getByRole('button', { name: 'Undo' }).waitFor();
      await check('a toast');
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
      await check('shortcuts');
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.keyboard.press('Control+k');
      await page.locator('dialog [role=option]').first().waitFor();
      await check('palette');
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      if (device === 'phone') {
        await page.getByRole('button', { name: 'Open navigation' }).click();
        await page.getByRole('dialog').waitFor();
        await check('navigation');
      }
    }, { prepare: many, viewport, colorScheme, reducedMotion: 'reduce' });
  }
}
