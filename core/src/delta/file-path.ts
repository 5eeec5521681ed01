import type { AddFile, DeletionVector, RemoveFile } from './actions.ts';
import { corruptLog, unsupported } from './errors.ts';

/**
 * A data file's path relative to the table's folder, decoded. The log may also hold absolute paths; those inside the folder are
 * made relative. Outside it (a shallow clone, a converted table) whether two spellings mean one file depends on the file system
 * that wrote them, so such a table is refused rather than guessed at.
 */
export function relativePath(location: string, path: string): string {
  const decoded = decode(location, path);
  if (!/^([a-z][a-z0-9+.-]*:|\/)/i.test(decoded)) return decoded;
  const inside = `${location.replace(/\/$/, '')}/`;
  const bare = decoded.replace(/^file:(\/\/)?/, '');
  if (bare.startsWith(inside)) return bare.slice(inside.length);
  throw unsupported(location, `its log names a file outside the table's folder (${path}), as a shallow clone does`);
}

/** What identifies a file in a version: the same file with another deletion vector is another logical file. */
export function fileKey(location: string, file: AddFile | RemoveFile): string {
  return `${relativePath(location, file.path)}\n${vectorId(file.deletionVector)}`;
}

function vectorId(vector: DeletionVector | undefined): string {
  return vector ? `${vector.storageType}${vector.pathOrInlineDv}@${vector.offset ?? ''}` : '';
}

function decode(location: string, path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (cause) {
    throw corruptLog(location, `the file path "${path}" is not URI-encoded`, cause);
  }
}

/** A relative path as the log says it. `/` and the characters of hive folders stay readable. */
export function encodePath(path: string): string {
  return path
    .split('/')
    .map((name) => encodeURIComponent(name).replaceAll('%3D', '=').replaceAll('%3A', ':'))
    .join('/');
}
