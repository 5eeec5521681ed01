import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import type { ActivityRun } from '@medallion/core/pipelines/activity.ts';
import { runPipeline, type RunPipelineOptions } from '@medallion/core/pipelines/run-pipeline.ts';
import type { ComputeCalls } from '../protocol.ts';
import type { Compute } from './compute.ts';
import { deployedFactory } from './deployed-factory.ts';

type Request = ComputeCalls['runPipeline']['request'];
type Parameters = NonNullable<RunPipelineOptions['parameters']>;
type Response = ComputeCalls['runPipeline']['response'];

/** Runs a pipeline as it is deployed, with the code that runs the one of a git folder. */
export async function runDeployedPipeline(
  { environment }: Compute,
  { factory: name, pipeline, resources, parameters }: Request,
  signal: AbortSignal,
): Promise<Response> {
  const factory = await deployedFactory(resources);
  if (!factory) throw new Error(`the factory ${name} has no object that can be read`);
  const activities: ActivityRun[] = [];
  const ended = (activity: ActivityRun): void => void activities.push(activity);
  try {
    await runPipeline({ environment, factory, pipeline, parameters: parameters as Parameters, ended, signal });
    return { status: 'Succeeded', message: '', activities };
  } catch (error) {
    if (signal.aborted) return { status: 'Cancelled', message: 'Cancelled by user', activities };
    if (!(error instanceof ExpectedError)) throw error;
    return { status: 'Failed', message: `${error.message} [${error.code}] ${error.nextStep}`, activities };
  }
}
