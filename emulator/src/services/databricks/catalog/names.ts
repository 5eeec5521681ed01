import { DatabricksError, invalid } from '../errors.ts';
import type { DatabricksState } from '../state.ts';
import type { CatalogRecord, SchemaRecord, TableRecord, VolumeRecord } from './records.ts';

/** A name in its stored form. What a name may hold: SQL reference, "Names", of Unity Catalog. */
export function objectName(name: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what the service refuses
  if (name.length <= 255 && !/[. /\u0000-\u001f\u007f]/.test(name)) return name.toLowerCase();
  throw invalid(`Invalid name '${name}': at most 255 characters, without period, space, slash and control characters.`);
}

/** The parts of a full name such as `shopcom-dev.bronze.orders`, in stored form. */
export function nameParts(fullName: string, what: string, count: number): readonly string[] {
  const parts = fullName.split('.');
  if (parts.length !== count || parts.includes('')) {
    throw invalid(`'${fullName}' is not a valid name for a ${what}: ${count} parts are expected.`);
  }
  return parts.map(objectName);
}

export function catalogNamed(state: DatabricksState, name: string): CatalogRecord {
  const found = state.catalogs.get(name.toLowerCase());
  if (!found) throw new DatabricksError('CATALOG_DOES_NOT_EXIST', `Catalog '${name}' does not exist.`);
  return found;
}

export function schemaNamed(state: DatabricksState, catalog: string, schema: string): SchemaRecord {
  catalogNamed(state, catalog);
  const fullName = `${catalog}.${schema}`;
  const found = state.schemas.get(fullName.toLowerCase());
  if (!found) throw new DatabricksError('SCHEMA_DOES_NOT_EXIST', `Schema '${fullName}' does not exist.`);
  return found;
}

export function tableNamed(state: DatabricksState, fullName: string): TableRecord {
  const [catalog = '', schema = '', table = ''] = nameParts(fullName, 'table', 3);
  schemaNamed(state, catalog, schema);
  const found = state.tables.get(`${catalog}.${schema}.${table}`);
  if (!found) throw new DatabricksError('TABLE_DOES_NOT_EXIST', `Table '${fullName}' does not exist.`);
  return found;
}

export function volumeNamed(state: DatabricksState, fullName: string): VolumeRecord {
  const [catalog = '', schema = '', volume = ''] = nameParts(fullName, 'volume', 3);
  schemaNamed(state, catalog, schema);
  const found = state.volumes.get(`${catalog}.${schema}.${volume}`);
  if (!found) throw new DatabricksError('VOLUME_DOES_NOT_EXIST', `Volume '${fullName}' does not exist.`);
  return found;
}
