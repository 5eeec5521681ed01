// Runs every suite, one at a time, and ends with the line `N passed, N failed, N skipped` over all of them.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { continueOnNewEnoughNode } from '../cli/bin/node-version.js';
import { suites } from './suites.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const results = join(root, 'test-results');
const inCi = process.env.CI === 'true';

/** Suites on data that is not in the repository: their folder is named by a variable, and without it they may be skipped in CI too. */
const dataSuite = /\[data: (\w+)\]/;

function runSuite(suite) {
  const countsFile = join(results, `${suite.name}.json`);
  rmSync(countsFile, { force: true });
  const missing = suite.missing?.();
  if (missing !== undefined) {
    console.log(`\n== ${suite.name}: NOT RUN, ${missing}`);
    return { passed: 0, failed: inCi ? 1 : 0, skipped: [`${suite.name}: ${missing}`], allowed: inCi ? 0 : 1 };
  }
  console.log(`\n== ${suite.name}`);
  const [command, ...args] = suite.command;
  const ended = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, MEDALLION_TEST_COUNTS: countsFile },
    timeout: suite.minutes * 60_000,
    killSignal: 'SIGKILL',
  });
  if (ended.error) console.log(`${suite.name}: ${ended.error.message}`);
  if (!existsSync(countsFile)) {
    console.log(`${suite.name}: ended (${ended.status ?? ended.signal}) without a result`);
    return { passed: 0, failed: 1, skipped: [] };
  }
  const counts = JSON.parse(readFileSync(countsFile, 'utf8'));
  const crashed = ended.status !== 0 && counts.failed === 0;
  if (crashed)
    console.log(`${suite.name}: all tests passed and the process still ended with ${ended.status ?? ended.signal}`);
  const none = counts.passed + counts.failed === 0;
  if (none) console.log(`${suite.name}: executed no test`);
  return { ...counts, failed: counts.failed + (crashed ? 1 : 0) + (none ? 1 : 0) };
}

function main(names) {
  mkdirSync(results, { recursive: true });
  const chosen = names.length === 0 ? suites : suites.filter(({ name }) => names.includes(name));
  const totals = { passed: 0, failed: 0, skipped: [] };
  for (const suite of chosen) {
    const { passed, failed, skipped } = runSuite(suite);
    totals.passed += passed;
    totals.failed += failed;
    totals.skipped.push(...skipped);
  }
  for (const title of totals.skipped) {
    const variable = dataSuite.exec(title)?.[1];
    const excused = variable !== undefined && process.env[variable] === undefined;
    const reason = excused ? `set ${variable} to the folder that holds the data` : 'its reason stands in the test';
    console.log(`skipped: ${title} (${reason})`);
    if (inCi && !excused) totals.failed += 1;
  }
  if (totals.passed + totals.failed === 0) {
    console.log('no test was executed');
    totals.failed = 1;
  }
  console.log(`\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped.length} skipped`);
  process.exitCode = totals.failed === 0 ? 0 : 1;
}

if (continueOnNewEnoughNode(fileURLToPath(import.meta.url), process.argv.slice(2))) main(process.argv.slice(2));
