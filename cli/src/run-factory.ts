import { createStorageClient } from '@medallion/core/azure/storage.ts';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { runJob } from '@medallion/core/jobs/run-job.ts';
import { resolverFor } from '@medallion/core/lake/project-lake.ts';
import type { ActivityRun } from '@medallion/core/pipelines/activity.ts';
import { type PipelineRun, runPipeline } from '@medallion/core/pipelines/run-pipeline.ts';
import { objectsOf } from '@medallion/core/project/factory.ts';
import type { LoadedProject } from '@medallion/core/project/loaded-project.ts';
import { primaryFactory } from '@medallion/core/project/project.ts';
import { lazyEngine } from '@medallion/local/lazy-engine.ts';
import type { CommandContext, CommandResult } from './command.ts';
import { contractsOf, quarantinesOf } from './contracts.ts';
import { openLocalAzure, provisionLocal } from './local-azure.ts';
import { namesFor } from './undeclared-names.ts';

/** The pipeline of the project's factory that has this name. */
export function factoryPipeline({ project }: LoadedProject, name: string | undefined): string | undefined {
  const factory = primaryFactory(project);
  const pipelines = factory ? objectsOf(factory, 'pipeline') : [];
  return pipelines.find((pipeline) => pipeline.name === name)?.name;
}

/** Runs it as its git folder has it, on local Azure; what it starts on Databricks runs with core's jobs, from the project's files. */
export async function runFactory(
  context: CommandContext,
  loaded: LoadedProject,
  pipeline: string,
  parameters: Readonly<Record<string, string>>,
): Promise<CommandResult> {
  const factory = primaryFactory(loaded.project);
  if (!factory) throw new Error('a pipeline without its factory');
  refuseJobOptions(context);
  const contracts = await contractsOf(loaded);
  await using azure = await openLocalAzure(context, loaded, {
    startedBy: 'medallion run',
    detach: false,
    moveTakenPorts: true,
  });
  const { environment } = azure;
  await provisionLocal(environment, loaded);
  await namesFor(context, environment, loaded);
  await using engine = lazyEngine({ environment, stateFolder: context.state });
  const lake = { resolver: resolverFor(environment), storage: createStorageClient(environment) };
  const only = context.texts('task').flatMap((names) => names.split(',').map((name) => name.trim()));
  const activities: ActivityRun[] = [];
  const { root } = loaded.project;
  const ended = (activity: ActivityRun): void => {
    activities.push(activity);
    context.say(activityText(activity));
  };
  const { stateFolder, report, signal } = { ...context, stateFolder: context.state };
  const run = await runPipeline({
    environment,
    factory,
    pipeline,
    parameters,
    ...(only.length === 0 ? {} : { only }),
    programs: {
      folder: loaded.project,
      run: (job, stop) =>
        runJob({
          root,
          job,
          environment,
          stateFolder,
          engine,
          lake,
          checks: contracts.checks,
          quarantines: quarantinesOf(contracts),
          // An activity runs whenever the pipeline does.
          force: true,
          report,
          signal: stop ?? signal,
        }),
    },
    report,
    ended,
    signal,
  });
  return { json: run, text: runText(run) };
}

function activityText({ activityName, activityType, status, durationInMs, error }: ActivityRun): string {
  const why = error ? `: ${error.message} [${error.errorCode}]` : '';
  return `${activityName} (${activityType}) ${status.toLowerCase()} in ${(durationInMs / 1000).toFixed(1)} s${why}`;
}

function runText({ pipeline, runId, activities }: PipelineRun): string {
  return `Pipeline ${pipeline} succeeded: ${activities.length} activities, run ${runId}.`;
}

/** @throws ExpectedError `usage.pipeline` */
function refuseJobOptions(context: CommandContext): void {
  const engine = context.text('engine');
  const given = [context.flag('from-failed') ? '--from-failed' : '', engine === undefined ? '' : '--engine'];
  const [option] = given.filter((name) => name !== '');
  if (option === undefined) return;
  throw new ExpectedError({
    code: 'usage.pipeline',
    message: `${option} is for jobs; a pipeline of the factory runs its activities, or those that --task names.`,
    nextStep: `Leave ${option} out.`,
    kind: 'environment',
  });
}
