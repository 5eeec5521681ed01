import picomatch from 'picomatch';
import type { StorageClient, StoragePlace, StoredPath } from '../../azure/storage.ts';

export interface CopySource {
  readonly folder: StoragePlace;
  readonly recursive: boolean;
  /** Of the file's name, `*` and `?` only, as the service has them. */
  readonly namePattern: string;
}

/** The files that a source means, in the order of their paths, with their path below the source's folder. */
export async function sourceFiles(
  storage: StorageClient,
  source: CopySource,
  signal: AbortSignal | undefined,
): Promise<readonly { readonly file: StoredPath; readonly below: string }[]> {
  const matches = picomatch(escapeAllButWildcards(source.namePattern), { dot: true });
  const found: { file: StoredPath; below: string }[] = [];
  for await (const file of storage.list(source.folder, { recursive: source.recursive, signal })) {
    const below = source.folder.path === '' ? file.path : file.path.slice(source.folder.path.length + 1);
    const name = below.slice(below.lastIndexOf('/') + 1);
    if (!file.isDirectory && matches(name)) found.push({ file, below });
  }
  return found.sort((a, b) => (a.below < b.below ? -1 : 1));
}

function escapeAllButWildcards(pattern: string): string {
  return pattern.replace(/[[\]{}()!+@|\\]/g, String.raw`\$&`);
}
