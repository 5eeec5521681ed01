import { posix } from 'node:path';
import ignore from 'ignore';
import { taskPath, type BundleJob, type BundleTask } from '../../../project/bundle-job.ts';
import { inFolder } from '../../../project/bundle.ts';
import { at, itemsAt, textAt } from '../../../project/config-node.ts';
import type { PromotionContext } from '../target.ts';

type BundlePlace = Pick<PromotionContext, 'bundle' | 'project'>;

/** Where a task names a file. */
const named = [
  ['notebook_task', 'notebook_path'],
  ['spark_python_task', 'python_file'],
  ['sql_task', 'file', 'path'],
] as const;

/**
 * The files that go to the workspace: those that tasks name, and what `sync` says. A job of SQL files stands on these alone; any
 * other code may import what lies beside it, so that then, as with the Databricks CLI, the whole folder of the bundle goes.
 * Relative to the project's root, in order.
 */
export function bundleFiles(context: BundlePlace): readonly string[] {
  const { bundle, project } = context;
  const { folder } = bundle.bundle;
  const tasks = bundle.jobs.flatMap(allTasks);
  const wanted = new Set(tasks.flatMap(filesOf));
  const paths = itemsAt(bundle.config, 'sync', 'paths').flatMap((item) => textAt(item) ?? []);
  const selfContained = tasks.every(({ kind }) => kind === undefined || standAlone.has(kind));
  const roots = paths.length > 0 ? paths : selfContained ? [] : ['.'];
  const included = matcher(context, 'include');
  const excluded = matcher(context, 'exclude');
  for (const file of project.files) {
    const path = posix.relative(folder, file);
    const isSynced = roots.some((root) => isBelow(file, inFolder(folder, root)));
    if ((isSynced && !excluded(path)) || included(path)) wanted.add(file);
  }
  return [...wanted].sort();
}

/** Kinds of tasks whose code is in one file, or in none. */
const standAlone = new Set(['sql_task', 'run_job_task', 'condition_task', 'pipeline_task', 'for_each_task']);

function allTasks(job: BundleJob): readonly BundleTask[] {
  const withInner = (task: BundleTask): readonly BundleTask[] => [task, ...(task.nested ? withInner(task.nested) : [])];
  return job.tasks.flatMap(withInner);
}

function filesOf({ node }: BundleTask): readonly string[] {
  return named.flatMap((path) => {
    if (textAt(node, ...path.slice(0, -1), 'source') === 'GIT') return [];
    return taskPath(at(node, ...path))?.file ?? [];
  });
}

/** Patterns of `sync` are those of a .gitignore, relative to the bundle's folder. */
function matcher(context: BundlePlace, list: 'include' | 'exclude'): (path: string) => boolean {
  const patterns = itemsAt(context.bundle.config, 'sync', list).flatMap((item) => textAt(item) ?? []);
  const rules = ignore().add(patterns);
  return (path) => patterns.length > 0 && !path.startsWith('..') && path !== '' && rules.ignores(path);
}

function isBelow(file: string, folder: string): boolean {
  return folder === '' || file.startsWith(`${folder}/`);
}
