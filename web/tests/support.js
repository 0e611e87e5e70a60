// Each test has a todo server of its own, from the real binary, and a browser page on it.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { after, test } from 'node:test';
import { chromium } from 'playwright-core';

const BINARY = process.env.TODO_BIN;
const BROWSER = process.env.CHROMIUM ?? '/usr/bin/chromium';
/** A folder to take the page from instead of the binary: for working on the page without building the binary each time. */
const PAGE = process.env.TODO_PAGE;
const DEADLINE = 20_000;
export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };

let browser;
after(() => browser?.close());

/** Asks again until `probe` gives something, or fails saying what it waited for. */
export async function until(what, probe, deadline = DEADLINE) {
  const end = Date.now() + deadline;
  for (;;) {
    const found = await probe();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

export function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** A running `todo serve`. */
export class Server {
  static async start(port, folder) {
    if (!BINARY) throw new Error('TODO_BIN must name the todo binary: run `make test-web`');
    const server = new Server();
    server.port = port ?? (await freePort());
    server.base = `http://127.0.0.1:${server.port}`;
    server.folder = folder ?? mkdtempSync(join(tmpdir(), 'todo-web-'));
    const args = ['serve', '--listen', `127.0.0.1:${server.port}`, '--data', server.folder];
    server.child = spawn(BINARY, args, { stdio: 'ignore', env: { ...process.env, RUST_LOG: 'warn' } });
    await until('the server', () => fetch(`${server.base}/readyz`).then((answer) => answer.ok, () => false));
    return server;
  }

  async stop(keep = false) {
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await gone;
    if (!keep) rmSync(this.folder, { recursive: true, force: true });
  }

  /** A token that speaks for somebody. */
  async token(user) {
    return execFileSync(BINARY, ['token', '--user', user, '--data', this.folder], { encoding: 'utf8' }).trim();
  }

  /** Calls the API as another client would. */
  async api(method, path, body, headers = {}) {
    const type = body === undefined ? {} : { 'Content-Type': 'application/json' };
    const answer = await fetch(`${this.base}/api/v1${path}`, { method, headers: { ...type, ...headers }, body: body && JSON.stringify(body) });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, value: text ? JSON.parse(text) : undefined };
  }

  async create(todo) {
    const answer = await this.api('POST', '/todos', typeof todo === 'string' ? { title: todo } : todo);
    if (answer.status !== 201) throw new Error(`not created: ${JSON.stringify(answer.value)}`);
    return answer.value;
  }

  async get(id) {
    return (await this.api('GET', `/todos/${id}`)).value;
  }

  async titles(query = '') {
    return (await this.api('GET', `/todos?${query}`)).value.map((todo) => todo.title);
  }
}

/** Serves the page's files from `PAGE`, under the policy that the binary serves them with. */
async function fromFolder(context, server) {
  const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
  const policy = (await fetch(server.base)).headers.get('content-security-policy');
  await context.route((url) => url.origin === server.base && /^\/($|assets\/|start\.js|favicon)/.test(url.pathname), async (route) => {
    const { pathname } = new URL(route.request().url());
    const file = join(PAGE, pathname === '/' ? 'index.html' : pathname);
    if (!existsSync(file)) return route.fulfill({ status: 404 });
    // A server that is away has no page either.
    if (server.child.exitCode !== null || server.child.signalCode !== null) return route.abort();
    await route.fulfill({ body: readFileSync(file), contentType: types[extname(file)], headers: { 'content-security-policy': policy } });
  });
}

/** A page that must stay free of errors: scripts that throw, and anything that the Content-Security-Policy stopped. */
export async function open(server, { token, blind, ...options } = {}) {
  browser ??= await chromium.launch({ executablePath: BROWSER, args: ['--no-sandbox', '--disable-gpu'] });
  const context = await browser.newContext({ viewport: DESKTOP, locale: 'en-GB', timezoneId: 'Europe/Berlin', ...options });
  if (PAGE) await fromFolder(context, server);
  // Such a page hears nothing of what others do.
  if (blind) await context.route('**/events/stream', (route) => route.abort());
  if (token !== undefined) await context.addInitScript((token) => sessionStorage.begun ?? (localStorage.setItem('todo.token', token), (sessionStorage.begun = 1)), token);
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const faults = [];
  page.on('pageerror', (error) => faults.push(String(error.stack ?? error)));
  page.on('console', (message) => {
    if (/Content Security Policy|Refused to/.test(message.text())) faults.push(message.text());
  });
  await page.goto(`${server.base}/${options.at ?? ''}`);
  await page.locator('h1').waitFor();
  return Object.assign(page, { faults });
}

/** A test with a server and a page. `prepare` fills the server before the page is opened. */
export function scenario(name, run, { prepare, timeout = 60_000, ...options } = {}) {
  test(name, { timeout }, async () => {
    const server = await Server.start();
    try {
      await prepare?.(server);
      const page = await open(server, options);
      try {
        await run({ server, page });
        if (page.faults.length > 0) throw new Error(page.faults.join('\n'));
      } catch (error) {
        // What was there instead tells more than what was waited for.
        const there = await page.locator('body').ariaSnapshot({ timeout: 2_000 }).catch(String);
        error.message += `\nthe page: ${there.slice(0, 6_000)}`;
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
