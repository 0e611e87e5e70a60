// After the build: hold the size of the first view to its budget, and compress every file beside itself.
import { readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/** Compressed script that the first view may load, in bytes. */
const BUDGET = 150 * 1024;
const dist = new URL('../dist/', import.meta.url).pathname;

/** The entry and all that it loads at once: not what is loaded when it is asked for. */
function firstView(manifest) {
  const seen = new Set();
  const visit = (key) => {
    if (seen.has(key)) return;
    seen.add(key);
    for (const next of manifest[key].imports ?? []) visit(next);
  };
  visit('index.html');
  return ['start.js', ...[...seen].map((key) => manifest[key].file).filter((file) => file.endsWith('.js'))];
}

const manifest = JSON.parse(readFileSync(join(dist, 'manifest.json'), 'utf8'));
const size = firstView(manifest).reduce((sum, file) => sum + gzipSync(readFileSync(join(dist, file)), { level: 9 }).length, 0);
const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`;
if (size > BUDGET) {
  console.error(`The first view loads ${kilobytes(size)} of compressed script; at most ${kilobytes(BUDGET)} are allowed.`);
  process.exit(1);
}
console.log(`first view: ${kilobytes(size)} of compressed script (at most ${kilobytes(BUDGET)})`);
rmSync(join(dist, 'manifest.json'));

for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath ?? entry.path, entry.name);
  if (!entry.isFile() || !['.js', '.css', '.html', '.svg', '.webmanifest'].includes(extname(path))) continue;
  const plain = readFileSync(path);
  if (statSync(path).size < 256) continue;
  writeFileSync(`${path}.gz`, gzipSync(plain, { level: 9 }));
  writeFileSync(`${path}.br`, brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
}
