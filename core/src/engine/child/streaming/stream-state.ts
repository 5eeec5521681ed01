import type { EventRange } from '../../../azure/read-events.ts';
import { mapConcurrently } from '../../../base/concurrency.ts';
import { ExpectedError } from '../../../base/expected-error.ts';
import type { Snapshot } from '../../../delta/actions.ts';
import type { TableStore } from '../../../delta/store.ts';

/** What one refresh of a streaming table takes from one source. */
export type SourceBatch =
  /** Files that Auto Loader has not seen: each is read once, known by its path. */
  | { readonly kind: 'files'; readonly source: string; readonly files: readonly string[] }
  /** Events of an event hub, by partition and offset; a range that is empty says where the stream stands. */
  | { readonly kind: 'hub'; readonly source: string; readonly ranges: readonly EventRange[] }
  /** A Delta table's versions up to and with `to`. */
  | { readonly kind: 'table'; readonly source: string; readonly to: number };

/**
 * What a refresh has noted. `reset` says that all before it counts for nothing, as a full refresh wants it; `void` that an earlier number
 * was noted and never committed: what it names was not taken.
 */
export type Note = SourceBatch | { readonly kind: 'reset' } | { readonly kind: 'void'; readonly number: number };

/** What the refreshes so far have taken, and the next one's number. */
export interface StreamState {
  readonly next: number;
  /** Paths of files that were read, by source. */
  readonly seen: ReadonlyMap<string, ReadonlySet<string>>;
  /** The last version that was read, by source. */
  readonly versions: ReadonlyMap<string, number>;
  /** The next offset of each partition, by source. */
  readonly offsets: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

/** Whose state it is. */
export interface StreamKeeper {
  /** The writer's name in the table's `txn` actions: with it a batch is committed once. */
  readonly application: string;
  /** Beside the data and out of its way: names that begin with `_` belong to no version of the table. */
  readonly folder: string;
}

/** A streaming table's refreshes. */
export const refreshes: StreamKeeper = { application: 'medallion-stream', folder: '_stream' };
/** What COPY INTO has copied into a table. */
export const copies: StreamKeeper = { application: 'medallion-copy-into', folder: '_copy_into' };

function batchPath({ folder }: StreamKeeper, batch: number): string {
  return `${folder}/${String(batch).padStart(20, '0')}.json`;
}

export const emptyState: StreamState = { next: 0, seen: new Map(), versions: new Map(), offsets: new Map() };

/** Adds up the batches that the table's log has committed. Rejects with `engine.stream-state-damaged`. */
export async function readStreamState(
  store: TableStore,
  keeper: StreamKeeper,
  snapshot: Snapshot,
  signal?: AbortSignal,
): Promise<StreamState> {
  const committed = snapshot.transactions.get(keeper.application) ?? -1;
  const numbers = Array.from({ length: committed + 1 }, (_, index) => index);
  const batches = await mapConcurrently(numbers, 16, (number) => readBatch(store, keeper, number, signal));
  const seen = new Map<string, Set<string>>();
  const versions = new Map<string, number>();
  const offsets = new Map<string, ReadonlyMap<string, number>>();
  for (const batch of withoutVoid(batches).flat()) {
    switch (batch.kind) {
      case 'reset':
        for (const taken of [seen, versions, offsets]) taken.clear();
        break;
      case 'void':
        break;
      case 'table':
        versions.set(batch.source, batch.to);
        break;
      case 'files':
        seen.set(batch.source, new Set([...(seen.get(batch.source) ?? []), ...batch.files]));
        break;
      case 'hub': {
        const ends = batch.ranges.map(({ partition, to }) => [partition, to] as const);
        offsets.set(batch.source, new Map([...(offsets.get(batch.source) ?? []), ...ends]));
        break;
      }
    }
  }
  return { next: committed + 1, seen, versions, offsets };
}

/**
 * Notes what a batch takes before it is taken, as Structured Streaming's offset log does. Where a refresh that never committed, or
 * one that runs beside this one, has noted the batch already, its note stands: the same batch is then taken, and one commit of it wins.
 */
export async function noteBatch(
  store: TableStore,
  keeper: StreamKeeper,
  number: number,
  planned: readonly Note[],
  signal?: AbortSignal,
): Promise<readonly Note[]> {
  const bytes = new TextEncoder().encode(JSON.stringify(planned));
  if (await store.putIfAbsent(batchPath(keeper, number), bytes, signal)) return planned;
  return await readBatch(store, keeper, number, signal);
}

/** What of a note is read, and whether it begins anew. */
export function readNote(notes: readonly Note[]): { readonly batch: readonly SourceBatch[]; readonly resets: boolean } {
  const batch = notes.filter((one) => one.kind !== 'reset' && one.kind !== 'void');
  return { batch, resets: notes.some(({ kind }) => kind === 'reset') };
}

/** Notes that a table begins anew with this batch, under the first number from `from` that is free, or holds such a note already. */
export async function noteReset(
  store: TableStore,
  keeper: StreamKeeper,
  from: number,
  planned: readonly SourceBatch[],
  signal?: AbortSignal,
): Promise<{ readonly number: number; readonly batch: readonly SourceBatch[] }> {
  for (let number = from; ; number++) {
    // A refresh that never committed may have noted other things here: they are passed over with all before.
    const { batch, resets } = readNote(await noteBatch(store, keeper, number, [{ kind: 'reset' }, ...planned], signal));
    if (resets) return { number, batch };
  }
}

/**
 * As `noteBatch` for work that need not be the same when it is tried again, such as another COPY INTO: what was noted there and never
 * committed is declared void, and the batch gets the next number.
 */
export async function noteOwnBatch(
  store: TableStore,
  keeper: StreamKeeper,
  first: number,
  planned: readonly SourceBatch[],
  signal?: AbortSignal,
): Promise<{ readonly number: number; readonly batch: readonly SourceBatch[] }> {
  for (let number = first; ; number++) {
    const earlier = Array.from({ length: number - first }, (_, at) => first + at);
    const voids = earlier.map((one): Note => ({ kind: 'void', number: one }));
    const own: readonly Note[] = [...planned, ...voids];
    const noted = await noteBatch(store, keeper, number, own, signal);
    if (JSON.stringify(noted) === JSON.stringify(own)) return { number, batch: planned };
  }
}

/** @param batches by their numbers. A later batch voids earlier ones, so they are looked at from the end. */
function withoutVoid(batches: readonly (readonly Note[])[]): readonly (readonly Note[])[] {
  const voided = new Set<number>();
  return batches
    .map((batch, number) => ({ batch, number }))
    .toReversed()
    .filter(({ batch, number }) => {
      if (voided.has(number)) return false;
      for (const one of batch) if (one.kind === 'void') voided.add(one.number);
      return true;
    })
    .toReversed()
    .map(({ batch }) => batch);
}

async function readBatch(
  store: TableStore,
  keeper: StreamKeeper,
  number: number,
  signal?: AbortSignal,
): Promise<readonly Note[]> {
  const path = batchPath(keeper, number);
  try {
    return JSON.parse(new TextDecoder().decode(await store.read(path, signal))) as readonly Note[];
  } catch (cause) {
    if (cause instanceof ExpectedError && !cause.code.endsWith('.not-found')) throw cause;
    throw new ExpectedError({
      code: 'engine.stream-state-damaged',
      message: `${store.location}/${path}, which says what the streaming table has read, cannot be read.`,
      nextStep: 'Drop the streaming table and run its statement again: it then reads everything anew.',
      cause,
    });
  }
}
