import { mapConcurrently } from '../base/concurrency.ts';
import { durationOf } from './durations.ts';
import { listLog } from './log.ts';
import type { TableStore } from './store.ts';

const DAY = 24 * 3_600_000;

/**
 * Removes commits and checkpoints older than `delta.logRetentionDuration` that no version within it needs: what comes before the
 * newest checkpoint that is itself so old. As Delta, whole days count, and `delta.enableExpiredLogCleanup = false` keeps everything.
 */
export async function cleanUpLog(
  store: TableStore,
  configuration: Readonly<Record<string, string>>,
  now: number,
  signal?: AbortSignal,
): Promise<void> {
  if (configuration['delta.enableExpiredLogCleanup'] === 'false') return;
  const cutoff = Math.floor((now - durationOf(configuration, 'delta.logRetentionDuration')) / DAY) * DAY;
  const { commits, checkpoints, compacted } = await listLog(store, signal);
  const isOld = ({ modifiedAt }: { readonly modifiedAt: Date }): boolean => modifiedAt.getTime() < cutoff;
  const anchor = checkpoints.findLast(({ files }) => files.every(isOld));
  if (!anchor) return;
  const doomed = [
    ...commits.filter(({ version }) => version < anchor.version).map(({ file }) => file),
    ...compacted.filter(({ last }) => last < anchor.version).map(({ file }) => file),
    // Sidecars of older v2 checkpoints may be those of newer ones as well: they stay.
    ...checkpoints.filter(({ version }) => version < anchor.version).flatMap(({ files }) => files),
  ];
  await mapConcurrently(doomed.filter(isOld), 16, ({ path }) => store.remove(path));
}
