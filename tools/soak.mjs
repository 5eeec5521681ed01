import { fileURLToPath } from 'node:url';
import { continueOnNewEnoughNode } from '../cli/bin/node-version.js';

if (continueOnNewEnoughNode(fileURLToPath(import.meta.url), process.argv.slice(2)))
  await import('../core/test/soak/main.ts');
