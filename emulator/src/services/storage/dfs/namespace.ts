import { randomBytes } from 'node:crypto';
import type { BlobDocument, BlobProperties, ContainerDocument, ExtentChunk, PathAccess } from '../documents.ts';
import type { Stores } from '../stores.ts';
import { isFolder, withFolderMark } from '../folder-mark.ts';
import { defaultAccess } from './acl.ts';
import { errors } from './errors.ts';

/** The folders and files of the account, seen over its blobs. Changes are made within one unit of work of the stores. */
export class Namespace {
  readonly account: string;
  readonly #stores: Stores;

  constructor(account: string, stores: Stores) {
    this.account = account;
    this.#stores = stores;
  }

  filesystem(name: string): ContainerDocument {
    for (const container of this.#stores.containers()) {
      if (container.name === name && container.accountName === this.account) return container;
    }
    throw errors.filesystemNotFound();
  }

  filesystems(): ContainerDocument[] {
    return [...this.#stores.containers()].filter(({ accountName }) => accountName === this.account);
  }

  /** The file or folder that has a document. A blob that only has staged blocks is none yet. */
  find(filesystem: string, path: string): BlobDocument | undefined {
    const document = this.#stores.index.get(this.account, filesystem, path);
    return document?.isCommitted === true ? document : undefined;
  }

  /** Everything below a folder, in order of names. */
  *below(filesystem: string, folder: string): Generator<BlobDocument, void, string | undefined> {
    yield* this.#stores.index.walk(this.account, filesystem, folder === '' ? '' : `${folder}/`);
  }

  /** From a name on; see `BlobIndex.walk`. */
  walk(filesystem: string, prefix: string, from: string): Generator<BlobDocument, void, string | undefined> {
    return this.#stores.index.walk(this.account, filesystem, prefix, from);
  }

  hasChildren(filesystem: string, folder: string): boolean {
    return this.below(filesystem, folder).next().done !== true;
  }

  /**
   * The path's document. A folder that exists only through the blobs below it, which the blob endpoint made, gets one.
   * @throws DfsError `PathNotFound`.
   */
  existing(filesystem: string, path: string): BlobDocument {
    this.filesystem(filesystem);
    const document = this.find(filesystem, path);
    if (document) return document;
    if (path !== '' && this.hasChildren(filesystem, path)) return this.create(filesystem, path, { isDirectory: true });
    throw errors.pathNotFound();
  }

  exists(filesystem: string, path: string): boolean {
    return path === '' || this.find(filesystem, path) !== undefined || this.hasChildren(filesystem, path);
  }

  /** Makes the folders above a path. @throws DfsError `PathConflict` where one of them is a file. */
  createParents(filesystem: string, path: string): void {
    for (const folder of ancestorsOf(path)) {
      const document = this.find(filesystem, folder);
      if (!document) this.create(filesystem, folder, { isDirectory: true });
      else if (!isFolder(document)) throw errors.pathConflict();
    }
  }

  create(filesystem: string, path: string, options: NewPath): BlobDocument {
    const document = this.newDocument(filesystem, path, options);
    // Staged blocks of an upload that was never committed leave a document of the same name.
    const staged = this.#stores.index.get(this.account, filesystem, path);
    if (staged) this.remove([staged]);
    this.#stores.blobs.insert([document]);
    // The stored copy: what is changed later must be that one.
    return this.find(filesystem, path) ?? document;
  }

  insert(documents: BlobDocument[]): void {
    this.#stores.blobs.insert(documents);
  }

  remove(documents: readonly BlobDocument[]): void {
    this.#stores.blobs.remove(documents);
  }

  /** Notes a document that was changed in place: a path's, or a filesystem's, which stands for the root folder. */
  update(document: BlobDocument | ContainerDocument): void {
    if ('containerName' in document) this.#stores.blobs.update(document);
    else this.#stores.containerDocuments.update(document);
  }

  newDocument(filesystem: string, path: string, options: NewPath): BlobDocument {
    const { isDirectory: directory, access, metadata = {}, properties = {}, persistency } = options;
    const now = new Date();
    return {
      deleted: false,
      accountName: this.account,
      containerName: filesystem,
      name: path,
      snapshot: '',
      isCommitted: true,
      metadata: directory ? withFolderMark(metadata) : metadata,
      ...(persistency ? { persistency } : { committedBlocksInOrder: [] }),
      properties: {
        creationTime: now,
        lastModified: now,
        etag: newEtag(),
        contentLength: 0,
        contentType: 'application/octet-stream',
        blobType: 'BlockBlob',
        leaseStatus: 'unlocked',
        leaseState: 'available',
        serverEncrypted: true,
        accessTier: 'Hot',
        accessTierInferred: true,
        ...properties,
      },
      dfs: access ?? defaultAccess(directory),
    };
  }
}

export interface NewPath {
  readonly isDirectory: boolean;
  readonly access?: PathAccess;
  readonly metadata?: Record<string, string>;
  readonly properties?: Partial<BlobProperties>;
  /** Its bytes; none without. */
  readonly persistency?: ExtentChunk;
}

/** `a/b/c` -> `a`, `a/b`. */
export function ancestorsOf(path: string): string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}

export function accessOf(document: BlobDocument | ContainerDocument): PathAccess {
  return document.dfs ?? defaultAccess(!('containerName' in document) || isFolder(document));
}

/** The service's form: `"0x8D..."`. */
export function newEtag(): string {
  return `"0x${randomBytes(8).toString('hex').toUpperCase()}"`;
}

/** Marks a document as changed now. */
export function touch(document: { readonly properties: { etag: string; lastModified: Date } }): void {
  document.properties.etag = newEtag();
  document.properties.lastModified = new Date();
}
