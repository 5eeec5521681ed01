/**
 * Generates TypeScript types from the JSON Schemas in schemas/: `node tools/schemas.mjs` writes them, with `--check` it only
 * compares and fails where one is out of date.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { compileFromFile } from 'json-schema-to-typescript';

/** Each schema, and the file that holds its types. */
const outputs = {
  'schemas/run.schema.json': 'core/src/jobs/run.generated.ts',
  'schemas/medallion.schema.json': 'core/src/project/medallion.generated.ts',
  'schemas/scan.schema.json': 'core/src/validate/scan.generated.ts',
  'schemas/plan.schema.json': 'core/src/promote/plan.generated.ts',
  'schemas/ledger.schema.json': 'core/src/promote/ledger.generated.ts',
};

const root = fileURLToPath(new URL('../', import.meta.url));
const check = process.argv.includes('--check');

for (const [schema, output] of Object.entries(outputs)) {
  const types = await compileFromFile(root + schema, {
    additionalProperties: false,
    bannerComment: `/* Generated from ${schema} by tools/schemas.mjs: change the schema, then run "npm run schemas". */`,
    style: { singleQuote: true, printWidth: 120 },
    strictIndexSignatures: false,
  });
  const current = await readFile(root + output, 'utf8').catch(() => '');
  if (current === types) continue;
  if (check) {
    console.error(`${output} is out of date: run "npm run schemas".`);
    process.exitCode = 1;
  } else {
    await writeFile(root + output, types);
    console.log(`wrote ${output}`);
  }
}
