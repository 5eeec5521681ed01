import type { EmulatorLogger } from '../../kit/service.ts';
import { type JournalledCollection, stateOf } from './journalled-collections.ts';
import { type Journal, readJournal } from './journal.ts';

/** The journal is rewritten while running once it has this many bytes and four times what it had after the last rewrite. */
const compactionFloor = 32 * 1024 * 1024;

/**
 * Runs units of work one after another and journals each before its caller goes on to answer the client. They only touch
 * memory, so that waiting for one another costs nothing, and conditions such as if-none-match have exactly one winner.
 */
export class UnitsOfWork {
  readonly #collections: ReadonlyMap<string, JournalledCollection>;
  readonly #journal: Journal;
  readonly #logger: EmulatorLogger;
  #compactedLength: number;
  #last: Promise<unknown> = Promise.resolve();

  constructor(collections: readonly JournalledCollection[], journal: Journal, logger: EmulatorLogger) {
    this.#collections = new Map(collections.map((collection) => [collection.name, collection]));
    this.#journal = journal;
    this.#logger = logger;
    this.#compactedLength = journal.byteLength;
  }

  /** @throws what `work` throws; the system's error where the journal cannot be written: nothing has then changed. */
  run<T>(work: () => T | Promise<T>): Promise<T> {
    const unit = this.#last.then(async () => {
      try {
        return await work();
      } finally {
        this.#commit();
      }
    });
    // The next unit starts whatever became of this one, whose caller gets its error.
    this.#last = unit.then(
      () => undefined,
      () => undefined,
    );
    return unit;
  }

  async close(): Promise<void> {
    await this.#last;
    this.#journal.compact(stateOf(this.#collections.values()));
    this.#journal.close();
  }

  #commit(): void {
    const records = [...this.#collections.values()].flatMap((collection) => collection.takeChanges());
    if (records.length === 0) return;
    try {
      this.#journal.append(records);
    } catch (error) {
      this.#restore(records.map(([collection, key]) => [collection, key]));
      throw error;
    }
    this.#compactIfGrown();
  }

  /** Memory must not run ahead of the disk: others would build on what a restart forgets. */
  #restore(keys: readonly (readonly [collection: string, key: string])[]): void {
    const durable = readJournal(this.#journal.path);
    for (const [name, collection] of this.#collections) {
      const own = keys.filter(([owner]) => owner === name).map(([, key]) => key);
      collection.restore(own, durable.get(name));
    }
  }

  #compactIfGrown(): void {
    const { byteLength } = this.#journal;
    if (byteLength < compactionFloor || byteLength < this.#compactedLength * 4) return;
    try {
      this.#journal.compact(stateOf(this.#collections.values()));
    } catch (error) {
      // The unit itself is journalled; a disk that is too full for a second copy is met again at the next growth.
      this.#logger.warn(`The storage journal could not be compacted: ${String(error)}`);
    }
    this.#compactedLength = this.#journal.byteLength;
  }
}
