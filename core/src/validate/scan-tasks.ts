import type { RunnableTask } from '../jobs/task-kind.ts';
import { judgeTask } from '../jobs/tasks/index.ts';
import type { BundleJob, BundleTask } from '../project/bundle-job.ts';
import type { ResolvedBundle, ResolveOptions } from '../project/resolve-bundle.ts';
import type { Bundle } from '../project/bundle.ts';
import type { ScanItem } from './scan.generated.ts';

/** What is known of the project's files when tasks are judged. */
export interface TaskContext {
  /** The project's root, absolute. */
  readonly root: string;
  /** The statements of a `.sql` file. */
  readonly statements: (file: string, textValues: RunnableTask['textValues']) => Promise<readonly ScanItem[]>;
}

export interface TaskPlace {
  readonly job: BundleJob;
  readonly task: BundleTask;
  readonly name: string;
  /** The task around it, in a for_each_task. */
  readonly outer: BundleTask | undefined;
}

/** The bundle as its default target sees it, then as each other target does. */
export async function everyTarget(
  bundle: Bundle,
  resolve: (options: ResolveOptions) => ResolvedBundle | Promise<ResolvedBundle>,
): Promise<readonly ResolvedBundle[]> {
  const standard = await resolve({});
  const others = bundle.targets.filter((target) => target !== standard.target);
  return [standard, ...(await Promise.all(others.map(async (target) => await resolve({ target }))))];
}

/** Judges each job task once, in the default target where it is there. */
export async function scanTasks(
  targets: readonly ResolvedBundle[],
  context: TaskContext,
): Promise<readonly ScanItem[]> {
  const seen = new Set<string>();
  const items: ScanItem[] = [];
  for (const { jobs } of targets) {
    for (const place of jobs.flatMap(placesOf)) {
      const { file, start } = place.task.range;
      const key = `${place.name}\n${file}\n${start.line}`;
      if (seen.has(key)) continue;
      seen.add(key);
      items.push(await judge(place, jobs, context));
    }
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

async function judge(place: TaskPlace, jobs: readonly BundleJob[], context: TaskContext): Promise<ScanItem> {
  const { job, task, outer } = place;
  const judgedIn = (one: BundleTask) => judgeTask({ root: context.root, job, task: one, jobs });
  const judged = judgedIn(task);
  if (judged.runs === 'refused') return item(place, 'refused', judged.code, judged.reason);
  if (judged.runs === 'spark') return item(place, 'spark', 'scan.needs-spark', judged.reason);
  const files = await Promise.all((judged.sqlFiles ?? []).map((file) => context.statements(file, judged.textValues)));
  const statements = files.flat();
  const refused = statements.find(({ verdict }) => verdict !== 'here');
  if (refused) return item(place, 'refused', refused.code, withPlace(refused));
  if (outer && judgedIn(outer).runs === 'refused') {
    return item(place, 'refused', 'jobs.task-not-emulated', `it stands in ${outer.key}, which is not emulated`);
  }
  const remark = statements.find(({ code }) => code !== '');
  return remark ? item(place, 'here', remark.code, withPlace(remark)) : item(place, 'here', '', '');
}

function withPlace({ file, line, reason }: ScanItem): string {
  return `${file}:${line}: ${reason}`;
}

function item(place: TaskPlace, verdict: ScanItem['verdict'], code: string, reason: string): ScanItem {
  const { file, start } = place.task.range;
  return { kind: 'task', name: place.name, file, line: start.line, verdict, code, reason };
}
