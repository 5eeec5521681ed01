import type { RequestListener } from 'node:http';
import { fileURLToPath } from 'node:url';
import { isFolder } from './folder-mark.ts';
import { DfsError, errors } from './dfs/errors.ts';
import { checkConditions, checkLease } from './dfs/conditions.ts';
import { type DfsOperation, validators } from './dfs/operation.ts';
import type { DfsRequest } from './dfs/request.ts';
import { takeFile } from './shared-files.ts';

/**
 * Put Blob From URL whose source is a `file:` below the folder that local Azure shares with the engine beside it: the file becomes
 * the blob, no byte is sent. It is Azure's own request with a source that Azure would refuse. A file of ten million rows
 * took ten seconds of the processor to go through HTTP, though both ends are one machine.
 * @see https://learn.microsoft.com/rest/api/storageservices/put-blob-from-url
 */
export function putFromFile(shared: string | undefined): DfsOperation {
  return {
    name: 'BlockBlob_PutBlobFromUrl',
    authorizedAs: 'BlockBlob_Upload',
    matches: (request) => request.method === 'PUT' && request.path !== '' && isFileSource(source(request)),
    run: async ({ namespace, stores }, request) => {
      const taken = shared === undefined ? undefined : await takeFile(localPath(request), shared, stores.extentFolder);
      if (!taken) throw new DfsError(403, 'CannotVerifyCopySource', 'The source is no file of the shared folder.');
      const { filesystem, path } = request;
      const { id, size } = taken.extent;
      try {
        const document = await stores.work.run(() => {
          namespace.filesystem(filesystem);
          const present = namespace.find(filesystem, path);
          checkConditions(request, present);
          checkLease(request.header('x-ms-lease-id'), present);
          if (present ? isFolder(present) : namespace.hasChildren(filesystem, path)) throw errors.pathConflict();
          namespace.createParents(filesystem, path);
          if (present) namespace.remove([present]);
          stores.extentDocuments.insert([taken.extent]);
          return namespace.create(filesystem, path, {
            isDirectory: false,
            properties: { contentLength: size },
            persistency: { id, offset: 0, count: size },
          });
        });
        return { status: 201, headers: { ...validators(document), 'x-ms-request-server-encrypted': 'true' } };
      } catch (error) {
        await taken.discard();
        throw error;
      }
    },
  };
}

/** A server of the blob endpoint that leaves such requests to the one that has the operation. */
export function withFileSources(blob: RequestListener, dfs: RequestListener): RequestListener {
  return (message, response) => {
    const from = message.headers['x-ms-copy-source'];
    const isOurs = message.method === 'PUT' && typeof from === 'string' && isFileSource(from);
    (isOurs ? dfs : blob)(message, response);
  };
}

const isFileSource = (text: string | undefined): boolean => text !== undefined && /^file:/i.test(text);

const source = (request: DfsRequest): string | undefined => request.header('x-ms-copy-source');

function localPath(request: DfsRequest): string {
  try {
    return fileURLToPath(source(request) ?? '');
  } catch {
    throw errors.invalidHeader('x-ms-copy-source');
  }
}
