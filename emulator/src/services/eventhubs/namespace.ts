import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { writeFileAtomic } from '../../kit/atomic-file.ts';
import { EmulatorError, systemErrorCode } from '../../kit/emulator-error.ts';
import type { HubConfig, NamespaceConfig } from './config.ts';
import { PartitionLog, type LogOptions } from './log/partition-log.ts';
import { partitionOfKey } from './partition-key.ts';

/** One partition: its log and whoever waits for events. */
export class Partition {
  readonly id: string;
  readonly log: PartitionLog;
  readonly #listeners = new Set<() => void>();

  constructor(id: string, log: PartitionLog) {
    this.id = id;
    this.log = log;
  }

  /** Calls `listener` after every append, until the returned function is called. */
  onAppend(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  appended(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** An event hub with its partitions, open for reading and writing. */
export class EventHub {
  readonly name: string;
  readonly createdOn: number;
  readonly folder: string;
  readonly partitions: readonly Partition[];
  readonly #groups: ReadonlySet<string>;
  #next = 0;

  constructor(folder: string, config: HubConfig, options: LogOptions) {
    this.name = config.name;
    this.folder = folder;
    this.createdOn = registerHub(folder, config);
    this.#groups = new Set(['$default', ...config.consumerGroups.map((group) => group.toLowerCase())]);
    this.partitions = Array.from({ length: config.partitionCount }, (_, index) => {
      const id = String(index);
      return new Partition(id, new PartitionLog(path.join(folder, id), options));
    });
  }

  hasConsumerGroup(name: string): boolean {
    return this.#groups.has(name.toLowerCase());
  }

  partition(id: string): Partition | undefined {
    return this.partitions.find((partition) => partition.id === id);
  }

  /** The key's partition, or without a key the next one in turn. */
  route(partitionKey: string | undefined): Partition {
    const count = this.partitions.length;
    const index = partitionKey === undefined ? this.#next++ % count : partitionOfKey(partitionKey, count);
    const partition = this.partitions[index];
    if (!partition) throw new Error(`partition ${index} of ${count} does not exist`);
    return partition;
  }

  close(): void {
    for (const partition of this.partitions) partition.log.close();
  }
}

/** The hubs of the one namespace. Names are found without regard to case, as the service does. */
export class EventHubsNamespace {
  readonly name: string;
  readonly hubs: readonly EventHub[];

  constructor(folder: string, config: NamespaceConfig, options: LogOptions) {
    this.name = config.name;
    this.hubs = config.hubs.map((hub) => new EventHub(path.join(folder, hub.name.toLowerCase()), hub, options));
  }

  hub(name: string): EventHub | undefined {
    const wanted = name.toLowerCase();
    return this.hubs.find((hub) => hub.name.toLowerCase() === wanted);
  }

  close(): void {
    for (const hub of this.hubs) hub.close();
  }
}

/** Keeps what may not change over the life of a hub's state, and returns when it was created (milliseconds since 1970). */
function registerHub(folder: string, config: HubConfig): number {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, 'hub.json');
  const known = readHubFile(file);
  if (known && known.partitionCount > config.partitionCount) {
    throw new EmulatorError({
      code: 'emulator.partition-count-shrinks',
      message: `The hub '${config.name}' has ${known.partitionCount} partitions and cannot be reduced to ${config.partitionCount}.`,
      nextStep: `Set its PartitionCount to ${known.partitionCount} or more in eventhubs/Config.json, or delete the emulator's state.`,
    });
  }
  const hub = { createdOn: known?.createdOn ?? Date.now(), partitionCount: config.partitionCount };
  if (known?.partitionCount !== hub.partitionCount) {
    writeFileAtomic(file, JSON.stringify(hub));
  }
  return hub.createdOn;
}

function readHubFile(file: string): { readonly createdOn: number; readonly partitionCount: number } | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as { createdOn: number; partitionCount: number };
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
