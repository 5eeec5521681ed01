import { randomUUID } from 'node:crypto';
import { ok, type ApiAnswer } from '../../control/exchange.ts';
import type { JsonObject } from '../../control/lossless-json.ts';
import { DatabricksError, invalid } from '../errors.ts';
import { bodyOf, optionalString, requiredString } from '../fields.ts';
import type { DatabricksRequest, DatabricksRoute } from '../route.ts';
import type { DatabricksState } from '../state.ts';
import { columnsOf } from './columns.ts';
import { describeKeys } from './constraints.ts';
import { describePolicies, maskedColumns, withPolicies } from './policies.ts';
import { listAnswer, requiredQuery } from './lists.ts';
import { requireNoOverlap, reserveLocation, storageUrl } from './locations.ts';
import { nameParts, objectName, schemaNamed, tableNamed } from './names.ts';
import type { SchemaRecord, StagingRecord, TableRecord } from './records.ts';
import { changedSecurable, describeSecurable, newSecurable } from './securable.ts';

const path = '/api/2.1/unity-catalog/tables';

export const tableRoutes: readonly DatabricksRoute[] = [
  {
    method: 'POST',
    path: '/api/2.1/unity-catalog/staging-tables',
    operation: 'unity-catalog/staging-tables/create',
    answer: stage,
  },
  { method: 'POST', path, operation: 'unity-catalog/tables/create', answer: create },
  { method: 'GET', path, operation: 'unity-catalog/tables/list', answer: list },
  { method: 'GET', path: `${path}/{full_name}`, operation: 'unity-catalog/tables/get', answer: get },
  { method: 'GET', path: `${path}/{full_name}/exists`, operation: 'unity-catalog/tables/exists', answer: exists },
  { method: 'PATCH', path: `${path}/{full_name}`, operation: 'unity-catalog/tables/update', answer: update },
  { method: 'DELETE', path: `${path}/{full_name}`, operation: 'unity-catalog/tables/delete', answer: remove },
];

/** Reserves the home of a managed table. Nothing is visible under its name before `tables` is told. */
function stage(state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  const body = bodyOf(request);
  const schema = schemaOf(state, body);
  const name = objectName(requiredString(body, 'name'));
  requireAbsent(state, schema, name);
  const staged = state.journal.together(() => {
    const location = reserveLocation(state, schema, name);
    const record: StagingRecord = { id: randomUUID(), catalog: schema.catalog, schema: schema.name, name, location };
    state.staging.set(record.id, record);
    return record;
  });
  return ok({
    id: staged.id,
    name,
    catalog_name: staged.catalog,
    schema_name: staged.schema,
    staging_location: staged.location,
  });
}

function schemaOf(state: DatabricksState, body: JsonObject): SchemaRecord {
  return schemaNamed(state, requiredString(body, 'catalog_name'), requiredString(body, 'schema_name'));
}

function requireAbsent(state: DatabricksState, schema: SchemaRecord, name: string): void {
  const fullName = `${schema.catalog}.${schema.name}.${name}`;
  if (state.tables.has(fullName)) {
    throw new DatabricksError('TABLE_ALREADY_EXISTS', `Table '${fullName}' already exists`);
  }
}

const formats: ReadonlySet<string> = new Set(['DELTA', 'PARQUET', 'CSV', 'JSON', 'AVRO', 'ORC', 'TEXT']);

function create(state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  const body = bodyOf(request);
  const schema = schemaOf(state, body);
  const base = newSecurable(body, request.user.userName);
  requireAbsent(state, schema, base.name);
  const type = requiredString(body, 'table_type');
  if (type === 'VIEW') return createView(state, { ...base, catalog: schema.catalog, schema: schema.name }, body);
  const format = requiredString(body, 'data_source_format');
  if (!formats.has(format))
    throw invalid(`Unknown data_source_format '${format}': one of ${[...formats].join(', ')} is expected.`);
  const location = storageUrl(requiredString(body, 'storage_location'));
  const columns = columnsOf(body);
  const place = { catalog: schema.catalog, schema: schema.name, format, location, columns };
  if (type === 'MANAGED') return publish(state, { ...base, ...place, type });
  if (type === 'MATERIALIZED_VIEW' || type === 'STREAMING_TABLE')
    return publish(state, { ...base, ...place, type, definition: requiredString(body, 'view_definition') });
  if (type !== 'EXTERNAL') {
    throw new DatabricksError(
      'NOT_IMPLEMENTED',
      `The table_type ${type} is not emulated: use MANAGED, EXTERNAL, VIEW, MATERIALIZED_VIEW or STREAMING_TABLE.`,
    );
  }
  requireNoOverlap(state, location);
  const table: TableRecord = { ...base, ...place, type };
  state.tables.set(keyOf(table), table);
  return ok(describeTable(table));
}

