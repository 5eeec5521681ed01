import { taskPath, type BundleJob, type BundleTask } from '../../../project/bundle-job.ts';
import { at, textAt } from '../../../project/config-node.ts';
import { isBelow, syncRules } from '../../../project/sync-files.ts';
import { byCodeUnit, walkFolder } from '../../../project/walk-folder.ts';
import type { PromotionContext } from '../target.ts';
import { notebookObject } from './remote-file.ts';

type BundlePlace = Pick<PromotionContext, 'bundle' | 'project'> & Partial<Pick<PromotionContext, 'libraries'>>;

/** Where a task names a file. */
const named = [
  ['notebook_task', 'notebook_path'],
  ['spark_python_task', 'python_file'],
  ['sql_task', 'file', 'path'],
] as const;

/**
 * The files that go to the workspace: those that tasks name, and what `sync` says. A job of SQL files stands on these alone; any
 * other code may import what lies beside it, so that then, as with the Databricks CLI, the whole folder of the bundle goes.
 * Relative to the project's root, in order. Artifacts are built before, as there: what a build leaves beside them goes along where git
 * does not ignore it.
 */
export async function bundleFiles({ bundle, project, libraries }: BundlePlace): Promise<readonly string[]> {
  const rules = syncRules(bundle.config, bundle.bundle.folder);
  const tasks = bundle.jobs.flatMap((job) => job.tasks.flatMap(withNested).map((task) => ({ job, task })));
  const selfContained = tasks.every(({ task: { kind } }) => kind === undefined || standAlone.has(kind));
  const roots = rules.paths ?? (selfContained ? [] : [bundle.bundle.folder]);
  const hasBuilt = libraries !== undefined && (await libraries()).length > 0;
  const present = hasBuilt ? (await walkFolder(project.root)).files : project.files;
  const synced = present.filter((file) => roots.some((root) => isBelow(file, root)));
  // `include` also brings what git ignores, such as a wheel that was built.
  const all = rules.include.length > 0 ? (await walkFolder(project.root, { ignored: true })).files : [];
  const chosen = [...synced, ...all.filter(rules.included)].filter((file) => !rules.excluded(file));
  return [...new Set([...tasks.flatMap(({ job, task }) => filesOf(project.files, job, task)), ...chosen])].sort(
    byCodeUnit,
  );
}

/** Kinds of tasks whose code is in one file, or in none. */
const standAlone = new Set(['sql_task', 'run_job_task', 'condition_task', 'pipeline_task', 'for_each_task']);

function withNested(task: BundleTask): readonly BundleTask[] {
  return [task, ...(task.nested ? withNested(task.nested) : [])];
}

/** A notebook that is named where it lies in the workspace has no ending there. */
function filesOf(files: readonly string[], job: BundleJob, { node }: BundleTask): readonly string[] {
  return named.flatMap((path) => {
    if (textAt(node, ...path.slice(0, -1), 'source') === 'GIT') return [];
    const file = taskPath(at(node, ...path), job.files)?.file;
    if (file === undefined) return [];
    return files.includes(file) ? file : (files.find((one) => notebookObject(one) === file) ?? file);
  });
}
