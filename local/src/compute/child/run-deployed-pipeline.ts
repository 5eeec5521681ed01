import { createDatabricksClient } from '@medallion/core/azure/databricks.ts';
import { createStorageClient } from '@medallion/core/azure/storage.ts';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { runJob } from '@medallion/core/jobs/run-job.ts';
import { createResolver } from '@medallion/core/lake/resolver.ts';
import type { ActivityRun } from '@medallion/core/pipelines/activity.ts';
import { findProperties } from '@medallion/core/pipelines/factory-objects.ts';
import type { ProgramCompute } from '@medallion/core/pipelines/programs.ts';
import { runPipeline, type RunPipelineOptions } from '@medallion/core/pipelines/run-pipeline.ts';
import { type Factory, objectsOf } from '@medallion/core/project/factory.ts';
import type { ComputeCalls } from '../protocol.ts';
import type { Compute } from './compute.ts';
import { deployedFactory } from './deployed-factory.ts';
import { copyWorkspace, type WorkspaceCopy } from './workspace-copy.ts';

type Request = ComputeCalls['runPipeline']['request'];
type Parameters = NonNullable<RunPipelineOptions['parameters']>;
type Response = ComputeCalls['runPipeline']['response'];

/**
 * Runs a pipeline as it is deployed, with the code that runs the one of a git folder. What its activities start on Databricks are
 * the files of the emulated workspace, run as a deployed job's are.
 */
export async function runDeployedPipeline(
  compute: Compute,
  { factory: name, pipeline, resources, parameters, workspace }: Request,
  signal: AbortSignal,
): Promise<Response> {
  const factory = await deployedFactory(resources);
  if (!factory) throw new Error(`the factory ${name} has no object that can be read`);
  const activities: ActivityRun[] = [];
  const ended = (activity: ActivityRun): void => void activities.push(activity);
  const { environment } = compute;
  try {
    await using copy = hasDatabricks(factory) ? await copyWorkspace(compute, pipeline, workspace) : undefined;
    const programs = copy && workspacePrograms(compute, copy);
    const given = parameters as Parameters;
    await runPipeline({ environment, factory, pipeline, parameters: given, programs, ended, signal });
    return { status: 'Succeeded', message: '', activities };
  } catch (error) {
    if (signal.aborted) return { status: 'Cancelled', message: 'Cancelled by user', activities };
    if (!(error instanceof ExpectedError)) throw error;
    return { status: 'Failed', message: `${error.message} [${error.code}] ${error.nextStep}`, activities };
  }
}

/** Only such a factory can start what lies in the workspace, which may be large. */
function hasDatabricks(factory: Factory): boolean {
  const types = objectsOf(factory, 'linkedService').map(
    ({ name }) => findProperties(factory, 'linkedService', name)?.['type'],
  );
  return types.includes('AzureDatabricks');
}

function workspacePrograms({ environment, stateFolder, engine }: Compute, folder: WorkspaceCopy): ProgramCompute {
  return {
    folder,
    run: (job, stop) =>
      runJob({
        root: folder.root,
        job,
        environment,
        stateFolder,
        engine,
        lake: {
          resolver: createResolver(createDatabricksClient(environment)),
          storage: createStorageClient(environment),
        },
        // An activity runs whenever its pipeline does.
        force: true,
        ...(stop ? { signal: stop } : {}),
      }),
  };
}
