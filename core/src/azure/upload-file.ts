import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { isAbsolute, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BlockBlobClient } from '@azure/storage-blob';
import { mapConcurrently } from '../base/concurrency.ts';

/** Bytes of one request. Two at once must go through within a try's time (a minute) on a slow line too: 9 Mbit/s. */
const blockBytes = 32 * 1024 * 1024;
const blocksAtOnce = 2;
/** Of one blob. https://learn.microsoft.com/rest/api/storageservices/put-block */
const mostBlocks = 50_000;

interface Options {
  readonly abortSignal?: AbortSignal;
  /** Bytes that go in one request, {@link blockBytes} where it is not given; tests make it small. */
  readonly requestBytes?: number;
}

/**
 * Sends a local file; the blob is seen as a whole at the end. Resolves to its ETag as the service gives it.
 *
 * Each block goes with its MD5, and the service refuses one that came otherwise. Without it the service answers with a CRC64, which
 * Azurite computes in JavaScript: that took ten times as long as the rest of an upload.
 */
export async function uploadFile(
  blob: BlockBlobClient,
  localFile: string,
  { requestBytes = blockBytes, ...options }: Options = {},
): Promise<string | undefined> {
  const { size } = await stat(localFile);
  if (size <= requestBytes)
    return (await blob.uploadFile(localFile, { ...options, maxSingleShotSize: requestBytes })).etag;
  const length = Math.max(requestBytes, Math.ceil(size / mostBlocks));
  const starts = Array.from({ length: Math.ceil(size / length) }, (_, index) => index * length);
  const ids = await mapConcurrently(starts, blocksAtOnce, async (start, index) => {
    const id = Buffer.from(String(index).padStart(6, '0')).toString('base64');
    const end = Math.min(start + length, size) - 1;
    const body = () => createReadStream(localFile, { start, end, highWaterMark: 1 << 20 });
    const hash = createHash('md5');
    for await (const chunk of body()) hash.update(chunk as Buffer);
    await blob.stageBlock(id, body, end + 1 - start, { ...options, transactionalContentMD5: hash.digest() });
    return id;
  });
  return (await blob.commitBlockList(ids, options)).etag;
}

/** Makes a file of the folder that an emulated account shares the blob, without sending it. Resolves to its ETag. */
export async function handOver(
  blob: BlockBlobClient,
  localFile: string,
  options: { readonly abortSignal?: AbortSignal } = {},
): Promise<string | undefined> {
  return (await blob.syncUploadFromURL(pathToFileURL(localFile).href, options)).etag;
}

export function isBelow(folder: string, file: string): boolean {
  const within = relative(folder, file);
  return within !== '' && !within.startsWith('..') && !isAbsolute(within);
}
