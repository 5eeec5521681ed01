#!/usr/bin/env node
// Stands in for the `code` executable of @vscode/test-electron: the real workbench and extension host of code-server, in Chromium.
import { fileURLToPath } from 'node:url';
import { continueOnNewEnoughNode } from '../../../cli/bin/node-version.js';

if (continueOnNewEnoughNode(fileURLToPath(import.meta.url), process.argv.slice(2))) {
  const { runHostTests } = await import('./run-host-tests.ts');
  process.exitCode = await runHostTests(process.argv.slice(2));
}
