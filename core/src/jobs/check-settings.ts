import { ExpectedError } from '../base/expected-error.ts';
import type { BundleJob, BundleTask } from '../project/bundle-job.ts';
import { itemsAt } from '../project/config-node.ts';
import { retryRules } from './attempts.ts';
import { checkReferences, textsIn } from './references.ts';
import { checkRunIf } from './run-if.ts';
import type { TaskRefusal } from './task-kind.ts';

/** What can be told of a job's own settings before it runs. @throws ExpectedError `jobs.unknown-reference` */
export function checkJobSettings(job: BundleJob): void {
  checkReferences(itemsAt(job.node, 'parameters').flatMap((parameter) => textsIn(parameter)));
}

/** What is wrong with the settings that every kind of task has: `jobs.unknown-reference`, `jobs.unknown-run-if`, `jobs.invalid-setting`. */
export function settingsProblem(task: BundleTask): TaskRefusal | undefined {
  try {
    checkRunIf(task);
    retryRules(task);
    checkReferences(textsIn(task.body, task.nested ? ['task'] : []));
    return undefined;
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    const { code, message, range, nextStep } = error;
    return { runs: 'refused', code, reason: message.replace(/\.$/, ''), nextStep, ...(range ? { range } : {}) };
  }
}
