import type { OperationCounter } from '../../../kit/operation-counter.ts';
import type { EmulatorLogger } from '../../../kit/service.ts';
import type { EventHub, EventHubsNamespace, Partition } from '../namespace.ts';
import type { BlobWriter } from './blob-writer.ts';
import { PartitionCapture, positionFile, type CapturedFile } from './partition-capture.ts';
import { PositionFile } from './position.ts';
import type { CaptureSettings } from './settings.ts';

export interface CaptureOptions {
  readonly namespace: EventHubsNamespace;
  readonly settings: readonly CaptureSettings[];
  readonly blobs: BlobWriter;
  readonly operations: OperationCounter;
  readonly logger: EmulatorLogger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What a flush has stored. */
export interface CaptureReport {
  readonly hubs: readonly {
    readonly name: string;
    readonly partitions: readonly {
      readonly id: string;
      readonly events: number;
      readonly files: readonly CapturedFile[];
    }[];
  }[];
}

/** Milliseconds until a window that could not be stored is tried again. */
const retryAfter = 10_000;

interface CapturedPartition {
  readonly hub: string;
  readonly capture: PartitionCapture;
  retryAt: number;
}

/** Event Hubs Capture for all hubs that have it. */
export class Capture implements AsyncDisposable {
  readonly #options: CaptureOptions;
  readonly #partitions: readonly CapturedPartition[];
  #background: Promise<void> | undefined;

  constructor(options: CaptureOptions) {
    this.#options = options;
    this.#partitions = options.namespace.hubs.flatMap((hub) => this.#openHub(hub));
  }

  /** Offset from which on Capture still needs a partition's events; infinite where it is not captured. */
  keepFrom(hub: string, partition: Partition): number {
    const found = this.#partitions.find((p) => p.hub === hub && p.capture.partitionId === partition.id);
    return found?.capture.keepFrom ?? Number.POSITIVE_INFINITY;
  }

  /** Closes the windows whose time or size is reached, in the background and one after the other. */
  tick(): void {
    const now = this.#options.now();
    const due = this.#partitions.filter((partition) => partition.retryAt <= now && partition.capture.due());
    if (this.#background || due.length === 0) return;
    this.#background = this.#closeInBackground(due).finally(() => {
      this.#background = undefined;
    });
  }

  async #closeInBackground(partitions: readonly CapturedPartition[]): Promise<void> {
    for (const partition of partitions) {
      const due = partition.capture.due();
      try {
        if (due) await this.#close(partition, due);
      } catch (error) {
        partition.retryAt = this.#options.now() + retryAfter;
        const reason = error instanceof Error ? error.message : String(error);
        this.#options.logger.warn(`capture of ${partition.hub}/${partition.capture.partitionId}: ${reason}`);
      }
    }
  }

  /**
   * Closes all open windows now. Every partition is tried.
   * @throws the first partition's error, when some could not be stored
   */
  async flush(): Promise<CaptureReport> {
    const results: { readonly hub: string; readonly id: string; readonly files: readonly CapturedFile[] }[] = [];
    const errors: unknown[] = [];
    // One after the other: the work is bound by the processor, and each holds a buffer.
    for (const partition of this.#partitions) {
      try {
        const files = await this.#close(partition, 'all');
        results.push({ hub: partition.hub, id: partition.capture.partitionId, files });
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
    return {
      hubs: [...Map.groupBy(results, ({ hub }) => hub)].map(([name, parts]) => ({
        name,
        partitions: parts.map(report),
      })),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#background;
    for (const { capture } of this.#partitions) await capture.settled();
  }

  async #close({ capture }: CapturedPartition, what: 'all' | 'full'): Promise<readonly CapturedFile[]> {
    const files = await capture.close(what);
    this.#options.operations.add('capture.file', files.length);
    this.#options.operations.add('capture.event', sumOfEvents(files));
    return files;
  }

  #openHub(hub: EventHub): CapturedPartition[] {
    const { settings: all, namespace, blobs, now } = this.#options;
    const settings = all.find((candidate) => candidate.hub === hub.name);
    if (!settings) {
      for (const partition of hub.partitions) PositionFile.remove(positionFile(hub, partition));
      return [];
    }
    return hub.partitions.map((partition) => ({
      hub: hub.name,
      capture: new PartitionCapture({ namespace: namespace.name, hub, partition, settings, blobs, now }),
      retryAt: 0,
    }));
  }
}

function report({ id, files }: { readonly id: string; readonly files: readonly CapturedFile[] }) {
  return { id, events: sumOfEvents(files), files };
}

function sumOfEvents(files: readonly CapturedFile[]): number {
  return files.reduce((sum, file) => sum + file.events, 0);
}
