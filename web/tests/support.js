// Each test has a server, from the real binary, and a browser page on it.
import { existsSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { after, test } from 'node:test';
import { chromium } from 'playwright-core';
import { DEADLINE, Gateway, ON_STACK, Server, until } from './servers.js';

export { Server, until };
const BROWSER = process.env.CHROMIUM ?? '/usr/bin/chromium';
/** A folder to take the page from instead of the binary: for working on the page without building the binary each time. */
const PAGE = process.env.TODO_PAGE;
/** So many milliseconds at most, at random, each answer of the API comes late: that finds what was waited for too little. */
const LATE = Number(process.env.TODO_LATE ?? 0);
export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };

let browser;
after(() => browser?.close());

/** Serves the page's files from `PAGE`, under the policy that the binary serves them with. */
async function fromFolder(context, server) {
  const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
  const policy = (await fetch(server.base)).headers.get('content-security-policy');
  await context.route((url) => url.origin === server.base && /^\/($|assets\/|start\.js|favicon)/.test(url.pathname), async (route) => {
    const { pathname } = new URL(route.request().url());
    const file = join(PAGE, pathname === '/' ? 'index.html' : pathname);
    if (!existsSync(file)) return route.fulfill({ status: 404 });
    // A server that is away has no page either.
    if (server.away) return route.abort();
    await route.fulfill({ body: readFileSync(file), contentType: types[extname(file)], headers: { 'content-security-policy': policy } });
  });
}

/**
 * A page that must stay free of errors: scripts that throw, and anything that the Content-Security-Policy stopped. It speaks for whom
 * the test is about, unless another token is given, or `null` for none.
 */
export async function open(server, { token = server.mine, blind, ...options } = {}) {
  browser ??= await chromium.launch({ executablePath: BROWSER, args: ['--no-sandbox', '--disable-gpu'] });
  const context = await browser.newContext({ viewport: DESKTOP, locale: 'en-GB', timezoneId: 'Europe/Berlin', ...options });
  if (PAGE) await fromFolder(context, server);
  if (LATE > 0) {
    await context.route(/\/api\/v1\/(?!events)/, async (route) => {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * LATE));
      // By then the page may be closed.
      await route.fallback().catch(() => {});
    });
  }
  // Such a page hears nothing of what others do.
  if (blind) await context.route('**/events/stream', (route) => route.abort());
  if (token) await context.addInitScript((token) => sessionStorage.begun ?? (localStorage.setItem('todo.token', token), (sessionStorage.begun = 1)), token);
  const page = await context.newPage();
  (server.windows ??= []).push(page);
  page.setDefaultTimeout(DEADLINE);
  const faults = [];
  page.on('pageerror', (error) => faults.push(String(error.stack ?? error)));
  page.on('console', (message) => {
    if (/Content Security Policy|Refused to/.test(message.text())) faults.push(message.text());
  });
  await page.goto(`${server.base}/${options.at ?? ''}`);
  await page.locator('h1').waitFor();
  return Object.assign(page, { faults });
}

/** A test with a server and a page. `prepare` fills the server before the page is opened; `alone` says why it needs one of its own, with `env`. */
export function scenario(name, run, { prepare, alone, env, timeout = 3 * DEADLINE, ...options } = {}) {
  test(name, { timeout, skip: ON_STACK && alone }, async () => {
    const server = await (ON_STACK ? Gateway : Server).start(env);
    try {
      await prepare?.(server);
      const page = await open(server, options);
      try {
        await run({ server, page });
        if (page.faults.length > 0) throw new Error(page.faults.join('\n'));
      } catch (error) {
        // What was there instead tells more than what was waited for.
        for (const window of server.windows) {
          const there = await window.locator('body').ariaSnapshot({ timeout: 2_000 }).catch(String);
          error.message += `\na page: ${there.slice(0, 6_000)}`;
        }
        throw error;
      } finally {
        await page.context().close();
      }
    } finally {
      await server.stop();
    }
  });
}

/** The row of a todo. */
export function row(page, title) {
  return page.locator('[role=row][data-id]').filter({ hasText: title });
}

/** The titles that are seen, from above. */
export async function seen(page) {
  return page.locator('[role=row][data-id]').evaluateAll((rows) =>
    rows
      .map((row) => ({ top: row.getBoundingClientRect().top, title: row.querySelector('.title')?.textContent ?? '' }))
      .sort((a, b) => a.top - b.top)
      .map(({ title }) => title),
  );
}

export async function sees(page, titles) {
  const wanted = JSON.stringify(titles);
  let last;
  // While the page is loaded anew there is nothing to be seen.
  const look = () => seen(page).catch((error) => (/context was destroyed|navigat/.test(error.message) ? [] : Promise.reject(error)));
  await until(`the rows ${wanted}`, async () => (last = JSON.stringify(await look())) === wanted).catch((error) => {
    throw new Error(`${error.message}; there are ${last}`);
  });
}

/** Types a line into quick add and sends it once the page knows what was understood. */
export async function quickAdd(page, line) {
  await page.fill('#quick-add', line);
  await page.locator('#quick-preview .title').waitFor();
  await page.press('#quick-add', 'Enter');
}

/** Types into the field that a key or a button opens. */
export async function types(page, text) {
  const open = () => page.evaluate(() => document.activeElement?.matches('input:not(#quick-add, [type=checkbox]), textarea'));
  await until('a field to type into', open);
  await page.keyboard.type(text);
}

/** Waits until something has the focus. */
export async function focused(locator) {
  await until(`the focus on ${locator}`, () => locator.evaluate((node) => node === document.activeElement));
}

/** Waits until the page shows what its address says. */
export async function settled(page) {
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
}
