import picomatch from 'picomatch';
import { ExpectedError } from '../../../base/expected-error.ts';
import type { LakePath } from '../../../lake/names.ts';
import type { LakeRelation } from '../../../sql/contract.ts';
import type { CachedVersion } from '../content-cache.ts';
import type { Run } from '../context.ts';

type FilesRelation = Extract<LakeRelation, { kind: 'files' }>;

export interface FoundFile extends CachedVersion {
  /** As Databricks shows it in `_metadata.file_path`: `dbfs:/Volumes/...` or `abfss://...`. */
  readonly url: string;
  readonly modifiedAt: Date;
}

/**
 * The files of a `read_files` path, in the order of their names: one file, a folder with all that is below it, or a glob. Names
 * that begin with `_` or `.` are hidden. Rejects with `engine.path-not-found`, `engine.partition-columns-not-emulated`.
 */
export async function findFiles(run: Run, relation: FilesRelation): Promise<readonly FoundFile[]> {
  const { fixed, glob } = splitGlob(relation.path);
  const root = await run.context.resolver.path(fixed);
  const found = await list(run, root, relation);
  const inside = (file: FoundFile): string => file.place.path.slice(root.path === '' ? 0 : root.path.length + 1);
  const matches = matcher(glob, relation.options);
  const files = found
    .filter((file) => matches(inside(file)))
    .map((file) => ({ ...file, url: [shownPath(fixed), inside(file)].filter(Boolean).join('/') }))
    .sort((a, b) => (a.url < b.url ? -1 : 1));
  if (files.length === 0 && glob !== '') throw notFound(relation);
  const hive = files.find((file) => /(^|\/)[^/=]+=[^/]*\//.test(inside(file)));
  if (hive) throw partitioned(relation, hive.url);
  return files;
}

async function list(run: Run, root: LakePath, relation: FilesRelation): Promise<FoundFile[]> {
  const { storage } = run.context;
  const toFile = (entry: { path: string; size: number; etag: string; modifiedAt: Date }): FoundFile => ({
    place: { container: root.container, path: entry.path },
    size: entry.size,
    etag: entry.etag,
    modifiedAt: entry.modifiedAt,
    url: '',
  });
  try {
    if (root.path !== '') {
      const properties = await storage.properties(root, { signal: run.signal });
      if (!properties.isDirectory) return [toFile(properties)];
    }
    const files: FoundFile[] = [];
    for await (const entry of storage.list(root, { recursive: true, signal: run.signal })) {
      if (!entry.isDirectory) files.push(toFile(entry));
    }
    return files;
  } catch (error) {
    if (error instanceof ExpectedError && error.code === 'storage.not-found') throw notFound(relation);
    throw error;
  }
}

/** The part before the first name with a glob character, and the rest. */
function splitGlob(path: string): { fixed: string; glob: string } {
  const trimmed = path.replace(/\/+$/, '');
  const names = trimmed.split('/');
  const first = names.findIndex((name) => /[*?[\]{}]/.test(name));
  if (first < 0) return { fixed: trimmed, glob: '' };
  return { fixed: names.slice(0, first).join('/'), glob: names.slice(first).join('/') };
}

function matcher(glob: string, options: FilesRelation['options']): (path: string) => boolean {
  // A glob may name folders, whose files are then read: Auto Loader's globber matches the path or any folder above the file.
  const onPath = glob === '' ? () => true : picomatch([glob, `${glob}/**`]);
  const pattern = options.get('filenamepattern') ?? options.get('pathglobfilter');
  const onName = pattern === undefined ? () => true : picomatch(pattern);
  const recursive = options.get('recursivefilelookup')?.toLowerCase() !== 'false';
  return (path) => {
    const names = path.split('/');
    if (names.some((name) => /^[_.]/.test(name))) return false;
    if (!recursive && glob === '' && names.length > 1) return false;
    return onPath(path) && onName(names.at(-1) ?? '');
  };
}

/** Databricks shows files of volumes with the scheme of its file system. */
function shownPath(path: string): string {
  return path.startsWith('/Volumes/') ? `dbfs:${path}` : path;
}

function notFound(relation: FilesRelation): ExpectedError {
  return new ExpectedError({
    code: 'engine.path-not-found',
    message: `There is nothing at ${relation.path}.`,
    nextStep: 'Land the files first, or correct the path.',
    range: relation.range,
  });
}

function partitioned(relation: FilesRelation, url: string): ExpectedError {
  return new ExpectedError({
    code: 'engine.partition-columns-not-emulated',
    message: `${url} lies in a name=value folder, from which read_files would infer a partition column; that is not emulated.`,
    nextStep: 'Read the folders without name=value, or run this task on Databricks.',
    range: relation.range,
  });
}
