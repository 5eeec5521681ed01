import { DatabricksError, invalid } from '../errors.ts';
import type { DatabricksState } from '../state.ts';
import { catalogNamed } from './names.ts';
import type { SchemaRecord } from './records.ts';

const abfss = /^abfss:\/\/[a-z0-9$](?:[a-z0-9-]{1,61}[a-z0-9])?@[a-z0-9]{3,24}\.dfs\.core\.windows\.net(?:\/.*)?$/;

/** A storage URL in its stored form, without a trailing slash. */
export function storageUrl(url: string): string {
  if (!abfss.test(url)) {
    throw invalid(
      `'${url}' is no valid storage location: abfss://<container>@<account>.dfs.core.windows.net/<path> is expected.`,
    );
  }
  return url.replace(/\/+$/, '');
}

/**
 * Where a schema's managed tables and volumes lie. The real service has `__unitystorage/...` with random names there; ours can be
 * read by people. A client must not guess either: it asks for the location.
 */
export function managedFolder(state: DatabricksState, schema: SchemaRecord): string {
  const root = schema.storageRoot ?? catalogNamed(state, schema.catalog).storageRoot;
  return `${storageUrl(root)}/${schema.catalog}.${schema.name}`;
}

/** A place that was never given out before: a dropped table, or a staging that was given up, may have left its files. */
export function reserveLocation(state: DatabricksState, schema: SchemaRecord, name: string): string {
  const plain = `${managedFolder(state, schema)}/${name}`;
  let location = plain;
  for (let number = 2; state.locations.has(location); number += 1) location = `${plain}-${number}`;
  state.locations.set(location, true);
  return location;
}

/** @throws DatabricksError `LOCATION_OVERLAP` where one of two places would hold the other. */
export function requireNoOverlap(state: DatabricksState, location: string): void {
  const taken = [...state.tables.values(), ...state.volumes.values(), ...state.staging.values()];
  const other = taken.find(
    (one) => one.location !== undefined && (isWithin(one.location, location) || isWithin(location, one.location)),
  );
  if (!other) return;
  throw new DatabricksError(
    'LOCATION_OVERLAP',
    `Input path url '${location}' overlaps with the location '${other.location ?? ''}' of '${other.catalog}.${other.schema}.${other.name}'.`,
  );
}

const isWithin = (inner: string, outer: string): boolean => inner === outer || inner.startsWith(`${outer}/`);