/**
 * In the real service only SQL makes views; the SQL of this emulation runs outside of it and tells it so. What it reads back is the
 * service's: `table_type` and `view_definition`.
 */
function createView(state: DatabricksState, base: Omit<TableRecord, 'type' | 'columns'>, body: JsonObject): ApiAnswer {
  const definition = requiredString(body, 'view_definition');
  const view: TableRecord = { ...base, type: 'VIEW', definition, columns: columnsOf(body) };
  state.tables.set(keyOf(view), view);
  return ok(describeTable(view));
}

/** A managed table must lie where its staging table was reserved, and takes over its id. */
function publish(state: DatabricksState, table: TableRecord): ApiAnswer {
  if (table.format !== 'DELTA') throw invalid('A managed table has the data_source_format DELTA.');
  const staged = state.staging.values().find(({ location }) => location === table.location);
  if (!staged || keyOf(staged) !== keyOf(table)) {
    throw invalid(`'${table.location}' is not the location of a staging table for '${keyOf(table)}'.`);
  }
  const published = { ...table, id: staged.id };
  state.journal.together(() => {
    state.staging.delete(staged.id);
    state.tables.set(keyOf(published), published);
  });
  return ok(describeTable(published));
}

function list(state: DatabricksState, { query }: DatabricksRequest): ApiAnswer {
  const schema = schemaNamed(state, requiredQuery(query, 'catalog_name'), requiredQuery(query, 'schema_name'));
  const inside = state.tables.values().filter((one) => one.catalog === schema.catalog && one.schema === schema.name);
  const [columns, properties] = [query.get('omit_columns') !== 'true', query.get('omit_properties') !== 'true'];
  return listAnswer('tables', inside, query, (table) => {
    const { columns: all, properties: map, ...rest } = describeTable(table);
    return { ...rest, ...(columns ? { columns: all } : {}), ...(properties && map ? { properties: map } : {}) };
  });
}

function get(state: DatabricksState, { params }: DatabricksRequest): ApiAnswer {
  return ok(describeTable(tableNamed(state, params['full_name'] ?? '')));
}

/** Of a catalog or schema that is not there it is an error, as `get` has it. */
function exists(state: DatabricksState, { params }: DatabricksRequest): ApiAnswer {
  const [catalog = '', schema = '', table = ''] = nameParts(params['full_name'] ?? '', 'table', 3);
  schemaNamed(state, catalog, schema);
  return ok({ table_exists: state.tables.has(`${catalog}.${schema}.${table}`) });
}

/** Columns and a view's query too: in the real service the runtime reports them after a commit by a way of its own; here this is that way. */
function update(state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  const old = tableNamed(state, request.params['full_name'] ?? '');
  const { new_name: newName, ...body } = bodyOf(request);
  const changed = withPolicies(state, changedSecurable(old, body, request.user.userName), body);
  const definition = old.definition === undefined ? undefined : optionalString(body, 'view_definition');
  const table = {
    ...changed,
    ...(body['columns'] === undefined ? {} : { columns: columnsOf(body) }),
    ...(definition === undefined ? {} : { definition }),
  };
  if (newName !== undefined) return rename(state, table, requiredString({ new_name: newName }, 'new_name'));
  state.tables.set(keyOf(table), table);
  return ok(describeTable(table));
}

/** As the runtime's ALTER TABLE ... RENAME TO tells the service: the table keeps its id and its place. */
function rename(state: DatabricksState, table: TableRecord, newName: string): ApiAnswer {
  const renamed = { ...table, name: objectName(newName) };
  requireAbsent(state, schemaNamed(state, table.catalog, table.schema), renamed.name);
  state.journal.together(() => {
    state.tables.delete(keyOf(table));
    state.tables.set(keyOf(renamed), renamed);
  });
  return ok(describeTable(renamed));
}

function remove(state: DatabricksState, { params }: DatabricksRequest): ApiAnswer {
  const table = tableNamed(state, optionalString(params, 'full_name') ?? '');
  state.tables.delete(keyOf(table));
  return ok({});
}

const keyOf = ({ catalog, schema, name }: Pick<TableRecord, 'catalog' | 'schema' | 'name'>): string =>
  `${catalog}.${schema}.${name}`;

function describeTable(table: TableRecord): JsonObject {
  return {
    ...describeSecurable(table),
    table_id: table.id,
    catalog_name: table.catalog,
    schema_name: table.schema,
    full_name: keyOf(table),
    table_type: table.type,
    ...(table.format === undefined ? {} : { data_source_format: table.format }),
    columns: maskedColumns(table),
    ...describePolicies(table),
    ...(table.keys && table.keys.length > 0 ? { table_constraints: describeKeys(table.keys) } : {}),
    ...(table.location === undefined ? {} : { storage_location: table.location }),
    ...(table.definition === undefined ? {} : { view_definition: table.definition }),
  };
}
