import { randomUUID } from 'node:crypto';
import { createStorageClient } from '../azure/storage.ts';
import type { AzureEnvironment } from '../azure/environment.ts';
import { ExpectedError } from '../base/expected-error.ts';
import { noProgress, type ReportProgress } from '../base/progress.ts';
import type { Factory } from '../project/factory.ts';
import { activityKinds, whyActivityIsRefused } from './activities/index.ts';
import { isObject, toText, type Scope, type Value } from './expressions/value.ts';
import {
  bindParameters,
  globalParametersOf,
  propertiesOf,
  textOf,
  valueAt,
  type Properties,
} from './factory-objects.ts';

export interface RunPipelineOptions {
  readonly environment: AzureEnvironment;
  readonly factory: Factory;
  readonly pipeline: string;
  readonly parameters?: Properties;
  readonly report?: ReportProgress;
  /** Told of every activity when it has ended, the one that failed included. */
  readonly ended?: (activity: ActivityRun) => void;
  readonly signal?: AbortSignal | undefined;
}

/** A run as the service's monitoring tells it. */
export interface PipelineRun {
  readonly runId: string;
  readonly pipeline: string;
  readonly activities: readonly ActivityRun[];
}

export interface ActivityRun {
  readonly activityName: string;
  readonly activityType: string;
  readonly status: 'Succeeded' | 'Failed' | 'Cancelled';
  /** ISO 8601. */
  readonly activityRunStart: string;
  readonly activityRunEnd: string;
  readonly durationInMs: number;
  readonly output: Readonly<Record<string, Value>>;
  /** Of an activity that failed: `errorCode` is ours. */
  readonly error?: { readonly errorCode: string; readonly message: string };
}

/**
 * Runs a pipeline of the factory as its git folder has it. Rejects before anything runs with `pipelines.not-emulated` (every
 * activity that is not emulated, by name), `pipelines.missing-object`, `pipelines.parameter`; while it runs with what an activity
 * rejects with. What an activity has copied until then stays, as in the service.
 */
export async function runPipeline(options: RunPipelineOptions): Promise<PipelineRun> {
  const { factory, pipeline, signal, report = noProgress } = options;
  const properties = propertiesOf(factory, 'pipeline', pipeline);
  const activities = inOrder(activitiesOf(properties));
  refuseWhatIsNotEmulated(pipeline, activities);
  const runId = randomUUID();
  const parameters = bindParameters(`The pipeline '${pipeline}'`, properties['parameters'], options.parameters ?? {});
  const root = { parameters, globalParameters: globalParametersOf(factory), RunId: runId, Pipeline: pipeline };
  const outputs = new Map<string, Value>();
  const scope: Scope = {
    pipeline: () => root,
    activity: ([name]) => ({ output: outputs.get(toText(name ?? '')) ?? null }),
  };
  const storage = createStorageClient(options.environment);
  const runs: ActivityRun[] = [];
  for (const definition of activities) {
    signal?.throwIfAborted();
    const activityName = nameOf(definition);
    const activityType = textOf(definition['type']) ?? '';
    const kind = activityKinds.find(({ type }) => type === activityType);
    if (!kind) continue;
    const started = new Date();
    const end = (rest: Pick<ActivityRun, 'status' | 'output' | 'error'>): ActivityRun => {
      const run = { activityName, activityType, ...timesSince(started), ...rest };
      options.ended?.(run);
      return run;
    };
    try {
      const output = await kind.run(definition, { factory, storage, scope, report, signal });
      outputs.set(activityName, output);
      runs.push(end({ status: 'Succeeded', output }));
    } catch (error) {
      end({ status: signal?.aborted ? 'Cancelled' : 'Failed', output: {}, ...failure(error) });
      throw error;
    }
  }
  return { runId, pipeline, activities: runs };
}

function timesSince(started: Date): Pick<ActivityRun, 'activityRunStart' | 'activityRunEnd' | 'durationInMs'> {
  const ended = new Date();
  return {
    activityRunStart: started.toISOString(),
    activityRunEnd: ended.toISOString(),
    durationInMs: ended.getTime() - started.getTime(),
  };
}

function failure(error: unknown): Pick<ActivityRun, 'error'> {
  return error instanceof ExpectedError ? { error: { errorCode: error.code, message: error.message } } : {};
}

function activitiesOf(properties: Properties): readonly Properties[] {
  const list = properties['activities'];
  return Array.isArray(list) ? (list as readonly Value[]).filter(isObject) : [];
}

const nameOf = (definition: Properties): string => textOf(definition['name']) ?? '';

/** After those that they depend on. @throws ExpectedError `pipelines.invalid-graph`, `pipelines.not-emulated` */
function inOrder(activities: readonly Properties[]): readonly Properties[] {
  const waiting = [...activities];
  const ordered: Properties[] = [];
  while (waiting.length > 0) {
    const done = new Set(ordered.map(nameOf));
    const next = waiting.findIndex((definition) => upstream(definition).every((name) => done.has(name)));
    if (next < 0) throw brokenGraph(waiting.map(nameOf));
    ordered.push(...waiting.splice(next, 1));
  }
  return ordered;
}

function upstream(definition: Properties): readonly string[] {
  const dependsOn = definition['dependsOn'];
  if (!Array.isArray(dependsOn)) return [];
  return (dependsOn as readonly Value[]).map((dependency) => {
    const conditions = valueAt(dependency, 'dependencyConditions');
    if (JSON.stringify(conditions ?? ['Succeeded']) !== '["Succeeded"]') {
      throw notEmulated([
        `${nameOf(definition)}: the dependency conditions ${JSON.stringify(conditions)} are not emulated yet`,
      ]);
    }
    return textOf(valueAt(dependency, 'activity')) ?? '';
  });
}

function refuseWhatIsNotEmulated(pipeline: string, activities: readonly Properties[]): void {
  const reasons = activities.flatMap((definition) => {
    const reason = whyActivityIsRefused(textOf(definition['type']) ?? '', definition);
    return reason === undefined ? [] : [`${pipeline}/${nameOf(definition)}: ${reason}`];
  });
  if (reasons.length > 0) throw notEmulated(reasons);
}

function notEmulated(reasons: readonly string[]): ExpectedError {
  return new ExpectedError({
    code: 'pipelines.not-emulated',
    message: reasons.join('; '),
    nextStep: 'Run this pipeline in the cloud, or take these activities out for a local run.',
  });
}

function brokenGraph(names: readonly string[]): ExpectedError {
  return new ExpectedError({
    code: 'pipelines.invalid-graph',
    message: `The activities ${names.join(', ')} depend on each other, or on one that does not exist.`,
    nextStep: 'Correct dependsOn of these activities.',
  });
}
