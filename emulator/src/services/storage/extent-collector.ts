import type { EmulatorLogger } from '../../kit/service.ts';
import type { BlobDocument } from './documents.ts';
import type { Stores } from './stores.ts';

const period = 10 * 60 * 1000;
/** An upload's bytes are on the disk before its blob is known: younger extents are left alone. */
const grace = 10 * 60 * 1000;

/**
 * Deletes the bytes that no blob refers to any more, at the start and from time to time. Azurite's own collector reads the
 * stores page by page between requests, so that a block which becomes part of a blob in between is missed and lost; this one
 * marks in a single unit of work.
 */
export function startExtentCollector(stores: Stores, logger: EmulatorLogger): AsyncDisposable {
  let running = collect(stores, logger);
  const timer = setInterval(() => {
    running = running.then(() => collect(stores, logger));
  }, period);
  timer.unref();
  return {
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      await running;
    },
  };
}

async function collect(stores: Stores, logger: EmulatorLogger): Promise<void> {
  try {
    const unused = await stores.work.run(() => unreferencedExtents(stores, Date.now() - grace));
    if (unused.length > 0) await stores.extents.deleteExtents(unused);
  } catch (error) {
    // The files stay until the next round; the lake itself is not touched.
    logger.warn(`Unused storage extents could not be deleted: ${String(error)}`);
  }
}

function unreferencedExtents(stores: Stores, before: number): string[] {
  const used = new Set<string>();
  for (const document of stores.blobs.documents.values()) {
    for (const chunk of chunksOf(document as BlobDocument)) used.add(chunk.id);
  }
  for (const block of stores.stagedBlocks()) used.add(block.persistency.id);
  return [...stores.knownExtents()]
    .filter((extent) => !used.has(extent.id) && (extent.LastModifyInMS ?? extent.lastModifiedInMS) < before)
    .map((extent) => extent.id);
}

function chunksOf(blob: BlobDocument): { readonly id: string }[] {
  return [
    ...(blob.persistency ? [blob.persistency] : []),
    ...(blob.committedBlocksInOrder ?? []).map((block) => block.persistency),
    ...(blob.pageRangesInOrder ?? []).map((range) => range.persistency),
  ];
}
