import { ExpectedError } from '../base/expected-error.ts';
import type { Securable } from './grants.ts';
import { formatTableName, type TableName } from './names.ts';
import { suggestName } from './nearest-name.ts';
import { isSampleCatalog, makeSampleTable } from './sample-catalog.ts';
import { serviceErrorCode, type UnityCatalog } from './unity-catalog.ts';

/** What was asked for: a schema, a table in one, or a volume in one. */
export interface ScopedName {
  readonly catalog: string;
  readonly schema: string;
  readonly table?: string;
  readonly volume?: string;
}

export function scopeOf({ fullName, type }: Securable): ScopedName {
  const [catalog = '', schema = 'default', name] = fullName.split('.');
  return { catalog, schema, ...(name === undefined ? {} : { [type === 'VOLUME' ? 'volume' : 'table']: name }) };
}

const ALREADY_EXISTS = /^(TABLE|SCHEMA|RESOURCE)_ALREADY_EXISTS$|^ALREADY_EXISTS$/;
const DOES_NOT_EXIST = /_DOES_NOT_EXIST$|^(TABLE_OR_VIEW|SCHEMA|CATALOG|VOLUME)_NOT_FOUND$|^NOT_FOUND$/;

/** The service's "does not exist" and "exists already" as ours, with the nearest existing name; any other error as it is. */
export async function catalogError(catalog: UnityCatalog, name: ScopedName, error: unknown): Promise<unknown> {
  const code = serviceErrorCode(error) ?? '';
  if (ALREADY_EXISTS.test(code)) return alreadyExists(name, error);
  if (!DOES_NOT_EXIST.test(code)) return error;
  if (isSampleCatalog(name.catalog)) return sampleNotFound(name, error);
  const catalogs = await catalog.names('catalogs', {});
  if (!has(catalogs, name.catalog)) return notFound('catalog', name.catalog, name.catalog, catalogs, error);
  const schemas = await catalog.names('schemas', { catalog_name: name.catalog });
  const schemaName = `${name.catalog}.${name.schema}`;
  if (!has(schemas, name.schema)) return notFound('schema', name.schema, schemaName, schemas, error);
  const kind = name.volume === undefined ? 'table' : 'volume';
  const wanted = name.volume ?? name.table ?? '';
  const inside = await catalog.names(`${kind}s`, { catalog_name: name.catalog, schema_name: name.schema });
  return notFound(kind, wanted, `${schemaName}.${wanted}`, inside, error);
}

function has(names: readonly string[], wanted: string): boolean {
  return names.some((name) => name.toLowerCase() === wanted.toLowerCase());
}

function notFound(
  kind: 'catalog' | 'schema' | 'table' | 'volume',
  wanted: string,
  fullName: string,
  existing: readonly string[],
  cause: unknown,
): ExpectedError {
  return new ExpectedError({
    code: `catalog.${kind}-not-found`,
    message: `There is no ${kind} ${fullName}.`,
    nextStep: suggestName(wanted, existing, `${kind}s`),
    cause,
  });
}

function sampleNotFound({ schema, table = '<table>' }: ScopedName, cause: unknown): ExpectedError {
  return new ExpectedError({
    code: 'catalog.table-not-found',
    message: `There is no table samples.${schema}.${table} here: it is sample data that Databricks keeps in its workspaces.`,
    nextStep: makeSampleTable(schema, table),
    cause,
  });
}

export function schemaNotEmpty(name: string, cause: unknown): ExpectedError {
  return new ExpectedError({
    code: 'catalog.schema-not-empty',
    message: `The schema ${name} is not empty.`,
    nextStep: 'Drop what is in it first, or write CASCADE.',
    cause,
  });
}

function alreadyExists({ catalog, schema, table }: ScopedName, cause: unknown): ExpectedError {
  const kind = table === undefined ? 'schema' : 'table';
  const name = table === undefined ? `${catalog}.${schema}` : formatTableName({ catalog, schema, table });
  return new ExpectedError({
    code: `catalog.${kind}-already-exists`,
    message: `The ${kind} ${name} exists already.`,
    nextStep: `Use another name, or CREATE ${kind === 'table' ? 'OR REPLACE TABLE' : 'SCHEMA IF NOT EXISTS'}.`,
    cause,
  });
}

export function notATable(name: TableName): ExpectedError {
  return new ExpectedError({
    code: 'catalog.not-a-table',
    message: `${formatTableName(name)} is no table with files in the lake (a view or a foreign table).`,
    nextStep: 'Read the tables behind it.',
  });
}
