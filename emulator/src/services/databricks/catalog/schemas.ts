import { ok, type ApiAnswer } from '../../control/exchange.ts';
import type { JsonObject } from '../../control/lossless-json.ts';
import { DatabricksError } from '../errors.ts';
import { bodyOf, optionalString, requiredString } from '../fields.ts';
import type { DatabricksRequest, DatabricksRoute } from '../route.ts';
import type { DatabricksState } from '../state.ts';
import { listAnswer, requiredQuery } from './lists.ts';
import { managedFolder, storageUrl } from './locations.ts';
import { catalogNamed, nameParts, schemaNamed } from './names.ts';
import type { SchemaRecord } from './records.ts';
import { changedSecurable, describeSecurable, newSecurable } from './securable.ts';

const path = '/api/2.1/unity-catalog/schemas';

export const schemaRoutes: readonly DatabricksRoute[] = [
  { method: 'POST', path, operation: 'unity-catalog/schemas/create', answer: create },
  { method: 'GET', path, operation: 'unity-catalog/schemas/list', answer: list },
  { method: 'GET', path: `${path}/{full_name}`, operation: 'unity-catalog/schemas/get', answer: get },
  { method: 'PATCH', path: `${path}/{full_name}`, operation: 'unity-catalog/schemas/update', answer: update },
  { method: 'DELETE', path: `${path}/{full_name}`, operation: 'unity-catalog/schemas/delete', answer: remove },
];

function create(state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  const body = bodyOf(request);
  const catalog = catalogNamed(state, requiredString(body, 'catalog_name')).name;
  const root = optionalString(body, 'storage_root');
  const schema: SchemaRecord = {
    ...newSecurable(body, request.user.userName),
    catalog,
    ...(root === undefined || root === '' ? {} : { storageRoot: storageUrl(root) }),
  };
  if (state.schemas.has(keyOf(schema))) {
    throw new DatabricksError('SCHEMA_ALREADY_EXISTS', `Schema '${keyOf(schema)}' already exists`);
  }
  state.schemas.set(keyOf(schema), schema);
  return ok(describeSchema(state, schema));
}

function list(state: DatabricksState, { query }: DatabricksRequest): ApiAnswer {
  const catalog = catalogNamed(state, requiredQuery(query, 'catalog_name'));
  return listAnswer('schemas', schemasOf(state, catalog.name), query, (schema) => describeSchema(state, schema));
}

function get(state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  return ok(describeSchema(state, schemaIn(state, request)));
}

function update(state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  const schema = changedSecurable(schemaIn(state, request), bodyOf(request), request.user.userName);
  state.schemas.set(keyOf(schema), schema);
  return ok(describeSchema(state, schema));
}

function remove(state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  const schema = schemaIn(state, request);
  const { tables, volumes, functions } = contentsOf(state, schema);
  if (tables.length + volumes.length + functions.length > 0 && request.query.get('force') !== 'true') {
    throw new DatabricksError(
      'INVALID_STATE',
      `Schema '${keyOf(schema)}' is not empty. The schema has ${tables.length} table(s), ${functions.length} function(s), ${volumes.length} volume(s)`,
    );
  }
  state.journal.together(() => removeSchema(state, schema));
  return ok({});
}

function schemaIn(state: DatabricksState, { params }: DatabricksRequest): SchemaRecord {
  const [catalog = '', schema = ''] = nameParts(params['full_name'] ?? '', 'schema', 2);
  return schemaNamed(state, catalog, schema);
}

const keyOf = (schema: SchemaRecord): string => `${schema.catalog}.${schema.name}`;

export const schemasOf = (state: DatabricksState, catalog: string): readonly SchemaRecord[] =>
  state.schemas.values().filter((schema) => schema.catalog === catalog);

function contentsOf(state: DatabricksState, schema: SchemaRecord) {
  const inside = ([key]: readonly [string, unknown]): boolean => key.startsWith(`${keyOf(schema)}.`);
  return {
    tables: state.tables.entries().filter(inside),
    volumes: state.volumes.entries().filter(inside),
    functions: state.functions.entries().filter(inside),
  };
}

/** Removes a schema with all that is in it. Files stay: a catalog forgets names, it does not empty storage at once. */
export function removeSchema(state: DatabricksState, schema: SchemaRecord): void {
  const { tables, volumes, functions } = contentsOf(state, schema);
  for (const [key] of tables) state.tables.delete(key);
  for (const [key] of volumes) state.volumes.delete(key);
  for (const [key] of functions) state.functions.delete(key);
  state.schemas.delete(keyOf(schema));
}

function describeSchema(state: DatabricksState, schema: SchemaRecord): JsonObject {
  return {
    ...describeSecurable(schema),
    schema_id: schema.id,
    catalog_name: schema.catalog,
    full_name: keyOf(schema),
    catalog_type: 'MANAGED_CATALOG',
    ...(schema.storageRoot === undefined ? {} : { storage_root: schema.storageRoot }),
    storage_location: managedFolder(state, schema),
  };
}
