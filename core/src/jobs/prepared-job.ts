import { createHash } from 'node:crypto';
import type { Diagnostic } from '../base/diagnostic.ts';
import { ExpectedError } from '../base/expected-error.ts';
import { type BundleJob, type BundleTask, jobSettings } from '../project/bundle-job.ts';
import { canonical } from './canonical.ts';
import { taskGraph } from './task-graph.ts';
import type { JobTask, TaskRefusal } from './task-kind.ts';
import { judgeTask } from './tasks/index.ts';

/** A job of a bundle and the project that it stands in. */
export interface JobPlace {
  /** The project's root, absolute. */
  readonly root: string;
  readonly job: BundleJob;
  /** The jobs of the same bundle, resolved for the same target. */
  readonly jobs: readonly BundleJob[];
}

/** A job with every file of its tasks read once: what is hashed is what runs. */
export interface PreparedJob {
  readonly job: BundleJob;
  /** In running order. */
  readonly tasks: readonly JobTask[];
  /** SHA-256 over the resolved job, what it runs and the bytes of its tasks' files, in hexadecimal: what a validated run vouches for. */
  readonly contentHash: string;
}

/**
 * @throws ExpectedError `jobs.invalid-graph`; or, where tasks cannot run here, the code of the first of them (such as
 * `jobs.task-not-emulated`, `jobs.missing-file`) with a diagnostic for each.
 */
export async function prepareJob(place: JobPlace): Promise<PreparedJob> {
  const { job } = place;
  const outcomes = await Promise.all(taskGraph(job).tasks.map((task) => prepareTask(place, task)));
  const refused = outcomes.filter((one): one is Diagnostic => 'severity' in one);
  if (refused.length > 0) throw cannotRun(job, refused);
  const tasks = outcomes.filter((one): one is JobTask => 'prepared' in one);
  return { job, tasks, contentHash: contentHash(job, tasks) };
}

async function prepareTask(place: JobPlace, task: BundleTask): Promise<JobTask | Diagnostic> {
  const judged = judgeTask({ ...place, task });
  if (judged.runs === 'refused') return refusal(task, judged);
  try {
    return { task, prepared: await judged.prepare() };
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    const { code, message, nextStep, range } = error;
    return refusal(task, { runs: 'refused', code, reason: message, nextStep, ...(range ? { range } : {}) });
  }
}

function refusal(task: BundleTask, { code, reason, range, nextStep }: TaskRefusal): Diagnostic {
  const message = `${task.key}: ${reason}`;
  return {
    severity: 'error',
    code,
    message,
    range: range ?? task.range,
    ...(nextStep === undefined ? {} : { nextStep }),
  };
}

function cannotRun(job: BundleJob, refused: readonly Diagnostic[]): ExpectedError {
  const [first] = refused;
  return new ExpectedError({
    code: first?.code ?? 'jobs.task-not-emulated',
    message: `Job ${job.key} cannot run here: ${refused.map(({ message }) => message).join('; ')}.`,
    nextStep: first?.nextStep ?? 'Run these tasks on Databricks, or take them out of the job that runs here.',
    range: first?.range,
    diagnostics: refused,
  });
}

function contentHash(job: BundleJob, tasks: readonly JobTask[]): string {
  const hash = createHash('sha256').update(canonical(jobSettings(job)));
  for (const { task, prepared } of tasks) {
    // A pipeline's settings, for instance, stand outside the job's.
    hash.update(`\n${canonical(prepared.fingerprint)}`);
    for (const { file, sha256 } of prepared.files) hash.update(`\n${task.key}\n${file}\n${sha256}`);
  }
  return hash.digest('hex');
}
