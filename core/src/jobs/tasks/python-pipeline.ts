import { join, posix } from 'node:path';
import { taskPath } from '../../project/bundle-job.ts';
import { at, type ConfigMap, entriesAt, flagAt, itemsAt, textAt, toPlain } from '../../project/config-node.ts';
import { withTextValues } from '../../project/text-values.ts';
import { pythonSettings } from '../../project/python-settings.ts';
import { type SqlDefinitions, sqlDefinitions } from '../../python/pipeline-datasets.ts';
import { type DatasetDone, datasetOperations, type PipelineProgram } from '../../python/pipeline-program.ts';
import { type ProgramOutcome, runProgram } from '../../python/run-program.ts';
import { profileText } from '../compute-profile.ts';
import { isSqlSource, type Pipeline } from '../pipeline-resource.ts';
import { bundleFile, readTaskFile, type ReadFile } from '../task-file.ts';
import { errorRecord } from '../task-record.ts';
import type { PreparedTask, RunnableTask, TaskOutcome, TaskPlace, TaskRunContext } from '../task-kind.ts';
import { noOutcome } from '../task-kind.ts';
import { pipelineProfile } from './pipeline-profile.ts';
import { pythonReady } from './python-ready.ts';
import { projectSources } from './project-sources.ts';
import { packageIn } from './python-package.ts';
import { pipelineSource } from './pipeline-source.ts';
import { workspaceFiles } from './workspace-files.ts';

/** An update of a pipeline with sources in Python, SQL beside them or not: in the project's own Python, on local Spark. */
export function pythonPipeline(place: TaskPlace, pipeline: Pipeline): RunnableTask {
  const what = pipeline.isSql ? 'flows' : 'Python';
  const reason = `a pipeline with ${what} runs in the project's own Python, on local Spark`;
  return { runs: 'spark', reason, prepare: () => prepare(place, pipeline) };
}

async function prepare(place: TaskPlace, pipeline: Pipeline): Promise<PreparedTask> {
  const sources = await Promise.all(pipeline.files.map((file) => readTaskFile(place, file)));
  const files = await projectSources(place, pipeline.files);
  const profile = pipelineProfile(pipeline);
  // What is no definition is told before the job's first task.
  const definitions = sources.map((source) => definitionsOf(source, pipeline));
  return {
    files,
    profile: profileText(profile),
    fingerprint: { profile: { ...profile }, pipeline: toPlain(pipeline.node) },
    ready: () => pythonReady(place),
    run: async (context) => {
      const done: DatasetDone[] = [];
      const { root, environment, stateFolder, engine, checks, values, signal, log } = context;
      await useNames(context, pipeline);
      const ended = await runProgram({
        program: programOf(context, place, pipeline, definitions),
        root,
        environment,
        stateFolder,
        settings: await pythonSettings(root),
        parameters: {},
        path: importedFrom(place, pipeline).map((folder) => join(root, folder)),
        ansi: profile.ansi,
        contracts: { checks, engine },
        ...workspaceFiles(place),
        values,
        operations: datasetOperations(done),
        log,
        signal,
      });
      return outcomeOf(ended, done);
    },
  };
}

/** The pipeline's catalog and schema are there, or are made as those of any SQL; else the engine says that they are missing. */
async function useNames({ engine, signal }: TaskRunContext, pipeline: Pipeline): Promise<void> {
  const { catalog, schema, node } = pipeline;
  const quoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``;
  const text = `USE CATALOG ${quoted(catalog)}; USE SCHEMA ${quoted(schema)}`;
  const source = { text, file: node.range.file, firstLine: node.range.start.line };
  await engine.runScript({ source, parameters: {}, profile: pipelineProfile(pipeline), checks: {} }, signal);
}

