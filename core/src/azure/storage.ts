import type { TokenCredential } from '@azure/core-auth';
import { type BlobClient, type BlobRequestConditions, BlobServiceClient } from '@azure/storage-blob';
import { DataLakeServiceClient, type Path } from '@azure/storage-file-datalake';
import type { AzureEnvironment } from './environment.ts';
import { expectStorage, isAlreadyThere } from './storage-errors.ts';
import { handOver, isBelow, uploadFile } from './upload-file.ts';
import { createStorageTransport, type StorageTraffic } from './storage-transport.ts';

/** A file or folder of a container; `path` has no leading or trailing slash, `''` is the container's root. */
export interface StoragePlace {
  readonly container: string;
  readonly path: string;
}

export interface StoredPath {
  /** Relative to the container. */
  readonly path: string;
  readonly isDirectory: boolean;
  /** Bytes; 0 for a directory. */
  readonly size: number;
  readonly etag: string;
  readonly modifiedAt: Date;
}

export interface ListOptions {
  readonly recursive: boolean;
  /** Paths a page, 1 to 5000; the stream asks for the next page only when it is read that far. */
  readonly pageSize?: number;
  readonly signal?: AbortSignal | undefined;
}

interface Cancellable {
  readonly signal?: AbortSignal | undefined;
}

/**
 * The lake's files. Every method rejects with an ExpectedError: `storage.not-found`, `storage.container-not-found`,
 * `storage.unauthorized`, `storage.unreachable`, `storage.precondition`; an aborted call rejects with the signal's reason.
 */
export interface StorageClient {
  readonly accountName: string;
  /** Requests and bytes of bodies since the client was made; tests assert on it. */
  readonly traffic: StorageTraffic;
  containers(options?: Cancellable): AsyncIterable<string>;
  /** Resolves to false where it existed. */
  createContainer(container: string): Promise<boolean>;
  /** Makes a folder, with those above it. Resolves to false where it existed. */
  createFolder(folder: StoragePlace): Promise<boolean>;
  list(folder: StoragePlace, options: ListOptions): AsyncIterable<StoredPath>;
  properties(place: StoragePlace, options?: Cancellable): Promise<StoredPath>;
  read(place: StoragePlace, options?: Cancellable): Promise<Uint8Array>;
  /** Bytes `start` to `end`, exclusive. With `etag` it rejects with `storage.precondition` where the file has changed since. */
  readRange(
    place: StoragePlace,
    start: number,
    end: number,
    options?: Cancellable & { readonly etag?: string },
  ): Promise<Uint8Array>;
  /**
   * Writes a whole file over whatever is there. Resolves to its ETag. With `ifMatch` (an ETag) it rejects with
   * `storage.precondition` where the file has changed since.
   */
  write(place: StoragePlace, bytes: Uint8Array, options?: Cancellable & { readonly ifMatch?: string }): Promise<string>;
  /** Writes a whole file unless one is there; false then. Of many that try at once exactly one gets true. */
  putIfAbsent(place: StoragePlace, bytes: Uint8Array, options?: Cancellable): Promise<boolean>;
  /**
   * Streams a local file up in blocks; visible as a whole at the end. Resolves to its ETag. With `unchanging` nobody writes to the
   * file again, and an emulator that shares its folder makes it the blob as it is.
   */
  upload(
    place: StoragePlace,
    localFile: string,
    options?: Cancellable & { readonly unchanging?: boolean },
  ): Promise<string>;
  /** With `etag` it rejects with `storage.precondition` where the file has changed since. */
  download(place: StoragePlace, localFile: string, options?: Cancellable & { readonly etag?: string }): Promise<void>;
  /** Atomic. With `overwrite: false` it rejects with `storage.precondition` where the destination exists. */
  rename(from: StoragePlace, toPath: string, options: { readonly overwrite: boolean }): Promise<void>;
  /** A folder goes with everything in it. Resolves to false where nothing was. */
  delete(place: StoragePlace): Promise<boolean>;
}

