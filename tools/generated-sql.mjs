// npm run generated:sql -- [--seed N] [--count N]: generated statements, here against local Spark. What it does is in core/test/sql/generated.
import { fileURLToPath } from 'node:url';
import { continueOnNewEnoughNode } from '../cli/bin/node-version.js';

if (continueOnNewEnoughNode(fileURLToPath(import.meta.url), process.argv.slice(2)))
  await import('../core/test/sql/generated/main.ts');
