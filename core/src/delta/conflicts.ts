import { ExpectedError } from '../base/expected-error.ts';
import type { Action, AddFile, PartitionValues } from './actions.ts';

/** What a commit relies on, so that it can be told whether another one that came first disturbs it. */
export interface CommitScope {
  /**
   * Which rows the commit has looked for: files that come among them are rows that it should have seen. `none`: a blind append;
   * `all`: anywhere in the table; else where the test says so of a file. A commit that changes no row sees a snapshot, and looks for none.
   */
  readonly reads: 'none' | 'all' | ((file: Pick<AddFile, 'partitionValues'>) => boolean);
  /** The files, as the log names them, that must still be there: those whose rows were read, and those that go. */
  readonly files: ReadonlySet<string>;
  readonly removes: ReadonlySet<string>;
  /** True where the commit replaces schema or properties. */
  readonly changesMetadata: boolean;
  readonly changesProtocol: boolean;
  readonly applicationId: string | undefined;
  /** Domains of metadata that the commit writes. */
  readonly domains: readonly string[];
  /** True where the commit names its own version and can follow no other. */
  readonly exactVersion: boolean;
  /** `delta.isolationLevel`: under WriteSerializable, Databricks' default, a blind append never disturbs another write. */
  readonly serializable: boolean;
}

/** What Delta calls a conflict, and what happened. */
export interface Conflict {
  readonly condition: string;
  readonly reason: string;
}

/** Why a commit that won the race excludes ours, or undefined where ours can follow it: the checks of Delta's ConflictChecker, in its order. */
export function conflictWith(scope: CommitScope, winner: readonly Action[]): Conflict | undefined {
  if (winner.some(({ protocol }) => protocol))
    return { condition: 'DELTA_PROTOCOL_CHANGED', reason: "the table's protocol was changed" };
  if (winner.some(({ metaData }) => metaData))
    return { condition: 'DELTA_METADATA_CHANGED', reason: "the table's schema or properties were changed" };
  if (scope.changesProtocol || scope.exactVersion)
    return { condition: 'DELTA_PROTOCOL_CHANGED', reason: 'this write changes the protocol, under which it was made' };
  return addedConflict(scope, winner) ?? removedConflict(scope, winner) ?? namedConflict(scope, winner);
}

function addedConflict(scope: CommitScope, winner: readonly Action[]): Conflict | undefined {
  const blind = winner.some(({ commitInfo }) => commitInfo?.isBlindAppend === true);
  // A change of the schema is made over the whole table, whatever the level (ConflictChecker's `metadataChanged`).
  if (blind && !scope.serializable && !scope.changesMetadata) return undefined;
  if (!winner.some(({ add }) => add && isRead(scope, add))) return undefined;
  return { condition: 'DELTA_CONCURRENT_APPEND', reason: 'rows were added where this write read or replaced' };
}

function removedConflict({ files, removes }: CommitScope, winner: readonly Action[]): Conflict | undefined {
  const gone = winner.flatMap(({ remove }) => (remove ? [remove.path] : []));
  if (gone.some((path) => removes.has(path)))
    return { condition: 'DELTA_CONCURRENT_DELETE_DELETE', reason: 'it removed a file that this write removes too' };
  if (gone.some((path) => files.has(path)))
    return { condition: 'DELTA_CONCURRENT_DELETE_READ', reason: 'it removed a file whose rows this write has read' };
  return undefined;
}

function namedConflict(scope: CommitScope, winner: readonly Action[]): Conflict | undefined {
  const application = winner.find(({ txn }) => txn && txn.appId === scope.applicationId)?.txn;
  if (application)
    return { condition: 'DELTA_CONCURRENT_TRANSACTION', reason: `application ${application.appId} has committed` };
  const domain = winner.find(({ domainMetadata }) => domainMetadata && scope.domains.includes(domainMetadata.domain));
  if (!domain) return undefined;
  const reason = `it changed the metadata of ${domain.domainMetadata?.domain ?? ''}`;
  return { condition: 'DELTA_CONCURRENT_WRITE', reason };
}

function isRead({ reads }: CommitScope, file: AddFile): boolean {
  return typeof reads === 'function' ? reads(file) : reads === 'all';
}

/** True where the file has all the values that the partition names; the empty string and null are the same. */
export function isInPartition(values: PartitionValues, partition: PartitionValues): boolean {
  return Object.entries(partition).every(([column, value]) => (values[column] ?? '') === (value ?? ''));
}

export function concurrentWrite(location: string, version: number, { condition, reason }: Conflict): ExpectedError {
  return new ExpectedError({
    code: 'delta.concurrent-write',
    message: `Another writer committed version ${version} of ${location} first: ${reason} (${condition}).`,
    nextStep: 'Run the statement again: it then sees the new version.',
  });
}
