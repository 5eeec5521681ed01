import { posix } from 'node:path';
import { taskPath, type BundleFiles, type BundleJob } from '../../../project/bundle-job.ts';
import {
  at,
  mapAt,
  scalar,
  textAt,
  toPlain,
  withValueAt,
  type ConfigMap,
  type PlainValue,
} from '../../../project/config-node.ts';
import { bodiesAt, bodyAt, isBody, without, type Body } from '../../canonical.ts';
import { resolveResources } from '../../resource-references.ts';
import type { PromotionContext } from '../target.ts';
import { configuredResource } from './configured-resource.ts';
import { notebookObject, remoteFile } from './remote-file.ts';

/** The tag that says which project, target and key a job belongs to. */
export const ownerTag = 'medallion_owner';

export function ownerOf(context: PromotionContext, key: string): string {
  return `${context.owner}/${context.bundle.target}/${key}`;
}

/** Fields of a bundle's job that are no settings of the Jobs API. */
const bundleOnly = ['permissions', 'lifecycle'];

/** The paths in a task that name files of the bundle. */
const filePaths = [
  { path: ['notebook_task', 'notebook_path'], notebook: true },
  { path: ['spark_python_task', 'python_file'], notebook: false },
  { path: ['sql_task', 'file', 'path'], notebook: false },
  { path: ['dbt_task', 'project_directory'], notebook: false },
] as const;

/** A job's settings as `databricks bundle deploy` sends them: locked in the UI, paths where the files were uploaded to. */
export function deployedJob(context: PromotionContext, job: BundleJob): Body {
  const plain = toPlain(job.node);
  const written = without(isBody(plain) ? plain : {}, bundleOnly);
  const runAs = written['run_as'] === undefined ? at(context.bundle.config, 'run_as') : undefined;
  const tasks = job.tasks.map(({ node }) => deployedTask(context, node, job.files));
  const settings: Body = {
    ...written,
    name: job.name,
    tags: { ...texts(bodyAt(written, 'tags') ?? {}), [ownerTag]: ownerOf(context, job.key) },
    ...(runAs ? { run_as: toPlain(runAs) } : {}),
    ...(tasks.length > 0 ? { tasks } : {}),
    ...withDefault(written, 'parameters', bodiesAt(written, 'parameters').map(texts)),
    // As the CLI does: a run that finds no place waits instead of being skipped.
    ...(written['queue'] === undefined && written['continuous'] === undefined ? { queue: { enabled: true } } : {}),
    format: 'MULTI_TASK',
    edit_mode: 'UI_LOCKED',
    deployment: { kind: 'BUNDLE', metadata_file_path: `${context.statePath}/metadata.json` },
  };
  return resolveResources(settings, (path) => configuredResource(context.bundle.config, path));
}

function deployedTask(context: PromotionContext, node: ConfigMap, files: BundleFiles | undefined): Body {
  const nested = mapAt(node, 'for_each_task', 'task');
  const task = toPlain(withRemotePaths(context, node, files));
  if (!isBody(task)) return {};
  const loop = bodyAt(task, 'for_each_task');
  return {
    ...textFields(task),
    ...(loop && nested ? { for_each_task: { ...loop, task: deployedTask(context, nested, files) } } : {}),
  };
}

function withRemotePaths(context: PromotionContext, node: ConfigMap, files: BundleFiles | undefined): ConfigMap {
  let result = node;
  for (const { path, notebook } of filePaths) {
    const source = textAt(node, ...path.slice(0, -1), 'source');
    const found = source === 'GIT' ? undefined : taskPath(at(node, ...path), files);
    if (found?.file === undefined) continue;
    const remote = remoteFile(context, found.file);
    result = withValueAt(
      result,
      path,
      scalar(notebook ? notebookObject(remote) : posix.normalize(remote), found.range),
    );
  }
  return result;
}

/** Values that YAML reads as numbers or booleans and the Jobs API wants as text. */
function textFields(task: Body): Body {
  const result: Record<string, PlainValue> = { ...task };
  for (const [kind, field] of [
    ['notebook_task', 'base_parameters'],
    ['sql_task', 'parameters'],
    ['run_job_task', 'job_parameters'],
  ] as const) {
    const body = bodyAt(task, kind);
    const values = body && bodyAt(body, field);
    if (body && values) result[kind] = { ...body, [field]: texts(values) };
  }
  return result;
}

function texts(values: Body): Body {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      value !== null && typeof value !== 'object' ? String(value) : value,
    ]),
  );
}

function withDefault(written: Body, key: string, value: PlainValue): Body {
  return written[key] === undefined ? {} : { [key]: value };
}
