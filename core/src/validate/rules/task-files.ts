import { judgeTask } from '../../jobs/tasks/index.ts';
import { finding, type Rule } from '../rule.ts';
import { placesOf } from '../scan-tasks.ts';

/** The file of a task lies where the task says, unless it is taken from a workspace or from git. */
export const taskFiles: Rule = ({ project: { root }, bundles }) =>
  bundles.flatMap(({ jobs }) =>
    jobs.flatMap(placesOf).flatMap(({ job, task }) => {
      const judged = judgeTask({ root, job, task, jobs });
      // A task without any path is of a kind that needs none, or is told by its kind.
      if (judged.runs !== 'refused' || judged.code !== 'jobs.missing-file' || !judged.range) return [];
      const next = 'Create the file, or correct the path: it is relative to the file that holds it.';
      return [finding('error', judged.code, `Task ${task.key}: ${judged.reason}.`, judged.range, next)];
    }),
  );
