import type { BlobDocument, BlockDocument, CommittedBlock, ExtentChunk } from '../documents.ts';
import type { Stores } from '../stores.ts';
import { isFolder } from '../folder-mark.ts';
import { checkConditions, checkLease } from './conditions.ts';
import { contentHeaders } from './create-path.ts';
import { DfsError, errors } from './errors.ts';
import { type Namespace, touch } from './namespace.ts';
import { type DfsContext, type DfsOperation, isAction, validators } from './operation.ts';
import { type DfsRequest, positionQuery } from './request.ts';

/** Path - Update, `action=append`: stages bytes at a position. They become part of the file with a flush. */
export const appendData: DfsOperation = {
  name: 'Path_Append',
  authorizedAs: 'BlockBlob_StageBlock',
  matches: (request) => isAction(request, 'PATCH', 'append'),
  run: async (context, request) => {
    const { namespace, stores, extents } = context;
    const position = positionQuery(request);
    // Checked before the body is stored, and again after it, when other requests have been served.
    checkAppend(existingFile(namespace, request), request, position);
    const chunk = await extents.appendExtent(request.message);
    checkComplete(request, chunk);
    const flushes = request.query.get('flush') === 'true';
    const document = await stores.work.run(() => {
      const file = existingFile(namespace, request);
      checkAppend(file, request, position);
      if (chunk.count > 0) stage(stores, file, position, chunk);
      if (flushes) flush(context, file, position + chunk.count, request);
      return file;
    });
    const headers = { 'x-ms-request-server-encrypted': 'true', ...(flushes ? validators(document) : {}) };
    return { status: 202, headers };
  },
};

/** Path - Update, `action=flush`: commits what is staged up to a position, which must be the end of it. */
export const flushData: DfsOperation = {
  name: 'Path_Flush',
  authorizedAs: 'BlockBlob_CommitBlockList',
  matches: (request) => isAction(request, 'PATCH', 'flush'),
  run: async (context, request) => {
    const position = positionQuery(request);
    const document = await context.stores.work.run(() => {
      const file = existingFile(context.namespace, request);
      checkConditions(request, file);
      checkLease(request.header('x-ms-lease-id'), file);
      flush(context, file, position, request);
      return file;
    });
    return { status: 200, headers: { ...validators(document), 'x-ms-request-server-encrypted': 'true' } };
  },
};

function existingFile(namespace: Namespace, request: DfsRequest): BlobDocument {
  const document = namespace.existing(request.filesystem, request.path);
  if (isFolder(document)) throw errors.pathConflict();
  return document;
}

function checkAppend(file: BlobDocument, request: DfsRequest, position: number): void {
  checkLease(request.header('x-ms-lease-id'), file);
  if (position < file.properties.contentLength) {
    throw new DfsError(
      400,
      'InvalidAppendPosition',
      'The position of the append is before the end of the flushed data.',
    );
  }
}

function checkComplete(request: DfsRequest, chunk: ExtentChunk): void {
  const announced = request.header('content-length');
  if (announced !== undefined && Number(announced) !== chunk.count) {
    throw new DfsError(
      400,
      'InvalidRequestBody',
      `The request body has ${chunk.count} bytes, its length header says ${announced}.`,
    );
  }
}

/** Blocks of one blob have names of one length; this one's sorts by position. */
const blockName = (position: number) => Buffer.from(String(position).padStart(20, '0')).toString('base64');

const blockQuery = (file: BlobDocument) => ({
  blobName: file.name,
  accountName: file.accountName,
  containerName: file.containerName,
});

function stagedBlocks(stores: Stores, file: BlobDocument): BlockDocument[] {
  return stores.blocks.find(blockQuery(file)) as BlockDocument[];
}

function stage(stores: Stores, file: BlobDocument, position: number, persistency: ExtentChunk): void {
  const name = blockName(position);
  stores.blocks.remove(stagedBlocks(stores, file).filter((block) => block.name === name));
  const size = persistency.count;
  stores.blocks.insert([{ ...blockQuery(file), name, size, persistency, isCommitted: false } satisfies BlockDocument]);
}

function flush({ namespace, stores }: DfsContext, file: BlobDocument, position: number, request: DfsRequest): void {
  const staged = stagedBlocks(stores, file);
  const byName = new Map(staged.map((block) => [block.name, block]));
  const added: BlockDocument[] = [];
  let end = file.properties.contentLength;
  for (let next = byName.get(blockName(end)); next && end < position; next = byName.get(blockName(end))) {
    added.push(next);
    end += next.size;
  }
  if (end !== position) {
    throw new DfsError(
      400,
      'InvalidFlushPosition',
      'The uploaded data is not contiguous or the position query parameter value is not equal to the length of the file after appending the uploaded data.',
    );
  }
  file.committedBlocksInOrder = [...committedBlocks(file), ...added.map(toCommitted)];
  file.persistency = undefined;
  Object.assign(file.properties, { contentMD5: undefined, ...contentHeaders(request), contentLength: end });
  touch(file);
  namespace.update(file);
  stores.blocks.remove(request.query.get('retainUncommittedData') === 'true' ? added : staged);
}

const toCommitted = ({ name, size, persistency }: BlockDocument): CommittedBlock => ({ name, size, persistency });

/** A blob that the blob endpoint wrote in one request has no blocks: its bytes become the first one. */
function committedBlocks(file: BlobDocument): CommittedBlock[] {
  const blocks = file.committedBlocksInOrder ?? [];
  if (blocks.length > 0 || !file.persistency || file.persistency.count === 0) return blocks;
  return [{ name: blockName(0), size: file.persistency.count, persistency: file.persistency }];
}
