import { posix } from 'node:path';
import { ExpectedError } from '../base/expected-error.ts';
import { hashOf } from './canonical.ts';
import type { BlockedJob, JobContent } from './job-content.ts';
import type { Plan } from './plan.generated.ts';

/** What a validated run vouches for. */
export interface ValidatedRun {
  /** The job's key. */
  readonly job: string;
  readonly contentHash: string;
  /** SHA-256 of the tasks' files by path, relative to the project's root. */
  readonly files: Readonly<Record<string, string>>;
}

/** Of one job: its newest run that succeeded, if there is one. */
export interface Evidence {
  readonly validated: ValidatedRun | undefined;
}

/** All that the gate looks at. */
export interface GateInput {
  /** What the jobs that run here consist of now (`jobContents`). */
  readonly contents: readonly JobContent[];
  /** The runs that vouch for them, by job. */
  readonly evidence: Readonly<Record<string, Evidence>>;
  /** Jobs that cannot run here, so that no evidence can be asked for. */
  readonly blocked: readonly BlockedJob[];
  /** Keys of blocked jobs that the user promotes all the same. Default: none. */
  readonly accepted?: readonly string[];
}

/**
 * Lets a promotion pass only on evidence for exactly these bytes, and on the user's word for a job that cannot run here. Rejects
 * with `promote.not-validated`, `promote.changed-since-validation`, `promote.cannot-validate`, which name the jobs and files, and
 * with `promote.not-to-accept` where a job is to pass on the user's word that could be run.
 */
export function checkGate({ contents, evidence, blocked, accepted = [] }: GateInput): void {
  const runnable = accepted.filter((job) => !blocked.some((one) => one.job === job));
  if (runnable.length > 0) throw notToAccept(runnable);
  const missing = contents.filter(({ job }) => evidence[job]?.validated === undefined).map(({ job }) => job);
  if (missing.length > 0) throw notValidated(missing);
  const open = blocked.filter(({ job }) => !accepted.includes(job));
  if (open.length > 0) throw cannotValidate(open);
  for (const content of contents) {
    const validated = evidence[content.job]?.validated;
    if (validated && validated.contentHash !== content.hash) throw changed(content, changedFiles(content, validated));
  }
}

/**
 * What is planned is what was validated: a file may have changed between the two readings. Notebooks, which are compared by their
 * text, are let through here.
 * @throws ExpectedError `promote.changed-since-validation`
 */
export function checkPlanned(plan: Plan, contents: readonly JobContent[]): void {
  const planned = new Map(plan.items.map((item) => [item.key, item]));
  for (const content of contents) {
    const files = Object.entries(content.files).flatMap(([file, sha256]) => {
      const item = planned.get(`databricks/workspace-file:${file}`);
      if (!item?.title.endsWith(posix.extname(file))) return [];
      return item.desiredHash === hashOf({ sha256 }) ? [] : [file];
    });
    if (files.length > 0) throw changed(content, files);
  }
}

function changedFiles(content: JobContent, validated: ValidatedRun): readonly string[] {
  const files = new Set([...Object.keys(content.files), ...Object.keys(validated.files)]);
  return [...files].filter((file) => content.files[file] !== validated.files[file]).sort();
}

function notValidated(jobs: readonly string[]): ExpectedError {
  return new ExpectedError({
    code: 'promote.not-validated',
    message: `No run that succeeded vouches for ${jobs.length === 1 ? 'the job' : 'the jobs'} ${jobs.join(', ')}.`,
    nextStep: `Run ${jobs.length === 1 ? 'it' : 'them'} first: medallion run ${jobs[0] ?? ''}`,
  });
}

function cannotValidate(blocked: readonly BlockedJob[]): ExpectedError {
  return new ExpectedError({
    code: 'promote.cannot-validate',
    message: blocked.map(({ job, reason }) => `The job ${job} cannot be validated here: ${reason}`).join(' '),
    nextStep: `Promote without evidence by name: ${blocked.map(({ job }) => `--accept-unvalidated ${job}`).join(' ')}`,
  });
}

function notToAccept(jobs: readonly string[]): ExpectedError {
  return new ExpectedError({
    code: 'promote.not-to-accept',
    message: `${jobs.join(', ')}: no job that cannot run here.`,
    nextStep: 'Run the job; --accept-unvalidated is for jobs that cannot run here, and names one by its key.',
  });
}

function changed(content: JobContent, files: readonly string[]): ExpectedError {
  const what = files.length > 0 ? files.join(', ') : "the job's settings";
  const [file] = files;
  return new ExpectedError({
    code: 'promote.changed-since-validation',
    message: `Since the job ${content.job} was validated, these changed: ${what}.`,
    nextStep: `Run it again: medallion run ${content.job}`,
    ...(file === undefined ? {} : { range: { file, start: { line: 1, column: 1 } } }),
  });
}
