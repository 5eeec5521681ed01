import { posix } from 'node:path';
import { ExpectedError } from '../base/expected-error.ts';
import { hashOf } from './canonical.ts';
import type { JobContent } from './job-content.ts';
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

/**
 * Lets a promotion pass only on evidence for exactly these bytes. Rejects with `promote.not-validated`,
 * `promote.changed-since-validation`, which name the jobs and files.
 */
export function checkGate(contents: readonly JobContent[], evidence: Readonly<Record<string, Evidence>>): void {
  const missing = contents.filter(({ job }) => evidence[job]?.validated === undefined).map(({ job }) => job);
  if (missing.length > 0) throw notValidated(missing);
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
