import { type BundleJob, type BundleTask } from '../project/bundle-job.ts';
import { itemsAt } from '../project/config-node.ts';
import { retryRules } from './attempts.ts';
import { checkReferences, textsIn } from './references.ts';
import { checkRunIf } from './run-if.ts';

/**
 * What can be told of a job's settings before it runs, beside its tasks' kinds and files.
 * @throws ExpectedError `jobs.unknown-reference`, `jobs.unknown-run-if`, `jobs.invalid-setting`
 */
export function checkJob(job: BundleJob): void {
  checkReferences(itemsAt(job.node, 'parameters').flatMap((parameter) => textsIn(parameter)));
  for (const task of job.tasks) checkTask(task);
}

function checkTask(task: BundleTask): void {
  checkRunIf(task);
  retryRules(task);
  checkReferences(textsIn(task.body, ['task']));
  if (task.nested) checkTask(task.nested);
}
