import type { Diagnostic } from '../base/diagnostic.ts';
import { ExpectedError } from '../base/expected-error.ts';
import type { BundleJob, BundleTask } from '../project/bundle-job.ts';

/** A job's tasks in an order in which each comes after all that it depends on; the order of the file among equals. */
export interface TaskGraph {
  readonly tasks: readonly BundleTask[];
}

/** @throws ExpectedError `jobs.invalid-graph` that lists duplicate keys, unknown dependencies, outcomes and cycles. */
export function taskGraph(job: BundleJob): TaskGraph {
  const problems = [...duplicates(job), ...wrongDependencies(job)];
  const tasks = problems.length > 0 ? [] : sorted(job, problems);
  if (problems.length === 0) return { tasks };
  throw new ExpectedError({
    code: 'jobs.invalid-graph',
    message: `The tasks of job ${job.key} cannot be ordered: ${problems.map(({ message }) => message).join(' ')}`,
    nextStep: 'Correct depends_on and task_key.',
    range: problems[0]?.range,
    diagnostics: problems,
  });
}

function duplicates(job: BundleJob): Diagnostic[] {
  return job.tasks
    .filter((task, index) => job.tasks.findIndex(({ key }) => key === task.key) < index)
    .map((task) => problem(`There are two tasks ${task.key}.`, task.range));
}

function wrongDependencies(job: BundleJob): Diagnostic[] {
  const byKey = new Map(job.tasks.map((task) => [task.key, task]));
  return job.tasks.flatMap((task) =>
    task.dependsOn.flatMap(({ taskKey, outcome, range }) => {
      const above = byKey.get(taskKey);
      if (!above) return [problem(`${task.key} depends on ${taskKey}, which does not exist.`, range)];
      if (outcome === undefined) return [];
      if (outcome !== 'true' && outcome !== 'false')
        return [problem(`${task.key} depends on the outcome ${outcome} of ${taskKey}: it is true or false.`, range)];
      if (above.kind === 'condition_task') return [];
      return [problem(`${task.key} depends on an outcome of ${taskKey}, which is no condition_task.`, range)];
    }),
  );
}

/** Kahn's algorithm; what is left over depends on itself. */
function sorted(job: BundleJob, problems: Diagnostic[]): readonly BundleTask[] {
  const done = new Set<string>();
  const order: BundleTask[] = [];
  let left = [...job.tasks];
  while (left.length > 0) {
    const ready = left.filter((task) => task.dependsOn.every(({ taskKey }) => done.has(taskKey)));
    if (ready.length === 0) {
      problems.push(
        problem(`They depend on one another in a circle: ${left.map(({ key }) => key).join(', ')}.`, job.range),
      );
      return [];
    }
    order.push(...ready);
    for (const { key } of ready) done.add(key);
    left = left.filter(({ key }) => !done.has(key));
  }
  return order;
}

function problem(message: string, range: Diagnostic['range']): Diagnostic {
  return { severity: 'error', code: 'jobs.invalid-graph', message, ...(range ? { range } : {}) };
}
