import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabricksClient, type DatabricksClient, type DatabricksId } from '../../azure/databricks.ts';
import { ExpectedError } from '../../base/expected-error.ts';
import type { ActivityKind } from '../activity.ts';
import { evaluate } from '../expressions/evaluate.ts';
import { isObject, toText, type Value } from '../expressions/value.ts';
import { findProperties, textOf, valueAt } from '../factory-objects.ts';

/** Of `runs/get`, what is used. */
interface JobRun {
  readonly state?: {
    readonly life_cycle_state?: string;
    readonly result_state?: string;
    readonly state_message?: string;
  };
  readonly run_page_url?: string;
}

const ended: readonly string[] = ['TERMINATED', 'SKIPPED', 'INTERNAL_ERROR'];
const pollMilliseconds = 500;

/**
 * Runs a job that is deployed to the workspace, by its id: here that is the local one.
 * https://learn.microsoft.com/azure/data-factory/transform-data-databricks-job
 */
export const databricksJob: ActivityKind = {
  type: 'DatabricksJob',
  whyNot(definition, factory) {
    const properties = definition['typeProperties'];
    if (valueAt(properties, 'jobId') === undefined) return 'it names no jobId';
    const unknown = properties !== undefined && isObject(properties) ? Object.keys(properties) : [];
    const other = unknown.find((key) => key !== 'jobId' && key !== 'jobParameters');
    if (other !== undefined) return `DatabricksJob with ${other} is not emulated yet`;
    const name = textOf(valueAt(definition['linkedServiceName'], 'referenceName')) ?? '';
    return findProperties(factory, 'linkedService', name)
      ? undefined
      : `the linked service ${name} is not in this factory`;
  },
  async run(definition, { activity, environment, scope, signal }) {
    const properties = evaluate(definition['typeProperties'] ?? {}, scope);
    const jobId = toText(valueAt(properties, 'jobId') ?? '');
    const given = valueAt(properties, 'jobParameters') ?? {};
    const parameters = isObject(given) ? Object.entries(given).map(([key, value]) => [key, toText(value)]) : [];
    const databricks = createDatabricksClient(environment);
    const body = {
      job_id: idOf(activity, jobId),
      job_parameters: Object.fromEntries(parameters) as Record<string, string>,
    };
    const started = performance.now();
    const { run_id: runId } = await databricks.request<{ run_id: DatabricksId }>('POST', '/api/2.2/jobs/run-now', {
      body,
      signal,
    });
    const run = await untilItEnds(databricks, runId, signal);
    const { result_state: result = 'FAILED', state_message: message = '' } = run.state ?? {};
    if (result !== 'SUCCESS') throw failed(activity, jobId, `${result} ${message}`.trim());
    const seconds = Math.round((performance.now() - started) / 1000);
    return { runId: String(runId), runPageUrl: run.run_page_url ?? '', executionDuration: seconds } satisfies Record<
      string,
      Value
    >;
  },
};

async function untilItEnds(
  databricks: DatabricksClient,
  runId: DatabricksId,
  signal: AbortSignal | undefined,
): Promise<JobRun> {
  for (;;) {
    if (signal?.aborted) {
      await databricks.request('POST', '/api/2.2/jobs/runs/cancel', { body: { run_id: runId } });
      signal.throwIfAborted();
    }
    const run = await databricks.request<JobRun>('GET', '/api/2.2/jobs/runs/get', { query: { run_id: String(runId) } });
    if (ended.includes(run.state?.life_cycle_state ?? '')) return run;
    await sleep(pollMilliseconds);
  }
}

/** @throws ExpectedError `pipelines.parameter` */
function idOf(activity: string, text: string): bigint {
  if (/^\d+$/.test(text)) return BigInt(text);
  throw new ExpectedError({
    code: 'pipelines.parameter',
    message: `${activity}: the jobId '${text}' is no number.`,
    nextStep: 'Give the id of a job that is deployed to the local workspace: databricks jobs list.',
  });
}

function failed(activity: string, jobId: string, outcome: string): ExpectedError {
  return new ExpectedError({
    code: 'pipelines.program-failed',
    message: `${activity}: the job ${jobId} ended with ${outcome}.`,
    nextStep: 'See what it did: medallion history',
  });
}
