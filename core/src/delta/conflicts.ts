import { ExpectedError } from '../base/expected-error.ts';
import type { Action, AddFile, PartitionValues, RemoveFile } from './actions.ts';

/** What a commit relies on, so that it can be told whether another one that came first disturbs it. */
export interface CommitScope {
  /**
   * Files of these partitions were read or removed; `none`: a blind append; `all`: the whole table; `files`: only that these very files
   * (as the log names them) are still there counts.
   */
  readonly touches: 'none' | 'all' | readonly PartitionValues[] | { readonly files: readonly string[] };
  /** True where the commit replaces schema or properties: every commit that came first then disturbs it. */
  readonly changesMetadata: boolean;
  readonly applicationId: string | undefined;
}

/**
 * Why a commit that won the race excludes ours, or undefined where ours can follow it (Delta's optimistic concurrency, isolation
 * level Serializable).
 */
export function conflictWith(scope: CommitScope, winner: readonly Action[]): string | undefined {
  if (scope.changesMetadata) return 'the table was changed';
  for (const { protocol, metaData, add, remove, txn } of winner) {
    if (protocol) return "the table's protocol was changed";
    if (metaData) return "the table's schema or properties were changed";
    if (txn && txn.appId === scope.applicationId) return `application ${txn.appId} has committed meanwhile`;
    if (add && !holdsFiles(scope) && isTouched(scope, add)) return 'rows were added where this write read or replaced';
    if (remove && isTouched(scope, remove)) return 'rows were removed where this write read or replaced';
  }
  return undefined;
}

function holdsFiles({ touches }: CommitScope): boolean {
  return typeof touches === 'object' && 'files' in touches;
}

function isTouched({ touches }: CommitScope, file: AddFile | RemoveFile): boolean {
  if (touches === 'none') return false;
  if (touches === 'all') return true;
  if ('files' in touches) return touches.files.includes(file.path);
  // A remove need not say its partition: then it may be any.
  const { partitionValues } = file;
  return !partitionValues || touches.some((partition) => isInPartition(partitionValues, partition));
}

/** True where the file has all the values that the partition names; the empty string and null are the same. */
export function isInPartition(values: PartitionValues, partition: PartitionValues): boolean {
  return Object.entries(partition).every(([column, value]) => (values[column] ?? '') === (value ?? ''));
}

export function concurrentWrite(location: string, version: number, reason: string): ExpectedError {
  return new ExpectedError({
    code: 'delta.concurrent-write',
    message: `Another writer committed version ${version} of ${location} first: ${reason}.`,
    nextStep: 'Run the statement again: it then sees the new version.',
  });
}
