import type { BlobDocument } from '../documents.ts';
import { DfsError, errors } from './errors.ts';
import type { DfsRequest } from './request.ts';

interface Validated {
  readonly properties: { readonly etag: string; readonly lastModified: Date };
}

/**
 * Checks `if-match`, `if-none-match`, `if-modified-since` and `if-unmodified-since` against what is there.
 * @param prefix `x-ms-source-` for the conditions on the source of a rename.
 * @throws DfsError `ConditionNotMet` (412), or `PathAlreadyExists` (409) for `if-none-match: *`.
 */
export function checkConditions(request: DfsRequest, present: Validated | undefined, prefix = ''): void {
  const header = (name: string) => request.header(`${prefix}${name}`);
  const match = header('if-match');
  if (match !== undefined && !etagMatches(match, present)) throw errors.conditionNotMet();
  const noneMatch = header('if-none-match');
  if (noneMatch === '*' && present) throw errors.pathExists();
  if (noneMatch !== undefined && etagMatches(noneMatch, present)) throw errors.conditionNotMet();
  if (!present) return;
  // HTTP dates have whole seconds.
  const modified = Math.floor(present.properties.lastModified.getTime() / 1000) * 1000;
  const since = dateHeader(header('if-modified-since'), 'if-modified-since');
  if (noneMatch === undefined && since !== undefined && modified <= since) throw errors.conditionNotMet();
  const unmodifiedSince = dateHeader(header('if-unmodified-since'), 'if-unmodified-since');
  if (match === undefined && unmodifiedSince !== undefined && modified > unmodifiedSince)
    throw errors.conditionNotMet();
}

function etagMatches(expected: string, present: Validated | undefined): boolean {
  if (!present) return false;
  const bare = (etag: string) => etag.replaceAll('"', '');
  return expected === '*' || bare(expected) === bare(present.properties.etag);
}

function dateHeader(value: string | undefined, name: string): number | undefined {
  if (value === undefined) return undefined;
  const time = Date.parse(value);
  if (Number.isNaN(time)) throw errors.invalidHeader(name);
  return time;
}

/**
 * A leased path is changed with its lease only.
 * @throws DfsError `LeaseIdMissing`, `LeaseIdMismatchWithBlobOperation` or `LeaseLost` (412).
 */
export function checkLease(leaseId: string | undefined, document: BlobDocument | undefined): void {
  if (!document || !isLeased(document)) {
    if (leaseId !== undefined && leaseId !== '')
      throw new DfsError(412, 'LeaseLost', 'A lease ID was specified, but the lease for the resource has expired.');
    return;
  }
  if (leaseId === undefined || leaseId === '') {
    throw new DfsError(
      412,
      'LeaseIdMissing',
      'There is currently a lease on the resource and no lease ID was specified in the request.',
    );
  }
  if (leaseId.toLowerCase() !== document.leaseId?.toLowerCase()) {
    throw new DfsError(
      412,
      'LeaseIdMismatchWithBlobOperation',
      'The lease ID specified did not match the lease ID for the resource.',
    );
  }
}

function isLeased({ properties, leaseExpireTime, leaseBreakTime }: BlobDocument): boolean {
  if (properties.leaseState === 'leased')
    return leaseExpireTime === undefined || leaseExpireTime.getTime() > Date.now();
  return properties.leaseState === 'breaking' && leaseBreakTime !== undefined && leaseBreakTime.getTime() > Date.now();
}
