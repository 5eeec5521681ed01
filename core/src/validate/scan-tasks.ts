import { taskKind } from '../jobs/task-kinds.ts';
import { taskPath, type BundleJob, type BundleTask, type TaskPath } from '../project/bundle-job.ts';
import { mapAt, textAt } from '../project/config-node.ts';
import { resolveBundle, type ResolvedBundle } from '../project/resolve-bundle.ts';
import type { Bundle } from '../project/bundle.ts';
import type { ScanItem } from './scan.generated.ts';

/** What is known of the project's files when tasks are judged. */
export interface TaskContext {
  readonly exists: (file: string) => boolean;
  /** The first refused statement of a `.sql` file; undefined where all of them run here. */
  readonly refusedStatement: (file: string) => Promise<ScanItem | undefined>;
}

export interface TaskPlace {
  readonly job: BundleJob;
  readonly task: BundleTask;
  readonly name: string;
  /** The task around it, in a for_each_task. */
  readonly outer: BundleTask | undefined;
}

/** The bundle as its default target sees it, then as each other target does. */
export function everyTarget(bundle: Bundle): readonly ResolvedBundle[] {
  const standard = resolveBundle(bundle);
  const others = bundle.targets.filter((target) => target !== standard.target);
  return [standard, ...others.map((target) => resolveBundle(bundle, { target }))];
}

/** Judges each job task once, in the default target where it is there. */
export async function scanTasks(
  targets: readonly ResolvedBundle[],
  context: TaskContext,
): Promise<readonly ScanItem[]> {
  const seen = new Set<string>();
  const items: ScanItem[] = [];
  for (const place of targets.flatMap(({ jobs }) => jobs).flatMap(placesOf)) {
    const { file, start } = place.task.range;
    const key = `${place.name}\n${file}\n${start.line}`;
    if (seen.has(key)) continue;
    seen.add(key);
    items.push(await judge(place, context));
  }
  return items;
}

/** A job's tasks with those inside for_each_task after the one that holds them. */
export function placesOf(job: BundleJob): readonly TaskPlace[] {
  const from = (task: BundleTask, prefix: string, outer?: BundleTask): readonly TaskPlace[] => {
    const name = `${prefix}/${task.key === '' ? '(no task_key)' : task.key}`;
    return [{ job, task, name, outer }, ...(task.nested ? from(task.nested, name, task) : [])];
  };
  return job.tasks.flatMap((task) => from(task, job.key));
}

async function judge(place: TaskPlace, context: TaskContext): Promise<ScanItem> {
  const { task } = place;
  const kind = taskKind(task.kind);
  const path = kind.file && taskPath(kind.file(task.body));
  const file = path?.file === undefined ? undefined : existing(path.file, task.kind, context);
  const verdict = kind.verdict(task.body, file ?? path?.written);
  if (verdict.runs === 'refused') return item(place, 'refused', 'jobs.task-not-emulated', verdict.reason);
  const problem = path && problemOf(place, path, file);
  if (problem) return item(place, 'refused', problem[0], problem[1]);
  if (verdict.runs === 'spark') return item(place, 'spark', 'scan.needs-spark', verdict.reason);
  if (file === undefined) return item(place, 'refused', 'jobs.missing-file', 'the task names no file');
  const statement = await context.refusedStatement(file);
  if (!statement && place.outer && taskKind(place.outer.kind).verdict(place.outer.body, undefined).runs === 'refused') {
    const reason = `it stands in ${place.outer.key}, which is not emulated`;
    return item(place, 'refused', 'jobs.task-not-emulated', reason);
  }
  if (!statement) return item(place, 'here', '', '');
  return item(place, 'refused', statement.code, `${statement.file}:${statement.line}: ${statement.reason}`);
}

/** Why the task's file cannot be had here: a code and a reason. */
function problemOf(place: TaskPlace, path: TaskPath, file: string | undefined): readonly [string, string] | undefined {
  const source = (textAt(place.task.body, 'file', 'source') ?? textAt(place.task.body, 'source') ?? '').toUpperCase();
  const inGit = mapAt(place.job.node, 'git_source') !== undefined && source !== 'WORKSPACE';
  if (source === 'GIT' || inGit)
    return ['jobs.file-elsewhere', `${path.written} is taken from git_source, not from this folder`];
  if (path.written.includes('${')) return ['jobs.unresolved-path', `the path ${path.written} has no value here`];
  if (path.file === undefined)
    return ['jobs.file-elsewhere', `${path.written} lies in the workspace, not in this folder`];
  if (path.file.startsWith('../')) return ['jobs.file-elsewhere', `${path.written} lies outside the scanned folder`];
  return file === undefined ? ['jobs.missing-file', `the file ${path.file} does not exist`] : undefined;
}

/** Notebook paths may leave out the ending. */
export function existing(
  file: string,
  kind: string | undefined,
  context: Pick<TaskContext, 'exists'>,
): string | undefined {
  const endings = kind === 'notebook_task' ? ['', '.py', '.sql', '.ipynb', '.scala', '.r', '.R'] : [''];
  return endings.map((ending) => file + ending).find((candidate) => context.exists(candidate));
}

function item(place: TaskPlace, verdict: ScanItem['verdict'], code: string, reason: string): ScanItem {
  const { file, start } = place.task.range;
  return { kind: 'task', name: place.name, file, line: start.line, verdict, code, reason };
}
