import { randomUUID } from 'node:crypto';
import { createStorageClient } from '../azure/storage.ts';
import type { AzureEnvironment } from '../azure/environment.ts';
import { ExpectedError } from '../base/expected-error.ts';
import { noProgress, type ReportProgress } from '../base/progress.ts';
import type { Factory } from '../project/factory.ts';
import { activityKinds, whyActivityIsRefused } from './activities/index.ts';
import type { ActivityRun } from './activity.ts';
import { runActivity, type RunActivityOptions } from './run-activity.ts';
import { isObject, toText, type Scope, type Value } from './expressions/value.ts';
import type { ProgramCompute } from './programs.ts';
import { Variables } from './variables.ts';
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
  /** Names of the activities to run; the others are taken to be done, without an output. Default: all. */
  readonly only?: readonly string[];
  /** Runs what activities start on Databricks. Default: such activities are refused. */
  readonly programs?: ProgramCompute | undefined;
  readonly report?: ReportProgress;
  /** Told of every attempt at an activity when it has ended, those that failed included. */
  readonly ended?: (activity: ActivityRun) => void;
  /** Waits between two attempts at an activity. Default: real time. */
  readonly pause?: RunActivityOptions['pause'];
  readonly signal?: AbortSignal | undefined;
}

/** A run as the service's monitoring tells it. */
export interface PipelineRun {
  readonly runId: string;
  readonly pipeline: string;
  readonly activities: readonly ActivityRun[];
}

/**
 * Runs a pipeline of the factory as its git folder has it. Rejects before anything runs with `pipelines.not-emulated` (every
 * activity that is not emulated, by name), `pipelines.missing-object`, `pipelines.parameter`, `pipelines.unknown-activity`; while it runs with what an activity
 * rejects with. What an activity has copied until then stays, as in the service.
 */
export async function runPipeline(options: RunPipelineOptions): Promise<PipelineRun> {
  const { factory, pipeline, programs, environment, signal, report = noProgress, ended = () => undefined } = options;
  const properties = propertiesOf(factory, 'pipeline', pipeline);
  const written = activitiesOf(properties);
  const isAskedFor = askedFor(options.only, written);
  refuseWhatIsNotEmulated(options, written.filter(isAskedFor));
  const activities = inOrder(written).filter(isAskedFor);
  const variables = new Variables(properties['variables']);
  const runId = randomUUID();
  const parameters = bindParameters(`The pipeline '${pipeline}'`, properties['parameters'], options.parameters ?? {});
  const root = { parameters, globalParameters: globalParametersOf(factory), RunId: runId, Pipeline: pipeline };
  const outputs = new Map<string, Value>();
  const scope: Scope = {
    pipeline: () => root,
    activity: ([name]) => ({ output: outputs.get(toText(name ?? '')) ?? null }),
    variables: ([name]) => variables.get(toText(name ?? '')),
  };
  const storage = createStorageClient(environment);
  const runs: ActivityRun[] = [];
  for (const definition of activities) {
    signal?.throwIfAborted();
    const kind = activityKinds.find(({ type }) => type === textOf(definition['type']));
    if (!kind) continue;
    const context = { factory, environment, storage, variables, programs, scope, report, signal };
    const { output, run } = await runActivity({ kind, definition, context, ended, pause: options.pause });
    outputs.set(nameOf(definition), output);
    runs.push(run);
  }
  return { runId, pipeline, activities: runs };
}

function activitiesOf(properties: Properties): readonly Properties[] {
  const list = properties['activities'];
  return Array.isArray(list) ? (list as readonly Value[]).filter(isObject) : [];
}

const nameOf = (definition: Properties): string => textOf(definition['name']) ?? '';

/** After those that they depend on. @throws ExpectedError `pipelines.invalid-graph` */
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
    return textOf(valueAt(dependency, 'activity')) ?? '';
  });
}

/** @throws ExpectedError `pipelines.unknown-activity` */
function askedFor(
  only: readonly string[] | undefined,
  written: readonly Properties[],
): (definition: Properties) => boolean {
  if (only === undefined) return () => true;
  const names = written.map(nameOf);
  const unknown = only.filter((name) => !names.includes(name));
  if (unknown.length === 0) return (definition) => only.includes(nameOf(definition));
  throw new ExpectedError({
    code: 'pipelines.unknown-activity',
    message: `The pipeline has no activity ${unknown.join(', ')}.`,
    nextStep: `Its activities are: ${names.join(', ')}.`,
    kind: 'environment',
  });
}

function refuseWhatIsNotEmulated(
  { factory, pipeline, programs }: RunPipelineOptions,
  activities: readonly Properties[],
): void {
  const reasons = activities.flatMap((definition) => {
    const type = textOf(definition['type']) ?? '';
    const reason = whyActivityIsRefused(type, definition, factory, programs?.folder);
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
