#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { continueOnNewEnoughNode } from './node-version.js';

if (continueOnNewEnoughNode(fileURLToPath(import.meta.url), process.argv.slice(2))) {
  const { keepCompiledCode } = await import(new URL('./compile-cache.js', import.meta.url).href);
  keepCompiledCode();
  await import(new URL('../src/main.ts', import.meta.url).href);
}