/** What a source of SQL defines; undefined for Python. */
function definitionsOf({ file, bytes }: ReadFile, { node }: Pipeline): SqlDefinitions | undefined {
  if (!isSqlSource(file, bytes.toString('utf8'))) return undefined;
  const { text, places } = pipelineSource(file, bytes.toString('utf8'));
  const { datasets, flows } = sqlDefinitions({ text: withTextValues(text, configurationOf(node)), file });
  const placed = <T extends { readonly line: number }>(one: T): T => ({
    ...one,
    line: places[one.line - 1]?.line ?? one.line,
  });
  return { datasets: datasets.map(placed), flows: flows.map(placed) };
}

function configurationOf(node: ConfigMap): Readonly<Record<string, string>> {
  return Object.fromEntries(entriesAt(node, 'configuration').map(([name, { value }]) => [name, textAt(value) ?? '']));
}

function programOf(
  { root, stateFolder }: TaskRunContext,
  place: TaskPlace,
  pipeline: Pipeline,
  definitions: readonly (SqlDefinitions | undefined)[],
): PipelineProgram {
  const { key, files, catalog, schema, node } = pipeline;
  return {
    kind: 'pipeline',
    file: join(root, rootPath(place, pipeline) ?? '', 'pipeline'),
    sources: files.map((file, index) => ({ file: join(root, file), ...definitions[index] })),
    catalog,
    schema,
    configuration: configurationOf(node),
    fullRefresh: flagAt(place.task.body, 'full_refresh'),
    state: join(stateFolder, 'pipelines', `${key}.${catalog}.${schema}`.replaceAll(/[^\w.-]/g, '_')),
  };
}

/** The folder of the pipeline's own files, which can be imported from. */
function rootPath(place: TaskPlace, { node }: Pipeline): string | undefined {
  const path = taskPath(at(node, 'root_path'), place.job.files)?.file;
  return path === undefined ? undefined : bundleFile(place, path);
}

/** Its root, the bundle's root, and the packages that its environment takes from the project (`--editable <folder>`). */
function importedFrom(place: TaskPlace, pipeline: Pipeline): readonly string[] {
  const own = rootPath(place, pipeline);
  const bundle = place.job.files?.root ?? '';
  const editable = itemsAt(pipeline.node, 'environment', 'dependencies').flatMap((node) => {
    const written = /^(?:--editable|-e)[ =](.+)$/.exec(textAt(node) ?? '')?.[1]?.trim();
    const folder = written === undefined ? undefined : editableFolder(place, written);
    return folder === undefined ? [] : (packageIn(place.root, folder)?.path ?? []);
  });
  return [...new Set([...(own === undefined ? [] : [own]), bundle === '' ? '.' : bundle, ...editable])];
}

/** `${workspace.file_path}/x`: where a folder of the bundle will lie. */
function editableFolder({ job }: TaskPlace, written: string): string | undefined {
  const { root = '', workspacePath = '' } = job.files ?? {};
  const bare = (path: string): string => path.replace(/^\/Workspace\//, '/').replace(/\/+$/, '');
  const below = posix.relative(bare(workspacePath), bare(written));
  return workspacePath === '' || below.startsWith('..') ? undefined : posix.normalize(posix.join(root, below));
}

const onViolation = { warn: 'keep', drop: 'dropRow', fail: 'failUpdate' } as const;

function outcomeOf(ended: ProgramOutcome, done: readonly DatasetDone[]): TaskOutcome {
  const { reads, written, checks, warnings, failure } = ended;
  const own = new Set(done.map(({ dataset }) => dataset));
  return {
    ...noOutcome,
    statements: done.map(({ line, kind, seconds }) => ({ line, kind, seconds })),
    inputs: { tables: reads.filter(({ table }) => !own.has(table)), files: [], paths: [] },
    outputs: [...written],
    checks: [...done.flatMap(expectationsOf), ...checks],
    warnings: warnings.map(({ message }) => message),
    ...(failure ? { error: errorRecord(failure) } : {}),
  };
}

function expectationsOf({ expectations }: DatasetDone): TaskOutcome['checks'] {
  return expectations.map(({ dataset, name, action, passed, failed }) => ({
    table: dataset,
    name,
    severity: action === 'fail' ? ('error' as const) : ('warning' as const),
    violations: failed,
    passed,
    onViolation: onViolation[action],
  }));
}
