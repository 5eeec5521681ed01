#!/usr/bin/env node
import { fileURLToPath, pathToFileURL } from 'node:url';
import { continueOnNewEnoughNode } from './node-version.js';

if (continueOnNewEnoughNode(fileURLToPath(import.meta.url), process.argv.slice(2))) {
  const { keepCompiledCode } = await import(new URL('./compile-cache.js', import.meta.url).href);
  keepCompiledCode();
  const { builtCli } = await import(new URL('./built-cli.js', import.meta.url).href);
  const built = builtCli(fileURLToPath(new URL('../..', import.meta.url)));
  await import(built === undefined ? new URL('../src/main.ts', import.meta.url).href : pathToFileURL(built).href);
}
