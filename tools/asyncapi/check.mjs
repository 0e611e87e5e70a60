// Holds an AsyncAPI document to AsyncAPI's own parser, which knows the official schemas and the rules beyond them. What our
// schemas of 2020-12 say is not its business: `testkit::contract` holds that.
//   node check.mjs FILE
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Parser } from '@asyncapi/parser';

const file = process.argv[2];
const { document, diagnostics } = await new Parser().parse(readFileSync(file, 'utf8'), { source: resolve(file) });
const wrong = diagnostics.filter(({ severity }) => severity <= 1);
for (const { code, message, path, range, severity } of wrong) {
  console.error(`${file}:${range.start.line + 1}: ${['error', 'warning'][severity]} ${code}: ${message} (${path.join('.')})`);
}
if (wrong.length > 0 || !document) process.exit(1);
console.log(`${file}: AsyncAPI ${document.version()}, ${document.channels().length} channels, ${document.operations().length} operations, ${document.messages().length} messages`);
