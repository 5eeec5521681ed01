import { ok, type ApiAnswer } from '../../control/exchange.ts';
import type { JsonObject } from '../../control/lossless-json.ts';
import { DatabricksError, invalid } from '../errors.ts';
import { bodyOf, optionalObject, requiredString } from '../fields.ts';
import type { DatabricksRequest, DatabricksRoute } from '../route.ts';
import type { DatabricksState } from '../state.ts';
import { listAnswer, requiredQuery } from './lists.ts';
import { nameParts, schemaNamed } from './names.ts';
import type { FunctionRecord } from './records.ts';
import { changedSecurable, describeSecurable, newSecurable } from './securable.ts';

const path = '/api/2.1/unity-catalog/functions';

/** User-defined functions as the catalog keeps them; what they compute is the engine's matter. */
export const functionRoutes: readonly DatabricksRoute[] = [
  { method: 'POST', path, operation: 'unity-catalog/functions/create', answer: create },
  { method: 'GET', path, operation: 'unity-catalog/functions/list', answer: list },
  { method: 'GET', path: `${path}/{full_name}`, operation: 'unity-catalog/functions/get', answer: get },
  { method: 'PATCH', path: `${path}/{full_name}`, operation: 'unity-catalog/functions/update', answer: update },
  { method: 'DELETE', path: `${path}/{full_name}`, operation: 'unity-catalog/functions/delete', answer: remove },
];

/** @throws DatabricksError `FUNCTION_DOES_NOT_EXIST` */
export function functionNamed(state: DatabricksState, fullName: string): FunctionRecord {
  const [catalog = '', schema = '', name = ''] = nameParts(fullName, 'function', 3);
  schemaNamed(state, catalog, schema);
  const found = state.functions.get(`${catalog}.${schema}.${name}`);
  if (!found) throw new DatabricksError('FUNCTION_DOES_NOT_EXIST', `Function '${fullName}' does not exist.`);
  return found;
}

function create(state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  const definition = optionalObject(bodyOf(request), 'function_info');
  if (!definition) throw invalid('Missing required field: function_info');
  const schema = schemaNamed(
    state,
    requiredString(definition, 'catalog_name'),
    requiredString(definition, 'schema_name'),
  );
  requiredString(definition, 'routine_definition');
  const base = newSecurable({ ...definition, properties: undefined }, request.user.userName);
  const created: FunctionRecord = { ...base, catalog: schema.catalog, schema: schema.name, definition };
  if (state.functions.has(keyOf(created))) {
    throw new DatabricksError('FUNCTION_ALREADY_EXISTS', `Function '${keyOf(created)}' already exists`);
  }
  state.functions.set(keyOf(created), created);
  return ok(describe(created));
}

function list(state: DatabricksState, { query }: DatabricksRequest): ApiAnswer {
  const schema = schemaNamed(state, requiredQuery(query, 'catalog_name'), requiredQuery(query, 'schema_name'));
  const inside = state.functions.values().filter((one) => one.catalog === schema.catalog && one.schema === schema.name);
  return listAnswer('functions', inside, query, describe);
}

function get(state: DatabricksState, { params }: DatabricksRequest): ApiAnswer {
  return ok(describe(functionNamed(state, params['full_name'] ?? '')));
}

function update(state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  const old = functionNamed(state, request.params['full_name'] ?? '');
  const body = bodyOf(request);
  const definition = optionalObject(body, 'function_info');
  const user = request.user.userName;
  const changed = definition ? replaced(old, definition, user) : changedSecurable(old, body, user);
  state.functions.set(keyOf(changed), changed);
  return ok(describe(changed));
}

/** As CREATE OR REPLACE FUNCTION does it inside the service: in one step, with the old one's id, owner and grants. */
function replaced(old: FunctionRecord, definition: JsonObject, user: string): FunctionRecord {
  requiredString(definition, 'routine_definition');
  const told = { ...definition, name: old.name, owner: old.owner, properties: undefined };
  const { id, properties, createdAt, createdBy, catalog, schema } = old;
  return { ...newSecurable(told, user), id, properties, createdAt, createdBy, catalog, schema, definition };
}

function remove(state: DatabricksState, { params }: DatabricksRequest): ApiAnswer {
  state.functions.delete(keyOf(functionNamed(state, params['full_name'] ?? '')));
  return ok({});
}

const keyOf = ({ catalog, schema, name }: FunctionRecord): string => `${catalog}.${schema}.${name}`;

function describe(record: FunctionRecord): JsonObject {
  return {
    ...record.definition,
    ...describeSecurable(record),
    function_id: record.id,
    catalog_name: record.catalog,
    schema_name: record.schema,
    full_name: keyOf(record),
  };
}
