import { taskKind } from '../../jobs/task-kinds.ts';
import { taskPath } from '../../project/bundle-job.ts';
import { mapAt, textAt } from '../../project/config-node.ts';
import { finding, type Rule } from '../rule.ts';
import { existing, placesOf } from '../scan-tasks.ts';

/** The file of a task lies where the task says, unless it is taken from a workspace or from git. */
export const taskFiles: Rule = ({ bundles, exists }) =>
  bundles.flatMap(({ jobs }) =>
    jobs.flatMap(placesOf).flatMap(({ job, task }) => {
      const path = taskPath(taskKind(task.kind).file?.(task.body));
      const source = textAt(task.body, 'file', 'source') ?? textAt(task.body, 'source') ?? '';
      const elsewhere = source !== '' || mapAt(job.node, 'git_source') !== undefined;
      if (path?.file === undefined || elsewhere || existing(path.file, task.kind, { exists }) !== undefined) return [];
      const message = `The file ${path.file} of task ${task.key} does not exist.`;
      const next = 'Create the file, or correct the path: it is relative to the file that holds it.';
      return [finding('error', 'jobs.missing-file', message, path.range, next)];
    }),
  );
