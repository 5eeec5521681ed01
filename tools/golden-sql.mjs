// npm run golden:sql -- DIR: Spark's own golden files against the dialect. The judge is core/test/sql/golden.
import { fileURLToPath } from 'node:url';
import { continueOnNewEnoughNode } from '../cli/bin/node-version.js';

if (continueOnNewEnoughNode(fileURLToPath(import.meta.url), process.argv.slice(2)))
  await import('../core/test/sql/golden/main.ts');
