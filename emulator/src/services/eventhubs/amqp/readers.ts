import { conditions } from './conditions.ts';
import type { AmqpCondition } from './rhea.ts';

/** What decides between the readers of one partition in one consumer group. */
export interface CompetingReader {
  readonly name: string;
  /** The owner level; undefined for a reader that shares. */
  readonly epoch: number | undefined;
  disconnect(reason: AmqpCondition): void;
}

const maximumReaders = 5;

/** The service's rules: an owner level displaces all of the same or a lower one; without owners, at most 5 readers share. */
export class ReaderGroups {
  readonly #readers = new Map<string, Set<CompetingReader>>();

  /** Admits the reader, disconnecting those that it displaces; returns the reason when it is not admitted. */
  admit(key: string, reader: CompetingReader): AmqpCondition | undefined {
    const peers = this.#readers.get(key) ?? new Set();
    const highest = Math.max(-1, ...[...peers].map((peer) => peer.epoch ?? -1));
    if (highest >= 0 && (reader.epoch ?? -1) < highest) {
      return conditions.higherEpochExists(reader.name, reader.epoch, highest);
    }
    if (reader.epoch === undefined && peers.size >= maximumReaders) return conditions.tooManyReceivers(maximumReaders);
    if (reader.epoch !== undefined) {
      for (const peer of [...peers]) {
        this.leave(key, peer);
        peer.disconnect(conditions.stolen(peer.name, peer.epoch, { name: reader.name, epoch: reader.epoch }));
      }
    }
    const group = this.#readers.get(key) ?? new Set();
    this.#readers.set(key, group.add(reader));
    return undefined;
  }

  leave(key: string, reader: CompetingReader): void {
    const group = this.#readers.get(key);
    group?.delete(reader);
    if (group?.size === 0) this.#readers.delete(key);
  }
}
