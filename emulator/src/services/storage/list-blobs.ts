import type { ListBlobs } from './azurite.ts';
import type { BlobIndex } from './blob-index.ts';
import type { BlobDocument } from './documents.ts';

/** Sorts after every name that continues the text before it. */
const afterAll = '\uffff';
const serviceMaximum = 5000;

/**
 * Azurite's listing reads, filters and sorts all blobs of all containers for every page. This one walks the names in order
 * from the marker and skips a folder at once, so that a page costs what it shows.
 */
export function listBlobsFrom(index: BlobIndex, original: ListBlobs): ListBlobs {
  return async (...args) => {
    const [context, account, container, delimiter, blob, prefix = '', maxResults = serviceMaximum, marker = ''] = args;
    const [includeSnapshots, includeUncommitted, startFrom = ''] = args.slice(8) as [boolean?, boolean?, string?];
    if (blob !== undefined || includeSnapshots === true) return original(...args);
    const page = new Page(prefix, delimiter ?? '', maxResults);
    const from = marker === '' ? startFrom : `${marker}\u0000`;
    const walk = index.walk(account, container, prefix, from > prefix ? from : prefix);
    let next = walk.next();
    while (!next.done) {
      const document = next.value;
      const skipTo = document.isCommitted || includeUncommitted === true ? page.add(document) : undefined;
      if (page.isFull) break;
      next = walk.next(skipTo);
    }
    for (const { name, properties } of page.blobs) {
      // Azurite brings a lease that has expired up to date when it reads its blob; few blobs ever have one.
      const isPlain = (properties.leaseState ?? 'available') === 'available';
      if (!isPlain) await original(context, account, container, undefined, name);
    }
    return [page.blobs, page.prefixes.map((name) => ({ name })), page.isFull ? page.marker : ''];
  };
}

class Page {
  readonly blobs: BlobDocument[] = [];
  readonly prefixes: string[] = [];
  /** True once an item came that has no place on this page. */
  isFull = false;
  marker = '';
  readonly #prefix: string;
  readonly #delimiter: string;
  readonly #size: number;

  constructor(prefix: string, delimiter: string, size: number) {
    this.#prefix = prefix;
    this.#delimiter = delimiter;
    this.#size = size;
  }

  /** Returns the name to go on from, where a whole folder was dealt with. */
  add(document: BlobDocument): string | undefined {
    if (this.blobs.length + this.prefixes.length >= this.#size) {
      this.isFull = true;
      return undefined;
    }
    const end = this.#delimiter === '' ? -1 : document.name.indexOf(this.#delimiter, this.#prefix.length);
    if (end < 0) {
      this.blobs.push(document);
      this.marker = document.name;
      return undefined;
    }
    const folder = document.name.slice(0, end + this.#delimiter.length);
    this.prefixes.push(folder);
    this.marker = `${folder}${afterAll}`;
    return this.marker;
  }
}
