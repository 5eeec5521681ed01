import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createStorageClient } from '@medallion/core/azure/storage.ts';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { type JobTest, readJobTests } from '@medallion/core/jobs/testing/job-test.ts';
import { runJobTest, type TestResult } from '@medallion/core/jobs/testing/run-test.ts';
import { catalogOf, resolverFor } from '@medallion/core/lake/project-lake.ts';
import { loadFor, type LoadedProject } from '@medallion/core/project/loaded-project.ts';
import { lazyEngine } from '@medallion/local/lazy-engine.ts';
import { undeclaredNames, withUndeclaredNames } from '@medallion/local/undeclared-names.ts';
import type { Command, CommandContext } from '../command.ts';
import { contractsOf } from '../contracts.ts';
import { openLocalAzure, provisionLocal } from '../local-azure.ts';
import { jobNamed } from './run.ts';

/** Each test has a local Azure of its own that is gone afterwards: it sees what it gave, and touches nothing of the user's. */
export const test: Command = {
  name: 'test',
  usage: 'test [FILE or NAME]...',
  summary: 'run the tests of tests/*.yaml: given rows and files, when tasks run, then tables hold these rows',
  options: {},
  async run(context) {
    const loaded = await loadFor(context.project, 'local');
    const chosen = await chosenTests(loaded.project.root, context.positionals);
    const results: TestResult[] = [];
    for (const [index, one] of chosen.entries()) {
      context.signal.throwIfAborted();
      const result = await runAlone(context, loaded, one, index);
      context.say(`${result.passed ? 'passed' : 'FAILED'}  ${result.name} (${result.seconds.toFixed(1)} s)`);
      for (const failure of result.failures) context.say(`        ${failure}`);
      results.push(result);
    }
    const passed = results.filter((result) => result.passed).length;
    const failed = results.length - passed;
    return {
      json: { passed, failed, tests: results },
      text: `${passed} passed, ${failed} failed`,
      exitCode: failed === 0 ? 0 : 1,
    };
  },
};

/** @throws ExpectedError `tests.none`, `tests.not-found` */
async function chosenTests(root: string, wanted: readonly string[]): Promise<readonly JobTest[]> {
  const all = await readJobTests(root);
  const missing = wanted.find((name) => !all.some((one) => one.name === name || one.file === name));
  if (all.length > 0 && missing === undefined) {
    return wanted.length === 0 ? all : all.filter(({ name, file }) => wanted.includes(name) || wanted.includes(file));
  }
  throw new ExpectedError({
    code: all.length === 0 ? 'tests.none' : 'tests.not-found',
    message: all.length === 0 ? 'The project has no tests.' : `There is no test ${missing ?? ''}.`,
    nextStep:
      all.length === 0
        ? 'Write one as tests/<name>.yaml: job, given, then (docs/jobs.md).'
        : `Name one of: ${all.map(({ file }) => file).join(', ')}`,
    kind: 'environment',
  });
}

async function runAlone(
  context: CommandContext,
  loaded: LoadedProject,
  one: JobTest,
  index: number,
): Promise<TestResult> {
  const state = join(context.state, 'tests', `${process.pid}-${index}`);
  try {
    const own = { ...context, state, portBase: 0 };
    const job = jobNamed(loaded.bundle, one.job);
    await using azure = await openLocalAzure(own, loaded, {
      startedBy: 'medallion test',
      detach: false,
      moveTakenPorts: true,
    });
    const { environment } = azure;
    await provisionLocal(environment, loaded);
    await using engine = lazyEngine({ environment, stateFolder: state });
    const { settings } = loaded.project;
    const { bundle } = loaded;
    const result = await runJobTest(
      one,
      {
        root: loaded.project.root,
        job,
        jobs: loaded.bundle?.jobs ?? [job],
        environment,
        stateFolder: state,
        engine: withUndeclaredNames(engine, undeclaredNames({ environment, settings, bundle, made: () => undefined })),
        lake: { resolver: resolverFor(environment), storage: createStorageClient(environment) },
        checks: (await contractsOf(loaded)).checks,
        signal: context.signal,
      },
      catalogOf(loaded),
    );
    context.signal.throwIfAborted();
    return result;
  } finally {
    await rm(state, { recursive: true, force: true });
  }
}
