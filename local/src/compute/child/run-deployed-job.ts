import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createDatabricksClient } from '@medallion/core/azure/databricks.ts';
import { createStorageClient } from '@medallion/core/azure/storage.ts';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import type { ReportProgress } from '@medallion/core/base/progress.ts';
import type { RunRecord, TaskRecord } from '@medallion/core/jobs/run.generated.ts';
import { runJob } from '@medallion/core/jobs/run-job.ts';
import { createResolver } from '@medallion/core/lake/resolver.ts';
import type { TaskOutcome } from '@medallion/emulator/kit/executors.ts';
import type { ComputeCalls, ComputeUpdate } from '../protocol.ts';
import type { Compute } from './compute.ts';
import { deployedJob, settingsFile } from './deployed-job.ts';
import { copyWorkspace } from './workspace-copy.ts';

type Request = ComputeCalls['runJob']['request'];
type Response = ComputeCalls['runJob']['response'];

/**
 * Runs a deployed job with the code that runs a bundle's: its files come from the workspace, in a folder of the run's own. Every
 * task runs, as the service runs them all. Its record is with those of the other runs of the state folder.
 */
export async function runDeployedJob(
  compute: Compute,
  request: Request,
  signal: AbortSignal,
  update: (update: ComputeUpdate) => void,
): Promise<Response> {
  try {
    await using copy = await copyWorkspace(compute, request.runId, request.workspace);
    const { root, locate } = copy;
    const { job, jobs, text } = deployedJob(request.settings, request.jobs, locate);
    await writeFile(join(root, settingsFile), text);
    const { environment, stateFolder, engine } = compute;
    const record = await runJob({
      root,
      job,
      jobs,
      environment,
      stateFolder,
      engine,
      lake: {
        resolver: createResolver(createDatabricksClient(environment)),
        storage: createStorageClient(environment),
      },
      parameters: request.parameters,
      force: true,
      report: reportTasks(update),
      signal,
    });
    return { result: results[record.state], message: messageOf(record), tasks: record.tasks.map(outcomeOf) };
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    return { result: 'FAILED', message: `${error.message} [${error.code}] ${error.nextStep}` };
  }
}

function reportTasks(update: (update: ComputeUpdate) => void): ReportProgress {
  return (event) => {
    switch (event.kind) {
      case 'started':
        update({ kind: 'started', taskKey: event.step });
        return;
      case 'finished':
        update({ kind: 'ended', task: { taskKey: event.step, result: 'SUCCESS', message: '' } });
        return;
      case 'failed':
        update({ kind: 'ended', task: { taskKey: event.step, result: 'FAILED', message: event.message } });
        return;
      case 'advanced':
        return;
    }
  };
}

const results = {
  succeeded: 'SUCCESS',
  succeededWithFailures: 'SUCCESS',
  running: 'FAILED',
  failed: 'FAILED',
  timedOut: 'FAILED',
  interrupted: 'FAILED',
  cancelled: 'CANCELED',
} as const satisfies Record<RunRecord['state'], Response['result']>;

const taskResults = {
  succeeded: 'SUCCESS',
  skipped: 'SKIPPED',
  excluded: 'SKIPPED',
  running: 'FAILED',
  failed: 'FAILED',
  timedOut: 'FAILED',
  interrupted: 'FAILED',
  cancelled: 'CANCELED',
  upstreamFailed: 'UPSTREAM_FAILED',
} as const satisfies Record<TaskRecord['state'], TaskOutcome['result']>;

function outcomeOf({ key, state, error, reason }: TaskRecord): TaskOutcome {
  const message = error ? `${error.message} [${error.code}] ${error.nextStep}` : (reason ?? '');
  return { taskKey: key, result: taskResults[state], message };
}

/** The service's own words for a run that ended so. */
function messageOf({ tasks }: RunRecord): string {
  const failed = tasks.filter(({ state }) => state === 'failed').map(({ key }) => key);
  if (failed.length > 0) return `Workload failed: the task${failed.length > 1 ? 's' : ''} ${failed.join(', ')} failed.`;
  return tasks.some(({ state }) => state === 'cancelled') ? 'Run cancelled.' : '';
}
