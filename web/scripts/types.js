// Writes src/lib/api/schema.d.ts from the OpenAPI document of a running edge: `npm run types -- http://127.0.0.1:8080`.
import { writeFileSync } from 'node:fs';
import openapi, { astToString } from 'openapi-typescript';

/** The types of what `document` describes, as the file has them. */
export async function types(document) {
  const head = '// Made from /openapi.json by `npm run types`. Do not edit.\n';
  return head + astToString(await openapi(document));
}

if (import.meta.url === `file://${process.argv[1]}`) {
  const base = process.argv[2] ?? 'http://127.0.0.1:8080';
  const document = await (await fetch(`${base}/openapi.json`)).json();
  writeFileSync(new URL('../src/lib/api/schema.d.ts', import.meta.url), await types(document));
}
