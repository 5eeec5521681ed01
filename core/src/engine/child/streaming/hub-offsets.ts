import type { EventRange, PartitionBounds } from '../../../azure/read-events.ts';
import { ExpectedError } from '../../../base/expected-error.ts';
import type { LakeRelation } from '../../../sql/contract.ts';

export type HubsRelation = Extract<LakeRelation, { kind: 'hubs' }>;

/** Kafka's offsets that are names: they stand in its JSON beside numbers. */
const latest = -1;
const earliest = -2;

/** Where a batch query reads: from the starting offsets to the ending ones. @throws ExpectedError `engine.kafka-offsets` */
export function batchRanges(
  relation: HubsRelation,
  hub: string,
  bounds: readonly PartitionBounds[],
): readonly EventRange[] {
  const { startingOffsets, endingOffsets } = relation.source;
  const start = offsetsOf(relation, hub, 'startingOffsets', startingOffsets, bounds);
  const end = offsetsOf(relation, hub, 'endingOffsets', endingOffsets, bounds);
  return bounds.map((held) => {
    const [from, to] = [start(held), end(held)];
    if (from < held.begin || from > held.end)
      return { ...partitionOf(held), from: lost(relation, hub, from, held), to };
    return { ...partitionOf(held), from, to: Math.max(from, Math.min(to, held.end)) };
  });
}

/**
 * Where the next refresh of a stream reads: what has come since `next`; a partition that it does not name is read from its beginning,
 * as Spark reads one that was added later. Without `next` the stream begins, at its starting offsets.
 * @throws ExpectedError `engine.kafka-offsets`, `engine.stream-source-changed`
 */
export function streamRanges(
  relation: HubsRelation,
  hub: string,
  bounds: readonly PartitionBounds[],
  next: ReadonlyMap<string, number> | undefined,
): readonly EventRange[] {
  const start = next ? undefined : offsetsOf(relation, hub, 'startingOffsets', relation.source.startingOffsets, bounds);
  return bounds.map((held) => {
    const from = start ? start(held) : (next?.get(held.partition) ?? held.begin);
    const inside = from >= held.begin && from <= held.end;
    return { ...partitionOf(held), from: inside ? from : lost(relation, hub, from, held), to: held.end };
  });
}

function partitionOf({ partition }: PartitionBounds): { readonly partition: string } {
  return { partition };
}

function offsetsOf(
  relation: HubsRelation,
  hub: string,
  option: string,
  text: string,
  bounds: readonly PartitionBounds[],
): (held: PartitionBounds) => number {
  const named = { earliest, latest }[text.toLowerCase()];
  const offsets = named === undefined ? parsed(relation, hub, option, text, bounds) : undefined;
  return (held) => {
    const offset = named ?? offsets?.get(held.partition) ?? latest;
    return offset === latest ? held.end : offset === earliest ? held.begin : offset;
  };
}

/** `{"hub":{"0":23,"1":-2}}`, in which every partition has to stand, as Spark asks. */
function parsed(
  relation: HubsRelation,
  hub: string,
  option: string,
  text: string,
  bounds: readonly PartitionBounds[],
): ReadonlyMap<string, number> {
  const offsets = new Map(Object.entries(jsonOffsets(text)?.[hub] ?? {}));
  const missing = bounds.filter(({ partition }) => !Number.isSafeInteger(offsets.get(partition)));
  if (missing.length === 0) return offsets;
  throw new ExpectedError({
    code: 'engine.kafka-offsets',
    message: `${option} names no offset of ${hub} for partition ${missing.map(({ partition }) => partition).join(', ')}.`,
    nextStep: `Write 'earliest', 'latest', or an offset for each partition: {"${hub}":{"0":-2, ...}} (-2 is earliest, -1 latest).`,
    range: relation.range,
  });
}

function jsonOffsets(text: string): Readonly<Record<string, Readonly<Record<string, number>>>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, Record<string, number>>) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Events that are wanted and no longer there: said, unless the statement lets them go. */
function lost(relation: HubsRelation, hub: string, from: number, { partition, begin, end }: PartitionBounds): number {
  if (!relation.source.failOnDataLoss) return begin;
  throw new ExpectedError({
    code: 'engine.stream-source-changed',
    message: `Partition ${partition} of event hub ${hub} holds the offsets ${begin} to ${end - 1}, and ${from} is to be read: events are lost.`,
    nextStep: 'Keep events longer; drop the streaming table to begin anew, or write failOnDataLoss => false.',
    range: relation.range,
  });
}
