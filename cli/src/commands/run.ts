import { createStorageClient } from '@medallion/core/azure/storage.ts';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import type { RunRecord } from '@medallion/core/jobs/run.generated.ts';
import { runJob, type RunJobOptions } from '@medallion/core/jobs/run-job.ts';
import { runToResume } from '@medallion/core/observe/run-history.ts';
import type { BundleJob } from '@medallion/core/project/bundle-job.ts';
import { entriesAt } from '@medallion/core/project/config-node.ts';
import { pipelineJob } from '@medallion/core/project/pipeline-job.ts';
import type { ResolvedBundle } from '@medallion/core/project/resolve-bundle.ts';
import { resolverFor } from '@medallion/core/lake/project-lake.ts';
import { loadFor } from '@medallion/core/project/loaded-project.ts';
import { lazyEngine } from '@medallion/local/lazy-engine.ts';
import { withUndeclaredNames } from '@medallion/local/undeclared-names.ts';
import type { Command, CommandContext } from '../command.ts';
import { contractsOf, quarantinesOf } from '../contracts.ts';
import { withLookups } from '../lookups.ts';
import { openLocalAzure, provisionLocal } from '../local-azure.ts';
import { namesFor, namesHint } from '../undeclared-names.ts';
import { recordText } from '../output/run-text.ts';
import { factoryPipeline, runFactory } from '../run-factory.ts';
import { bothText, engineChoice, runBoth, sparkFor } from '../run-engine.ts';
import { parametersOf } from './query.ts';

export const run: Command = {
  name: 'run',
  usage:
    'run <job> [--params name=value,...] [--task KEY,...] [--from-failed] [--force] [--make NAME] [--engine duckdb|spark|both]',
  summary:
    "run a bundle's job or pipeline, or a factory's pipeline, on the local lake; starts local Azure where it does not run",
  options: {
    param: { type: 'string', multiple: true, summary: 'a job parameter, name=value' },
    params: { type: 'string', multiple: true, summary: 'job parameters, name=value,name=value' },
    task: {
      type: 'string',
      multiple: true,
      summary: 'run these tasks (or activities) alone, by name; the others are taken to be done',
    },
    'from-failed': {
      type: 'boolean',
      summary: 'continue the last run of the job: what failed in it, and what comes after that',
    },
    force: { type: 'boolean', summary: 'run every task, also those whose text and inputs have not changed' },
    make: {
      type: 'string',
      multiple: true,
      summary: 'a catalog, or catalog.schema, that the cloud has and the bundle does not declare: made here first',
    },
    engine: {
      type: 'string',
      summary: 'what runs SQL: duckdb (default), spark, or both, which compares the tables that they make',
    },
  },
  async run(context) {
    const written = await loadFor(context.project, 'local');
    const [name] = context.positionals;
    const pipeline = isJob(written.bundle, name) ? undefined : factoryPipeline(written, name);
    if (pipeline !== undefined) {
      return await runFactory(context, written, pipeline, parametersOf({ texts: () => pairsOf(context) }));
    }
    const choice = await choiceOf(context, jobNamed(written.bundle, name));
    const engineName = engineChoice(context.text('engine'));
    const contracts = await contractsOf(written);
    await using azure = await openLocalAzure(context, written, {
      startedBy: 'medallion run',
      detach: false,
      moveTakenPorts: true,
    });
    await using engine = lazyEngine({ environment: azure.environment, stateFolder: context.state });
    // Else it starts with the first task that is not as it was: often there is none.
    if (context.flag('force') && engineName !== 'spark') engine.startAhead();
    await provisionLocal(azure.environment, written);
    const loaded = await withLookups(written, azure.environment);
    const job = jobNamed(loaded.bundle, name);
    const names = await namesFor(context, azure.environment, loaded);
    const options: RunJobOptions = {
      root: loaded.project.root,
      job,
      jobs: loaded.bundle?.jobs ?? [job],
      target: loaded.bundle?.target ?? '',
      environment: azure.environment,
      stateFolder: context.state,
      engine: withUndeclaredNames(engine, names),
      lake: { resolver: resolverFor(azure.environment), storage: createStorageClient(azure.environment) },
      checks: contracts.checks,
      quarantines: quarantinesOf(contracts),
      parameters: parametersOf({ texts: () => pairsOf(context) }),
      ...choice,
      force: context.flag('force'),
      report: context.report,
      signal: context.signal,
    };
    if (engineName === 'both') {
      const both = await runBoth(options, engine);
      context.signal.throwIfAborted();
      const agree = both.tables.length > 0 && both.tables.every(({ same }) => same);
      return { json: both, text: bothText(both), exitCode: agree ? 0 : 1 };
    }
    await using spark = engineName === 'spark' ? await sparkFor(options, engine) : undefined;
    const record = await runJob(spark ? { ...options, engine: withUndeclaredNames(spark, names) } : options);
    context.signal.throwIfAborted();
    const isGood = record.state === 'succeeded' || record.state === 'succeededWithFailures';
    return { json: record, text: [recordText(record), ...namesHint(record)].join('\n'), exitCode: isGood ? 0 : 1 };
  },
};

function isJob(bundle: ResolvedBundle | undefined, name: string | undefined): boolean {
  return bundle?.jobs.some((job) => job.key === name || job.name === name) === true;
}

/** A comma ends a value of --params only where another name=value follows. */
function pairsOf(context: Pick<CommandContext, 'texts'>): readonly string[] {
  return [...context.texts('param'), ...context.texts('params').flatMap((pairs) => pairs.split(/,(?=[^,=]+=)/))];
}

/** @throws ExpectedError `usage.from-failed`, `jobs.nothing-to-resume` */
async function choiceOf(
  context: CommandContext,
  job: BundleJob,
): Promise<{ readonly only?: readonly string[]; readonly resume?: RunRecord }> {
  const only = context.texts('task').flatMap((keys) => keys.split(',').map((key) => key.trim()));
  if (!context.flag('from-failed')) return only.length === 0 ? {} : { only };
  if (only.length > 0 || context.flag('force')) {
    throw new ExpectedError({
      code: 'usage.from-failed',
      message: '--from-failed says itself which tasks run: --task and --force do not go with it.',
      nextStep: 'Leave one of them out.',
      kind: 'environment',
    });
  }
  return { resume: await runToResume(context.state, job.key) };
}

/** A job of the bundle, or one that updates a pipeline of it. @throws ExpectedError `jobs.not-named`, `jobs.not-found` */
export function jobNamed(bundle: ResolvedBundle | undefined, name: string | undefined): BundleJob {
  const jobs = bundle?.jobs ?? [];
  const pipelines = bundle ? entriesAt(bundle.config, 'resources', 'pipelines').map(([key]) => key) : [];
  const keys = [...jobs.map(({ key }) => key), ...pipelines].join(', ');
  const [only] = jobs;
  if (name === undefined && jobs.length === 1 && only) return only;
  const found = jobs.find((job) => job.key === name || job.name === name);
  if (found) return found;
  const ofPipeline = bundle && name !== undefined ? pipelineJob(bundle, name) : undefined;
  if (ofPipeline) return ofPipeline;
  throw new ExpectedError({
    code: name === undefined ? 'jobs.not-named' : 'jobs.not-found',
    message: name === undefined ? 'run takes the name of a job.' : `The bundle has no job or pipeline '${name}'.`,
    nextStep: keys === '' ? 'Name a project whose databricks.yml has jobs, with --project.' : `Name one of: ${keys}.`,
    kind: 'environment',
  });
}
