import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import picomatch from 'picomatch';
import type { StorageClient, StoragePlace, StoredPath } from '../../azure/storage.ts';

export interface CopySource {
  readonly folder: StoragePlace;
  readonly recursive: boolean;
  /** Of the file's name, `*` and `?` only, as the service has them. Without it and without a name: every file. */
  readonly namePattern?: string | undefined;
  /** One file of the folder itself, by its exact name. */
  readonly fileName?: string | undefined;
}

export interface SourceFile {
  readonly file: StoragePlace & { readonly size: number };
  /** Its path below the source's folder. */
  readonly below: string;
}

/** The files that a source means, in the order of their paths. */
export async function sourceFiles(
  storage: StorageClient,
  source: CopySource,
  signal: AbortSignal | undefined,
): Promise<readonly SourceFile[]> {
  const { folder, fileName } = source;
  const matches = picomatch(escapeAllButWildcards(source.namePattern ?? '*'), { dot: true, bash: true });
  const recursive = source.recursive && fileName === undefined;
  const found: SourceFile[] = [];
  for await (const listed of storage.list(folder, { recursive, signal })) {
    if (listed.isDirectory) continue;
    const below = folder.path === '' ? listed.path : listed.path.slice(folder.path.length + 1);
    const name = below.slice(below.lastIndexOf('/') + 1);
    if (fileName === undefined ? matches(name) : name === fileName)
      found.push({ file: placeOf(folder, listed), below });
  }
  return found.sort((a, b) => (a.below < b.below ? -1 : 1));
}

function placeOf({ container }: StoragePlace, { path, size }: StoredPath): SourceFile['file'] {
  return { container, path, size };
}

function escapeAllButWildcards(pattern: string): string {
  return pattern.replace(/[[\]{}()!+@|\\]/g, String.raw`\$&`);
}

/** Bytes above which a file goes over the disk: eight are copied at a time. */
const inMemoryLimit = 32 * 1024 * 1024;

/** Resolves to the bytes copied. */
export async function copyFile(
  storage: StorageClient,
  file: SourceFile['file'],
  target: StoragePlace,
  signal: AbortSignal | undefined,
): Promise<number> {
  if (file.size <= inMemoryLimit) {
    const bytes = await storage.read(file, { signal });
    await storage.write(target, bytes, { signal });
    return bytes.byteLength;
  }
  const folder = await mkdtemp(join(tmpdir(), 'medallion-copy-'));
  try {
    const local = join(folder, 'file');
    await storage.download(file, local, { signal });
    await storage.upload(target, local, { signal });
    return file.size;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
