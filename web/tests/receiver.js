// A program that is told things by HTTPS, as people have them, vouched for by an authority of its own.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class Receiver {
  /** What came: headers and body. */
  calls = [];
  /** What it answers. */
  status = 200;

  static async start() {
    const receiver = new Receiver();
    const folder = (receiver.folder = mkdtempSync(join(tmpdir(), 'todo-receiver-')));
    const openssl = (...words) => execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' });
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    writeFileSync(join(folder, 'leaf.ext'), 'subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:FALSE\n');
    openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=authority', '-days', '2');
    openssl('req', ...key, '-keyout', 'leaf.key', '-out', 'leaf.csr', '-subj', '/CN=receiver');
    openssl('x509', '-req', '-in', 'leaf.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'leaf.ext', '-out', 'leaf.pem', '-days', '2');
    const read = (name) => readFileSync(join(folder, name));
    receiver.server = createServer({ key: read('leaf.key'), cert: read('leaf.pem') }, async (request, response) => {
      const parts = [];
      for await (const part of request) parts.push(part);
      receiver.calls.push({ headers: request.headers, body: Buffer.concat(parts).toString() });
      response.writeHead(receiver.status).end();
    });
    await new Promise((resolve) => receiver.server.listen(0, '127.0.0.1', resolve));
    receiver.url = `https://127.0.0.1:${receiver.server.address().port}/hook`;
    return receiver;
  }

  /** The settings of a server that trusts its authority, and calls programs on this machine. */
  get env() {
    return { TODO_NOTIFY_CA: join(this.folder, 'ca.pem'), TODO_WEBHOOKS_TO_PRIVATE_NETWORKS: 'true' };
  }

  async stop() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    rmSync(this.folder, { recursive: true, force: true });
  }
}
