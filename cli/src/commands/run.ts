import { createStorageClient } from '@medallion/core/azure/storage.ts';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { startEngine } from '@medallion/core/engine/client.ts';
import type { RunRecord } from '@medallion/core/jobs/run.generated.ts';
import { runJob } from '@medallion/core/jobs/run-job.ts';
import type { BundleJob } from '@medallion/core/project/bundle-job.ts';
import type { ResolvedBundle } from '@medallion/core/project/resolve-bundle.ts';
import { resolverFor } from '@medallion/core/lake/project-lake.ts';
import { loadFor } from '@medallion/core/project/loaded-project.ts';
import type { Command } from '../command.ts';
import { contractsOf } from '../contracts.ts';
import { openLocalAzure, provisionLocal } from '../local-azure.ts';
import { textTable } from '../output/table.ts';
import { parametersOf } from './query.ts';

export const run: Command = {
  name: 'run',
  usage: 'run <job> [--param name=value]... [--force]',
  summary: "run a bundle's job on the local lake; starts local Azure where it does not run",
  options: {
    param: { type: 'string', multiple: true, summary: 'a job parameter, name=value' },
    force: { type: 'boolean', summary: 'run every task, also those whose text and inputs have not changed' },
  },
  async run(context) {
    const loaded = await loadFor(context.project, 'local');
    const job = jobNamed(loaded.bundle, context.positionals[0]);
    await using azure = await openLocalAzure(context, loaded, {
      startedBy: 'medallion run',
      detach: false,
      moveTakenPorts: true,
    });
    await provisionLocal(azure.environment, loaded);
    await using engine = await startEngine({ environment: azure.environment, stateFolder: context.state });
    const record = await runJob({
      root: loaded.project.root,
      job,
      target: loaded.bundle?.target ?? '',
      environment: azure.environment,
      stateFolder: context.state,
      engine,
      lake: { resolver: resolverFor(azure.environment), storage: createStorageClient(azure.environment) },
      checks: (await contractsOf(loaded)).checks,
      parameters: parametersOf(context),
      force: context.flag('force'),
      report: context.report,
      signal: context.signal,
    });
    context.signal.throwIfAborted();
    return { json: record, text: recordText(record), exitCode: record.state === 'succeeded' ? 0 : 1 };
  },
};

/** @throws ExpectedError `jobs.not-named`, `jobs.not-found` */
export function jobNamed(bundle: ResolvedBundle | undefined, name: string | undefined): BundleJob {
  const jobs = bundle?.jobs ?? [];
  const keys = jobs.map(({ key }) => key).join(', ');
  const [only] = jobs;
  if (name === undefined && jobs.length === 1 && only) return only;
  const found = jobs.find((job) => job.key === name || job.name === name);
  if (found) return found;
  throw new ExpectedError({
    code: name === undefined ? 'jobs.not-named' : 'jobs.not-found',
    message: name === undefined ? 'run takes the name of a job.' : `The bundle has no job '${name}'.`,
    nextStep: keys === '' ? 'Name a project whose databricks.yml has jobs, with --project.' : `Name one of: ${keys}.`,
    kind: 'environment',
  });
}

export function recordText(record: RunRecord): string {
  const rows = record.tasks.map((task) => [
    task.key,
    task.reason === undefined ? task.state : `${task.state} (${task.reason})`,
    task.seconds,
    task.statements.length,
    task.outputs.map(({ table, rows: count }) => `${table.split('.').slice(1).join('.')} ${count}`).join(', '),
  ]);
  const errors = record.tasks.flatMap(({ key, error }) =>
    error ? [`${key}: ${error.message} [${error.code}]\n  -> ${error.nextStep}`] : [],
  );
  const table = textTable(['task', 'state', 'seconds', 'statements', 'rows written'], rows);
  return [table, `${record.job} ${record.state} in ${record.seconds.toFixed(1)} s (run ${record.id})`, ...errors].join(
    '\n',
  );
}
