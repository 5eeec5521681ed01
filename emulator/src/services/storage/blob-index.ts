import type { BlobDocument } from './documents.ts';

/** The documents of one container under their names in order: what listings and folders walk instead of the whole store. */
class ContainerIndex {
  /** Keys in the order of JavaScript strings, which is the service's for the names in use. */
  readonly keys: string[] = [];
  readonly documents = new Map<string, BlobDocument>();

  set(key: string, document: BlobDocument): void {
    if (!this.documents.has(key)) this.keys.splice(lowerBound(this.keys, key), 0, key);
    this.documents.set(key, document);
  }

  delete(key: string): void {
    if (this.documents.delete(key)) this.keys.splice(lowerBound(this.keys, key), 1);
  }
}

/** Sorts a snapshot right after its blob; no blob name holds the separator. */
const snapshotSeparator = '\u0000';
const indexKey = (name: string, snapshot: string) =>
  snapshot === '' ? name : `${name}${snapshotSeparator}${snapshot}`;

/** The position of the first key that is not less than `key`. */
function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Blobs by container and name: lookups in constant time, walks in name order from any point. */
export class BlobIndex {
  readonly #containers = new Map<string, ContainerIndex>();
  /** Documents looked at by walks, so that a test can assert the effort of a listing. */
  visited = 0;

  set(document: BlobDocument): void {
    const key = containerKey(document.accountName, document.containerName);
    const container = this.#containers.get(key) ?? new ContainerIndex();
    this.#containers.set(key, container);
    container.set(indexKey(document.name, document.snapshot), document);
  }

  delete(document: BlobDocument): void {
    this.#containers
      .get(containerKey(document.accountName, document.containerName))
      ?.delete(indexKey(document.name, document.snapshot));
  }

  /** The blob itself, not a snapshot of it; also one that has staged blocks only. */
  get(account: string, container: string, name: string): BlobDocument | undefined {
    return this.#containers.get(containerKey(account, container))?.documents.get(name);
  }

  /**
   * The blobs (no snapshots) whose name begins with `prefix`, in order, from the first that is not less than `from`.
   * The consumer may send a name to skip to.
   */
  *walk(
    account: string,
    container: string,
    prefix: string,
    from = prefix,
  ): Generator<BlobDocument, void, string | undefined> {
    const index = this.#containers.get(containerKey(account, container));
    if (!index) return;
    let position = lowerBound(index.keys, from > prefix ? from : prefix);
    for (;;) {
      const key = index.keys[position];
      const document = key === undefined ? undefined : index.documents.get(key);
      if (key === undefined || document === undefined || !key.startsWith(prefix)) return;
      position += 1;
      this.visited += 1;
      if (document.snapshot !== '') continue;
      const skipTo = yield document;
      if (skipTo !== undefined) position = Math.max(position, lowerBound(index.keys, skipTo));
    }
  }
}

const containerKey = (account: string, container: string) => `${account}/${container}`;
