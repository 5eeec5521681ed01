import type { Diagnostic } from '../../base/diagnostic.ts';
import type { BundleJob, BundleTask } from '../../project/bundle-job.ts';
import type { Bundle } from '../../project/bundle.ts';
import { at, entriesAt, itemsAt, textAt, type ConfigNode } from '../../project/config-node.ts';
import { finding, type Rule } from '../rule.ts';

/** A job's tasks have distinct keys, depend on tasks that exist, and form no circle. */
export const taskGraphs: Rule = ({ bundles }) =>
  bundles.flatMap(({ bundle, jobs }) => [
    ...duplicates(bundle),
    ...jobs.flatMap((job) => [...withoutKey(job), ...twoKinds(job), ...dangling(job), ...circles(job)]),
  ]);

function withoutKey(job: BundleJob): readonly Diagnostic[] {
  return job.tasks
    .filter(({ key }) => key === '')
    .map(({ range }) =>
      finding('error', 'jobs.missing-task-key', `A task of ${job.key} has no task_key.`, range, 'Give it a task_key.'),
    );
}

/** Tasks are merged by key, so that a double one silently becomes one: it is found in the text of one list. */
function duplicates(bundle: Bundle): readonly Diagnostic[] {
  return bundle.documents.flatMap(({ config }) => {
    const targets = entriesAt(config, 'targets').map(([, { value }]) => value);
    return [config, ...targets].flatMap((part) =>
      entriesAt(part, 'resources', 'jobs').flatMap(([job, { value }]) => duplicatesIn(job, itemsAt(value, 'tasks'))),
    );
  });
}

function duplicatesIn(job: string, tasks: readonly ConfigNode[]): readonly Diagnostic[] {
  const keys = tasks.map((task) => textAt(task, 'task_key'));
  return tasks.flatMap((task, index) => {
    const key = keys[index];
    const place = at(task, 'task_key');
    if (key === undefined || !place || keys.indexOf(key) === index) return [];
    const message = `Two tasks of ${job} have the task_key ${key}: they become one.`;
    return [finding('error', 'jobs.duplicate-task-key', message, place.range, 'Give each task its own task_key.')];
  });
}

/** After a target's override is merged, a task still is of one kind. */
function twoKinds(job: BundleJob): readonly Diagnostic[] {
  return job.tasks.flatMap((task) => {
    const kinds = [...task.node.entries].filter(([key, { value }]) => key.endsWith('_task') && value.kind === 'map');
    const [, second] = kinds;
    if (!second) return [];
    const message = `Task ${task.key} is ${kinds.map(([key]) => key).join(' and ')} at once.`;
    return [finding('error', 'jobs.two-task-kinds', message, second[1].keyRange, 'Keep one of them.')];
  });
}

function dangling(job: BundleJob): readonly Diagnostic[] {
  const keys = new Set(job.tasks.map(({ key }) => key));
  return job.tasks.flatMap((task) =>
    task.dependsOn
      .filter(({ taskKey }) => !keys.has(taskKey) && !taskKey.includes('${'))
      .map(({ taskKey, range }) =>
        finding(
          'error',
          'jobs.dangling-dependency',
          `Task ${task.key} depends on ${taskKey}, which ${job.key} has not.`,
          range,
          'Correct depends_on.',
        ),
      ),
  );
}

/** Each task that can be reached from itself is in a circle; one diagnostic a circle. */
function circles(job: BundleJob): readonly Diagnostic[] {
  const byKey = new Map(job.tasks.map((task) => [task.key, task]));
  const finished = new Set<BundleTask>();
  const found: Diagnostic[] = [];
  const visit = (task: BundleTask, path: readonly BundleTask[]): void => {
    const start = path.indexOf(task);
    if (start !== -1) {
      const keys = [...path.slice(start), task].map(({ key }) => key).join(' -> ');
      const message = `Tasks of ${job.key} wait for one another: ${keys}.`;
      found.push(finding('error', 'jobs.circular-dependency', message, task.range, 'Remove one of the dependencies.'));
      return;
    }
    if (finished.has(task)) return;
    for (const { taskKey } of task.dependsOn) {
      const next = byKey.get(taskKey);
      if (next) visit(next, [...path, task]);
    }
    finished.add(task);
  };
  for (const task of job.tasks) visit(task, []);
  return found;
}
