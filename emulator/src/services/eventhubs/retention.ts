import type { EventHubsNamespace, Partition } from './namespace.ts';

const hour = 60 * 60 * 1000;

/**
 * Deletes the segments whose events are all older than the retention time.
 * @param keepFrom the offset from which on a partition's events are still needed, whatever their age
 * @returns the number of deleted segments
 */
export function applyRetention(
  namespace: EventHubsNamespace,
  options: {
    readonly hours: number;
    readonly now: number;
    readonly keepFrom: (hub: string, partition: Partition) => number;
  },
): number {
  let deleted = 0;
  for (const hub of namespace.hubs) {
    for (const partition of hub.partitions) {
      const keepFrom = options.keepFrom(hub.name, partition);
      deleted += partition.log.applyRetention(options.now - options.hours * hour, keepFrom);
    }
  }
  return deleted;
}