/** @param credential is asked where the environment has no account key. */
export function createStorageClient(environment: AzureEnvironment, credential?: TokenCredential): StorageClient {
  const transport = createStorageTransport(environment, credential);
  const { storage } = transport;
  const lake = new DataLakeServiceClient(storage.dfsEndpoint, transport.lakePipeline);
  const blobs = new BlobServiceClient(storage.blobEndpoint, transport.blobPipeline);
  const pathClient = (place: StoragePlace) => lake.getFileSystemClient(place.container).getDirectoryClient(place.path);
  const blob = (place: StoragePlace) => blobs.getContainerClient(place.container).getBlockBlobClient(place.path);
  const run = <T>(place: StoragePlace, signal: AbortSignal | undefined, call: () => Promise<T>): Promise<T> =>
    expectStorage(storage, place, signal, call);
  const upload = (place: StoragePlace, bytes: Uint8Array, conditions: BlobRequestConditions, signal?: AbortSignal) =>
    blob(place).upload(bytes, bytes.byteLength, { conditions, ...abort(signal) });

  return {
    accountName: storage.accountName,
    traffic: transport.traffic,
    async *containers(options = {}) {
      const names = lake.listFileSystems(abort(options.signal))[Symbol.asyncIterator]();
      const root = { container: '', path: '' };
      for (;;) {
        const next = await run(root, options.signal, () => names.next());
        if (next.done === true) return;
        yield next.value.name;
      }
    },
    createContainer: (container) =>
      run({ container, path: '' }, undefined, async () => {
        const answer = await lake.getFileSystemClient(container).createIfNotExists();
        return answer.succeeded;
      }),
    createFolder: (folder) =>
      run(folder, undefined, async () => {
        const answer = await pathClient(folder).createIfNotExists();
        return answer.succeeded;
      }),
    async *list(folder, options) {
      const pages = lake
        .getFileSystemClient(folder.container)
        .listPaths({
          recursive: options.recursive,
          ...(folder.path === '' ? {} : { path: folder.path }),
          ...abort(options.signal),
        })
        .byPage({ maxPageSize: options.pageSize ?? 5000 });
      for (;;) {
        const page = await run(folder, options.signal, () => pages.next());
        if (page.done === true) return;
        yield* (page.value.pathItems ?? []).map(storedPath);
      }
    },
    properties: (place, options = {}) =>
      run(place, options.signal, async () => {
        const found = await pathClient(place).getProperties(abort(options.signal));
        return {
          path: place.path,
          isDirectory: found.metadata?.['hdi_isfolder'] === 'true',
          size: found.contentLength ?? 0,
          etag: bareEtag(found.etag),
          modifiedAt: found.lastModified ?? new Date(0),
        };
      }),
    read: (place, options = {}) =>
      run(place, options.signal, () => blob(place).downloadToBuffer(undefined, undefined, abort(options.signal))),
    readRange: (place, start, end, options = {}) =>
      start >= end
        ? Promise.resolve(new Uint8Array(0))
        : run(place, options.signal, () => download(blob(place), start, end - start, options)),
    write: (place, bytes, options = {}) =>
      run(place, options.signal, async () => {
        const conditions = options.ifMatch === undefined ? {} : { ifMatch: quotedEtag(options.ifMatch) };
        return bareEtag((await upload(place, bytes, conditions, options.signal)).etag);
      }),
    /*
     * One Put Blob with `If-None-Match: *`: the service decides and shows the whole file in the same step, also on accounts with
     * a hierarchical namespace, and Azurite holds it under concurrency. DFS create + append + flush shows an empty file first,
     * and a temporary file renamed without overwriting costs five requests and leaves litter when the writer dies.
     */
    putIfAbsent: (place, bytes, options = {}) =>
      run(place, options.signal, async () => {
        try {
          await upload(place, bytes, { ifNoneMatch: '*' }, options.signal);
          return true;
        } catch (error) {
          if (isAlreadyThere(error)) return false;
          throw error;
        }
      }),
    upload: (place, localFile, options = {}) =>
      run(place, options.signal, async () => {
        const { unchanging = false } = options;
        const isTaken = unchanging && storage.sharedFolder !== undefined && isBelow(storage.sharedFolder, localFile);
        const send = isTaken ? handOver : uploadFile;
        return bareEtag(await send(blob(place), localFile, abort(options.signal)));
      }),
    download: (place, localFile, options = {}) =>
      run(place, options.signal, async () => {
        const conditions = options.etag === undefined ? {} : { conditions: { ifMatch: quotedEtag(options.etag) } };
        await blob(place).downloadToFile(localFile, undefined, undefined, { ...conditions, ...abort(options.signal) });
      }),
    rename: (from, toPath, options) =>
      run(from, undefined, async () => {
        const conditions = options.overwrite ? {} : { destinationConditions: { ifNoneMatch: '*' } };
        await pathClient(from).move(from.container, encodeURI(toPath), conditions);
      }),
    delete: (place) => run(place, undefined, async () => (await pathClient(place).deleteIfExists(true)).succeeded),
  };
}

function abort(signal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal };
}

async function download(
  client: BlobClient,
  offset: number,
  count: number,
  options: Cancellable & { readonly etag?: string },
): Promise<Uint8Array> {
  return await client.downloadToBuffer(offset, count, {
    ...(options.etag === undefined ? {} : { conditions: { ifMatch: quotedEtag(options.etag) } }),
    ...abort(options.signal),
  });
}

function storedPath(item: Path): StoredPath {
  return {
    path: item.name ?? '',
    isDirectory: item.isDirectory ?? false,
    size: item.contentLength ?? 0,
    etag: bareEtag(item.etag),
    modifiedAt: item.lastModified ?? new Date(0),
  };
}

/** Listings give ETags bare and headers give them quoted: they are kept bare, so that the two compare. */
function bareEtag(etag: string | undefined): string {
  return (etag ?? '').replaceAll('"', '');
}

function quotedEtag(etag: string): string {
  return `"${bareEtag(etag)}"`;
}
