import { settingsProblem } from '../../jobs/check-settings.ts';
import { finding, type Rule } from '../rule.ts';
import { placesOf } from '../scan-tasks.ts';

/** What every task may say, whatever its kind: references, run_if, retries and timeouts. */
export const taskSettings: Rule = ({ bundles }) =>
  bundles.flatMap(({ jobs }) =>
    jobs.flatMap(placesOf).flatMap(({ task }) => {
      const problem = settingsProblem(task);
      if (!problem) return [];
      const { code, reason, range = task.range, nextStep = 'Correct it.' } = problem;
      return [finding('error', code, `Task ${task.key}: ${reason}.`, range, nextStep)];
    }),
  );
