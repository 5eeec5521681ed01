import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { ExpectedError } from '../base/expected-error.ts';
import { taskPath, type BundleJob } from '../project/bundle-job.ts';
import { mapAt, textAt, type ConfigNode } from '../project/config-node.ts';
import { isBelow } from '../project/sync-files.ts';
import type { TaskFile, TaskPlace, TaskRefusal } from './task-kind.ts';

/** A file that a task names and that lies here. Relative to the project's root. */
export interface FoundFile {
  readonly runs?: never;
  readonly file: string;
}

/**
 * Where the file lies that a task names, or why it cannot be had here.
 * @param endings to try after the path as it is written, for paths that may leave theirs out.
 */
export function taskFile(
  place: TaskPlace,
  node: ConfigNode | undefined,
  endings: readonly string[] = [],
): FoundFile | TaskRefusal {
  const path = taskPath(node, place.job.files);
  if (!path) return { runs: 'refused', code: 'jobs.missing-file', reason: 'the task names no file' };
  const { written, file, range } = path;
  const refuse = (code: string, reason: string): TaskRefusal => ({ runs: 'refused', code, reason, range });
  if (isInGit(place)) return refuse('jobs.file-elsewhere', `${written} is taken from git_source, not from this folder`);
  if (written.includes('${')) return refuse('jobs.unresolved-path', `the path ${written} has no value here`);
  if (file === undefined) {
    return refuse('jobs.file-elsewhere', `${written} lies in the workspace, not in this folder`);
  }
  const own = bundleFile(place, file);
  if (own === undefined) return refuse('jobs.file-elsewhere', outsideReason(written));
  const found = ['', ...endings].map((ending) => own + ending).find((one) => isFile(join(place.root, one)));
  return found === undefined ? refuse('jobs.missing-file', `the file ${own} does not exist`) : { file: found };
}

/**
 * The same file by its shortest path from the project's root, where the bundle brings it: the project holds it, or a path of
 * `sync.paths` above it. Undefined for any other: it would not be deployed.
 */
export function bundleFile(
  { root, job }: { readonly root: string; readonly job: Pick<BundleJob, 'files'> },
  file: string,
): string | undefined {
  // `../app/x` of a project in the folder `app`, as paths below `${workspace.file_path}` come out, is its file `x`.
  const path = relative(root, join(root, file)).replaceAll('\\', '/');
  return ['', ...(job.files?.beyond ?? [])].some((folder) => isBelow(path, folder)) ? path : undefined;
}

export function outsideReason(written: string): string {
  return `${written} lies outside the project's folder, and no path of sync.paths brings it`;
}

/** `source` stands in the task, or beside the path of a sql_task; a job with a git_source takes its files from there. */
function isInGit({ job, task }: TaskPlace): boolean {
  const source = (textAt(task.body, 'file', 'source') ?? textAt(task.body, 'source') ?? '').toUpperCase();
  return source === 'GIT' || (mapAt(job.node, 'git_source') !== undefined && source !== 'WORKSPACE');
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** A file of a task as it was when the run began. */
export interface ReadFile extends TaskFile {
  readonly bytes: Buffer;
}

/** @throws ExpectedError `jobs.unreadable-file` */
export async function readTaskFile({ root, task }: TaskPlace, file: string): Promise<ReadFile> {
  try {
    const bytes = await readFile(join(root, file));
    return { file, bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
  } catch (error) {
    throw new ExpectedError({
      code: 'jobs.unreadable-file',
      message: `the file ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      nextStep: 'Make the file readable for whoever runs the job.',
      range: task.range,
      cause: error,
    });
  }
}
