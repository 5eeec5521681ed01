import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { EmulatorLogger } from '../../kit/service.ts';
import type { Azurite, BlobMetadataStore, ExtentStore } from './azurite.ts';
import { BlobIndex } from './blob-index.ts';
import type { ContainerDocument, ExtentDocument, BlockDocument } from './documents.ts';
import { keepFolderMark } from './folder-mark.ts';
import { Journal, readJournal } from './journal.ts';
import { type CollectionSpec, JournalledCollection, stateOf } from './journalled-collections.ts';
import { listBlobsFrom } from './list-blobs.ts';
import { isNoSpace, noSpaceError } from './no-space.ts';
import { UnitsOfWork } from './units-of-work.ts';

/** Azurite's collections, indexed by the one field that tells their documents apart best. */
const specs = {
  services: { name: '$SERVICES_COLLECTION$', key: ['accountName'] },
  containers: { name: '$CONTAINERS_COLLECTION$', key: ['name', 'accountName'] },
  blobs: { name: '$BLOBS_COLLECTION$', key: ['name', 'accountName', 'containerName', 'snapshot'] },
  blocks: { name: '$BLOCKS_COLLECTION$', key: ['blobName', 'accountName', 'containerName', 'name'] },
  extents: { name: '$EXTENTS_COLLECTION$', key: ['id'] },
} as const satisfies Record<string, CollectionSpec>;

/** Uploads that are written at the same time, each to a file of its own. */
const concurrentWrites = 16;

/** The stored account: Azurite's stores with a journal below and an index beside them. */
export interface Stores extends AsyncDisposable {
  readonly metadata: BlobMetadataStore;
  readonly extents: ExtentStore;
  readonly index: BlobIndex;
  readonly work: UnitsOfWork;
  readonly blobs: JournalledCollection;
  readonly blocks: JournalledCollection;
  readonly containerDocuments: JournalledCollection;
  readonly extentDocuments: JournalledCollection;
  /** Where the account's bytes lie. */
  readonly extentFolder: string;
  containers(): Iterable<ContainerDocument>;
  stagedBlocks(): Iterable<BlockDocument>;
  knownExtents(): Iterable<ExtentDocument>;
}

/**
 * Opens the stores in a folder.
 * @throws EmulatorError `emulator.state-corrupt` where the journal cannot be read.
 */
export async function openStores(azurite: Azurite, folder: string, logger: EmulatorLogger): Promise<Stores> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const journalFile = join(folder, 'journal.jsonl');
  const index = new BlobIndex();
  const state = readJournal(journalFile);
  // `inMemory`: neither store writes a database file or starts a timer that does.
  const rawMetadata = new azurite.BlobMetadataStore('', true);
  const rawExtents = new azurite.ExtentMetadataStore('', true);
  const collect = (store: typeof rawExtents, spec: CollectionSpec) => {
    const options = spec === specs.services ? { unique: ['accountName'] } : { indices: [spec.key[0] ?? ''] };
    const loki = store.db.addCollection(spec.name, options);
    return new JournalledCollection(loki, spec, spec === specs.blobs ? index : undefined);
  };
  const services = collect(rawMetadata, specs.services);
  const containers = collect(rawMetadata, specs.containers);
  const blobs = collect(rawMetadata, specs.blobs);
  const blocks = collect(rawMetadata, specs.blocks);
  const extentDocuments = collect(rawExtents, specs.extents);
  await rawMetadata.init();
  await rawExtents.init();
  const collections = [services, containers, blobs, blocks, extentDocuments];
  for (const collection of collections) collection.load(state.get(collection.name)?.values() ?? []);
  const work = new UnitsOfWork(collections, Journal.create(journalFile, stateOf(collections)), logger);
  rawMetadata.listBlobs = listBlobsFrom(index, rawMetadata.listBlobs.bind(rawMetadata));
  rawMetadata.setBlobMetadata = keepFolderMark(rawMetadata, index);
  const toStorageError = (error: unknown) =>
    isNoSpace(error)
      ? new azurite.StorageError(noSpaceError.status, noSpaceError.code, noSpaceError.message, '')
      : error;
  const metadata = inUnits(rawMetadata, work, toStorageError);
  const extentFolder = join(folder, 'extents');
  removeUnknownExtents(extentFolder, extentDocuments);
  const location = { locationId: 'Default', locationPath: extentFolder, maxConcurrency: concurrentWrites };
  const extentMetadata = inUnits(rawExtents, work, (error) => error);
  const extents = new azurite.ExtentStore(extentMetadata, [location], azurite.logger);
  const appendExtent = extents.appendExtent.bind(extents);
  extents.appendExtent = (data, id) =>
    appendExtent(data, id).catch((error: unknown) => {
      discard(data);
      throw toStorageError(error);
    });
  await extents.init();
  return {
    metadata,
    extents,
    index,
    work,
    blobs,
    blocks,
    containerDocuments: containers,
    extentDocuments,
    extentFolder,
    containers: () => containers.documents.values() as Iterable<ContainerDocument>,
    stagedBlocks: () => blocks.documents.values() as Iterable<BlockDocument>,
    knownExtents: () => extentDocuments.documents.values() as Iterable<ExtentDocument>,
    [Symbol.asyncDispose]: () => work.close(),
  };
}

/** What was being written when the process ended: no document names it, and none will. */
function removeUnknownExtents(folder: string, { documents }: JournalledCollection): void {
  if (!existsSync(folder)) return;
  const known = new Set([...(documents.values() as Iterable<ExtentDocument>)].map(({ id }) => id));
  for (const name of readdirSync(folder)) if (!known.has(name)) rmSync(join(folder, name), { force: true });
}

/** Reads the rest of a body that could not be stored: left unread, it would hold up the connection's next request. */
function discard(data: Readable | Buffer): void {
  if (Buffer.isBuffer(data)) return;
  data.removeAllListeners('data');
  data.resume();
}

/** The store with each of its asynchronous methods as one unit of work; calls from one method to another stay inside. */
function inUnits<T extends object>(store: T, work: UnitsOfWork, translate: (error: unknown) => unknown): T {
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function' || !isAsync(member)) return member;
      return (...args: unknown[]) =>
        work
          .run<unknown>(() => Reflect.apply(member, target, args))
          .catch((error: unknown) => {
            throw translate(error);
          });
    },
  });
}

function isAsync(method: object): boolean {
  return Object.prototype.toString.call(method) === '[object AsyncFunction]';
}
