import picomatch from 'picomatch';
import { ExpectedError } from '../base/expected-error.ts';
import type { LakePath } from '../lake/names.ts';
import type { Resolver } from '../lake/resolver.ts';
import type { SourceRange } from '../base/diagnostic.ts';
import type { StorageClient, StoragePlace } from '../azure/storage.ts';
import { dbfsFiles, dbfsPath } from './dbfs-files.ts';

/** Which files a `read_files` means. */
export interface FilesQuestion {
  /** As evaluated: `/Volumes/...`, `abfss://...`, perhaps with globs. */
  readonly path: string;
  /** Keys in lower case; only those on discovery count here. */
  readonly options: ReadonlyMap<string, string>;
  readonly range?: SourceRange;
}

/** What is asked: a catalog for the path, and the storage that it leads to. */
export interface FileFinder {
  readonly resolver: Pick<Resolver, 'path'>;
  readonly storage: StorageClient;
  /** The folder that stands for DBFS. */
  readonly dbfs: string;
  readonly signal?: AbortSignal | undefined;
}

export interface FoundFile {
  readonly place: StoragePlace;
  readonly etag: string;
  /** Bytes. */
  readonly size: number;
  /** As Databricks shows it in `_metadata.file_path`: `dbfs:/Volumes/...` or `abfss://...`. */
  readonly url: string;
  readonly modifiedAt: Date;
  /** Where it is a file of this machine: its path. */
  readonly onDisk?: string;
}

/**
 * The files of a `read_files` path, in the order of their names: one file, a folder with all that is below it, or a glob. Names
 * that begin with `_` or `.` are hidden. Rejects with `engine.path-not-found`, `engine.partition-columns-not-emulated`.
 */
export async function findFiles(finder: FileFinder, relation: FilesQuestion): Promise<readonly FoundFile[]> {
  const { fixed, glob } = splitGlob(relation.path);
  const local = dbfsPath(fixed);
  const root = local === undefined ? await finder.resolver.path(fixed) : { path: local };
  const found = 'container' in root ? await list(finder, root, relation) : await listDbfs(finder, root.path, relation);
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

async function list({ storage, signal }: FileFinder, root: LakePath, relation: FilesQuestion): Promise<FoundFile[]> {
  const toFile = (entry: { path: string; size: number; etag: string; modifiedAt: Date }): FoundFile => ({
    place: { container: root.container, path: entry.path },
    size: entry.size,
    etag: entry.etag,
    modifiedAt: entry.modifiedAt,
    url: '',
  });
  try {
    if (root.path !== '') {
      const properties = await storage.properties(root, { signal });
      if (!properties.isDirectory) return [toFile(properties)];
    }
    const files: FoundFile[] = [];
    for await (const entry of storage.list(root, { recursive: true, signal })) {
      if (!entry.isDirectory) files.push(toFile(entry));
    }
    return files;
  } catch (error) {
    if (error instanceof ExpectedError && error.code === 'storage.not-found') throw notFound(relation);
    throw error;
  }
}

async function listDbfs({ dbfs, signal }: FileFinder, path: string, { range }: FilesQuestion): Promise<FoundFile[]> {
  const files = await dbfsFiles(dbfs, path, { range, signal });
  return files.map(({ path: below, ...file }) => ({ ...file, place: { container: 'dbfs', path: below }, url: '' }));
}

/** The part before the first name with a glob character, and the rest. */
function splitGlob(path: string): { fixed: string; glob: string } {
  const trimmed = path.replace(/\/+$/, '');
  const names = trimmed.split('/');
  const first = names.findIndex((name) => /[*?[\]{}]/.test(name));
  if (first < 0) return { fixed: trimmed, glob: '' };
  return { fixed: names.slice(0, first).join('/'), glob: names.slice(first).join('/') };
}

function matcher(glob: string, options: FilesQuestion['options']): (path: string) => boolean {
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

/** Databricks shows files of volumes, and its own, with the scheme of its file system. */
function shownPath(path: string): string {
  return path.startsWith('/') ? `dbfs:${path}` : path;
}

function notFound(relation: FilesQuestion): ExpectedError {
  return new ExpectedError({
    code: 'engine.path-not-found',
    message: `There is nothing at ${relation.path}.`,
    nextStep: 'Land the files first, or correct the path.',
    range: relation.range,
  });
}

function partitioned(relation: FilesQuestion, url: string): ExpectedError {
  return new ExpectedError({
    code: 'engine.partition-columns-not-emulated',
    message: `${url} lies in a name=value folder, from which read_files would infer a partition column; that is not emulated.`,
    nextStep: 'Read the folders without name=value, or run this task on Databricks.',
    range: relation.range,
  });
}
