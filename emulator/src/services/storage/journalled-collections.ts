import type { BlobIndex } from './blob-index.ts';
import type { LokiCollection } from './azurite.ts';
import type { BlobDocument } from './documents.ts';
import type { JournalRecord, JournalState } from './journal.ts';

type Fields = Readonly<Record<string, unknown>>;

/** How a collection names its documents: the fields that make one unique, the one that is looked up first in front. */
export interface CollectionSpec {
  readonly name: string;
  readonly key: readonly string[];
}

/** Batches up to this size are removed one by one: a larger one makes Loki sort every index anew, whatever its size. */
const singleRemovals = 16;

/**
 * One of Loki's collections, with its changes noted: Azurite's code goes on calling Loki, and learns nothing of it.
 * What is noted is the key alone; the journal takes the document's state when the unit of work ends.
 */
export class JournalledCollection {
  readonly name: string;
  readonly #spec: CollectionSpec;
  readonly #loki: LokiCollection;
  readonly #index: BlobIndex | undefined;
  readonly #documents = new Map<string, object>();
  readonly #touched = new Set<string>();

  constructor(loki: LokiCollection, spec: CollectionSpec, index?: BlobIndex) {
    this.name = spec.name;
    this.#spec = spec;
    this.#loki = loki;
    this.#index = index;
    this.#observe();
  }

  /** Documents by key. */
  get documents(): ReadonlyMap<string, object> {
    return this.#documents;
  }

  /** Documents whose fields equal the query's. */
  find(query: Fields): object[] {
    return this.#loki.find(this.#indexedFirst(query));
  }

  /** Stores copies, without what Loki noted on a document that was stored before. */
  insert(documents: readonly object[]): void {
    this.#loki.insert(documents.map(withoutLokiFields));
  }

  update(document: object): void {
    this.#loki.update(document);
  }

  remove(documents: readonly object[]): void {
    if (documents.length > singleRemovals) this.#loki.remove([...documents]);
    else for (const document of documents) this.#loki.remove(document);
  }

  /** Fills the collection from the journal; nothing of it counts as a change. */
  load(documents: Iterable<object>): void {
    this.insert([...documents]);
    this.#touched.clear();
  }

  /** The changes since the last call, as records of the present state. */
  takeChanges(): JournalRecord[] {
    const records = [...this.#touched].map((key): JournalRecord => [this.name, key, this.#documents.get(key) ?? null]);
    this.#touched.clear();
    return records;
  }

  /** Puts documents back to what the journal holds, after a unit of work that could not be journalled. */
  restore(keys: readonly string[], durable: ReadonlyMap<string, object> | undefined): void {
    for (const key of keys) {
      const present = this.#documents.get(key);
      if (present) this.#loki.remove(present);
      const before = durable?.get(key);
      if (before) this.#loki.insert(withoutLokiFields(before));
    }
    this.#touched.clear();
  }

  #observe(): void {
    const loki = this.#loki;
    const insertOne = loki.insertOne.bind(loki);
    const update = loki.update.bind(loki);
    const remove = loki.remove.bind(loki);
    const removeBatchByPositions = loki.removeBatchByPositions.bind(loki);
    loki.insertOne = (document, bulk) => {
      const inserted = insertOne(document, bulk);
      this.#noteSet(document);
      return inserted;
    };
    loki.update = (document) => {
      const updated = update(document);
      this.#noteSet(document);
      return updated;
    };
    loki.remove = (document) => {
      const removed = remove(document);
      if (!Array.isArray(document)) this.#noteRemoved(document);
      return removed;
    };
    loki.removeBatchByPositions = (positions) => {
      const documents = positions.map((position) => loki.data[position]);
      const removed = removeBatchByPositions(positions);
      for (const document of documents) if (document) this.#noteRemoved(document);
      return removed;
    };
    loki.findAndRemove = (query) => this.remove(loki.find(this.#indexedFirst(query)));
  }

  /** Loki uses the index of a query's first field only, and Azurite puts the account, which all share, in front. */
  #indexedFirst(query: Fields): Fields {
    const [first] = this.#spec.key;
    return first !== undefined && first in query ? { [first]: query[first], ...query } : query;
  }

  #keyOf(document: object): string {
    const fields = new Map<string, unknown>(Object.entries(document));
    return JSON.stringify(this.#spec.key.map((name) => fields.get(name) ?? ''));
  }

  #noteSet(document: object): void {
    const key = this.#keyOf(document);
    this.#documents.set(key, document);
    this.#touched.add(key);
    this.#index?.set(document as BlobDocument);
  }

  #noteRemoved(document: object): void {
    const key = this.#keyOf(document);
    this.#touched.add(key);
    // A document that was replaced under its key has gone from the index already.
    if (this.#documents.get(key) !== document) return;
    this.#documents.delete(key);
    this.#index?.delete(document as BlobDocument);
  }
}

/** Loki gives every document a number of its own; one that comes with a number is refused. */
function withoutLokiFields(document: object): object {
  return Object.fromEntries(Object.entries(document).filter(([name]) => name !== '$loki' && name !== 'meta'));
}

/** Documents by key, by collection, for the journal. */
export function stateOf(collections: Iterable<JournalledCollection>): JournalState {
  return new Map([...collections].map((collection) => [collection.name, new Map(collection.documents)]));
}
