// npm run golden:delta -- DIR [--json]: Delta Kernel's golden tables against the reader. The judge is core/test/delta/golden-tables.ts.
import { fileURLToPath } from 'node:url';
import { continueOnNewEnoughNode } from '../cli/bin/node-version.js';

if (continueOnNewEnoughNode(fileURLToPath(import.meta.url), process.argv.slice(2)))
  await import('../core/test/delta/golden-report.ts');
