// What a test talks to: a `todo serve` of its own, or the gateway of the real stack, which the tests share one after another.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const BINARY = process.env.TODO_BIN;
/** Whether tests talk to the stack that `STACK_DIR` names and somebody has brought up. */
export const ON_STACK = process.env.TODO_STACK === '1';
/** How long anything may take on a busy machine, in milliseconds. */
export const DEADLINE = ON_STACK ? 60_000 : 20_000;

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

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** The API, as another client would call it. */
class Client {
  /** The token of the person whom a test is about; none where that is the local one. */
  mine;

  async api(method, path, body, headers = {}) {
    const type = body === undefined ? {} : { 'Content-Type': 'application/json' };
    const who = this.mine === undefined ? {} : { Authorization: `Bearer ${this.mine}` };
    const answer = await fetch(`${this.base}/api/v1${path}`, { method, headers: { ...who, ...type, ...headers }, body: body && JSON.stringify(body) });
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

/** A running `todo serve`, where nobody has to log in. */
export class Server extends Client {
  /** With these in its environment, too. */
  static async start(env = {}) {
    if (!BINARY) throw new Error('TODO_BIN must name the todo binary: run `make test-web`');
    const server = new Server();
    server.env = env;
    server.port = await freePort();
    server.base = `http://127.0.0.1:${server.port}`;
    server.folder = mkdtempSync(join(tmpdir(), 'todo-web-'));
    await server.again();
    return server;
  }

  /** Whether it does not run. */
  get away() {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Starts it, at the same address and on the same data. */
  async again() {
    const args = ['serve', '--listen', `127.0.0.1:${this.port}`, '--data', this.folder];
    this.child = spawn(BINARY, args, { stdio: 'ignore', env: { ...process.env, RUST_LOG: 'warn', ...this.env } });
    await until('the server', () => fetch(`${this.base}/readyz`).then((answer) => answer.ok, () => false));
  }

  /** Kills it; its data stays. */
  async kill() {
    if (this.away) return;
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await gone;
  }

  async stop() {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** What somebody is called here. */
  named(user) {
    return user;
  }

  /** A token that speaks for somebody. */
  async token(user) {
    return execFileSync(BINARY, ['token', '--user', this.named(user), '--data', this.folder], { encoding: 'utf8' }).trim();
  }
}

const run = promisify(execFile);
const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
const stack = async (...words) => (await run('tools/stack', words, { cwd: REPOSITORY })).stdout;

/** The gateway of the stack. Everybody in a test is new, so that no test sees what another did. */
export class Gateway extends Client {
  away = false;
  #of = randomUUID().slice(0, 8);

  static async start() {
    const gateway = new Gateway();
    const lines = (await stack('env')).split('\n').map((line) => line.split(/=(.*)/s, 2));
    gateway.env = Object.fromEntries(lines);
    gateway.base = gateway.env.GATEWAY_URL;
    gateway.mine = await gateway.token('me');
    return gateway;
  }

  async again() {
    await stack('start', 'gateway');
    this.away = false;
  }

  async kill() {
    this.away = true;
    await stack('kill', 'gateway');
  }

  /** The next test finds it running. */
  async stop() {
    if (this.away) await this.again();
  }

  named(user) {
    return `${user}-${this.#of}`;
  }

  async token(user) {
    const env = { ...process.env, TODO_TOKEN_KEYS: this.env.TODO_TOKEN_KEYS };
    return (await run(BINARY, ['token', '--user', this.named(user)], { env })).stdout.trim();
  }
}
