import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceRange } from '../base/diagnostic.ts';
import { ExpectedError } from '../base/expected-error.ts';

/** A file of the folder that stands for the workspace's own file system. */
export interface DbfsFile {
  /** Below the root, forward slashes, no leading one. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly modifiedAt: Date;
  /** Changes with the file. */
  readonly etag: string;
  /** Absolute. */
  readonly onDisk: string;
}

/**
 * The folder that stands for DBFS, the file system of a workspace: `<state>/dbfs`, for SQL as for Spark. What every workspace has at
 * `/databricks-datasets` is there where somebody has put it there.
 */
export function dbfsFolder(stateFolder: string): string {
  return join(stateFolder, 'dbfs');
}

const elsewhere = new Set(['Volumes', 'Workspace', 'Users', 'Repos']);

/** The path below DBFS's root that `dbfs:/...` or `/...` means, without slashes at the ends; undefined for any other path. */
export function dbfsPath(path: string): string | undefined {
  const match = /^(?:dbfs:)?\/+(?<below>.*?)\/*$/.exec(path);
  const below = match?.groups?.['below']?.replaceAll(/\/{2,}/g, '/');
  if (below === undefined) return undefined;
  const [first = '', ...rest] = below.split('/');
  if (elsewhere.has(first) || [first, ...rest].includes('..')) return undefined;
  return below;
}

/** The file at a path, or every file below it. Links are followed. Rejects with `engine.path-not-found`. */
export async function dbfsFiles(
  root: string,
  path: string,
  { range, signal }: { readonly range?: SourceRange | undefined; readonly signal?: AbortSignal | undefined },
): Promise<readonly DbfsFile[]> {
  const files: DbfsFile[] = [];
  const visit = async (inside: string): Promise<void> => {
    signal?.throwIfAborted();
    const onDisk = join(root, inside);
    const found = await stat(onDisk);
    if (!found.isDirectory()) {
      const { size, mtime: modifiedAt, mtimeMs } = found;
      files.push({ path: inside, size, modifiedAt, etag: `${size}-${mtimeMs}`, onDisk });
      return;
    }
    for (const name of await readdir(onDisk)) await visit(inside === '' ? name : `${inside}/${name}`);
  };
  try {
    await visit(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw missing(root, path, range, error);
    throw error;
  }
  return files;
}

function missing(root: string, path: string, range: SourceRange | undefined, cause: unknown): ExpectedError {
  const sample = /^databricks-datasets(\/|$)/.test(path);
  return new ExpectedError({
    code: 'engine.path-not-found',
    message: sample
      ? `/${path} is sample data that Databricks keeps in its workspaces, and nothing stands for it here.`
      : `There is nothing at dbfs:/${path}.`,
    nextStep: `Put its files into ${join(root, path)}, which stands for it on this machine.`,
    range,
    cause,
  });
}
