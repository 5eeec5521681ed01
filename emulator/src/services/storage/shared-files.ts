import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, lstat, open, realpath, rm } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import { systemErrorCode } from '../../kit/emulator-error.ts';
import type { ExtentDocument } from './documents.ts';

/** A file among the account's bytes that no document knows yet. */
export interface TakenFile {
  readonly extent: ExtentDocument;
  /** Removes it again, where nothing came of it. */
  discard(): Promise<void>;
}

/** Systems and folders without hard links, or with the limit of links reached: the bytes are copied, by the disk where it can. */
const withoutLinks = new Set(['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EACCES']);

/**
 * Makes a file of this machine one of the account's extents: by another name for the same bytes, which nobody may change from then on.
 * @param shared the folder below which files are taken; links are followed before that is looked at.
 * @returns undefined for what is no plain file below that folder.
 */
export async function takeFile(file: string, shared: string, extents: string): Promise<TakenFile | undefined> {
  const source = await plainFile(file, shared);
  if (source === undefined) return undefined;
  const id = randomUUID();
  const target = join(extents, id);
  const discard = (): Promise<void> => rm(target, { force: true });
  try {
    await linkOrCopy(source, target);
    // Between the look and the link the name may have become another one's: what was linked is looked at once more.
    const found = await lstat(target);
    if (!found.isFile()) {
      await discard();
      return undefined;
    }
    await onDisk(target);
    const extent = { id, locationId: 'Default', path: id, size: found.size, lastModifiedInMS: Date.now() };
    return { extent, discard };
  } catch (error) {
    await discard();
    throw error;
  }
}

async function plainFile(file: string, shared: string): Promise<string | undefined> {
  try {
    const [source, folder] = await Promise.all([realpath(file), realpath(shared)]);
    const within = relative(folder, source);
    const isBelow = within !== '' && !within.startsWith('..') && !isAbsolute(within);
    return isBelow && (await lstat(source)).isFile() ? source : undefined;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP'].includes(systemErrorCode(error) ?? '')) return undefined;
    throw error;
  }
}

async function linkOrCopy(source: string, target: string): Promise<void> {
  try {
    await link(source, target);
  } catch (error) {
    if (!withoutLinks.has(systemErrorCode(error) ?? '')) throw error;
    await copyFile(source, target, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
  }
}

/** What is acknowledged must outlive the machine's end, as with bytes that came by a request. */
async function onDisk(file: string): Promise<void> {
  await using handle = await open(file, 'r+');
  await handle.datasync();
}
