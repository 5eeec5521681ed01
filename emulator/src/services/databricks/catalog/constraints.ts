import { ok, type ApiAnswer } from '../../control/exchange.ts';
import type { JsonObject } from '../../control/lossless-json.ts';
import { DatabricksError, invalid } from '../errors.ts';
import { bodyOf, optionalObject, requiredString } from '../fields.ts';
import type { DatabricksRequest, DatabricksRoute } from '../route.ts';
import type { DatabricksState } from '../state.ts';
import { tableNamed } from './names.ts';
import type { KeyRecord, TableRecord } from './records.ts';

const path = '/api/2.1/unity-catalog/constraints';

/** Primary and foreign keys are recorded, and enforced by nothing, as in the service. */
export const constraintRoutes: readonly DatabricksRoute[] = [
  { method: 'POST', path, operation: 'unity-catalog/constraints/create', answer: create },
  { method: 'DELETE', path: `${path}/{full_name}`, operation: 'unity-catalog/constraints/delete', answer: remove },
];

function create(state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  const body = bodyOf(request);
  const table = tableNamed(state, requiredString(body, 'full_name_arg'));
  const constraint = optionalObject(body, 'constraint') ?? {};
  const key = keyOf(constraint);
  const { keys = [] } = table;
  if (keys.some(({ name }) => name === key.name))
    throw new DatabricksError('ALREADY_EXISTS', `Constraint '${key.name}' of '${table.name}' exists already.`);
  if (!key.parent && keys.some(({ parent }) => !parent))
    throw invalid(`Table '${table.name}' has a primary key already.`);
  const columns = new Set(table.columns.map(({ name }) => name.toLowerCase()));
  const missing = key.columns.find((name) => !columns.has(name.toLowerCase()));
  if (missing !== undefined) throw invalid(`Column '${missing}' of the constraint does not exist.`);
  if (key.parent) requireKey(tableNamed(state, key.parent.table), key.parent.columns);
  state.tables.set(fullName(table), { ...table, keys: [...keys, key] });
  return ok(constraint);
}

function keyOf(constraint: JsonObject): KeyRecord {
  const primary = optionalObject(constraint, 'primary_key_constraint');
  const foreign = optionalObject(constraint, 'foreign_key_constraint');
  const given = primary ?? foreign;
  if (!given)
    throw new DatabricksError(
      'NOT_IMPLEMENTED',
      'Only primary_key_constraint and foreign_key_constraint are emulated.',
    );
  const own = { name: requiredString(given, 'name'), columns: strings(given, 'child_columns') };
  if (primary) return own;
  const parent = {
    table: requiredString(given, 'parent_table').toLowerCase(),
    columns: strings(given, 'parent_columns'),
  };
  return { ...own, parent };
}

function requireKey({ name, keys = [] }: TableRecord, columns: readonly string[]): void {
  const text = (names: readonly string[]): string => names.map((one) => one.toLowerCase()).join();
  if (!keys.some((key) => !key.parent && text(key.columns) === text(columns)))
    throw invalid(`Parent table '${name}' has no primary key of (${columns.join(', ')}).`);
}

/** `cascade=false` rejects where a foreign key names it. */
function remove(state: DatabricksState, { params, query }: DatabricksRequest): ApiAnswer {
  const table = tableNamed(state, params['full_name'] ?? '');
  const name = query.get('constraint_name') ?? '';
  const { keys = [] } = table;
  const key = keys.find((one) => one.name === name);
  if (!key) throw new DatabricksError('NOT_FOUND', `Constraint '${name}' of '${table.name}' does not exist.`);
  const children = key.parent ? [] : state.tables.values().filter((one) => one.keys?.some(refersTo(table)));
  if (children.length > 0 && query.get('cascade') !== 'true')
    throw invalid(`Constraint '${name}' is referred to by '${children.map(fullName).join(', ')}'.`);
  state.journal.together(() => {
    for (const child of children)
      state.tables.set(fullName(child), { ...child, keys: child.keys?.filter((one) => !refersTo(table)(one)) ?? [] });
    const { keys: left = [] } = state.tables.get(fullName(table)) ?? table;
    state.tables.set(fullName(table), { ...table, keys: left.filter((one) => one.name !== name) });
  });
  return ok({});
}

function refersTo(table: TableRecord): (key: KeyRecord) => boolean {
  return ({ parent }) => parent?.table === fullName(table);
}

/** A table's `table_constraints`, as the service reads them back. */
export function describeKeys(keys: readonly KeyRecord[]): JsonObject[] {
  return keys.map(({ name, columns, parent }) => {
    const own = { name, child_columns: columns };
    if (!parent) return { primary_key_constraint: own };
    return { foreign_key_constraint: { ...own, parent_table: parent.table, parent_columns: parent.columns } };
  });
}

function strings(body: JsonObject, name: string): readonly string[] {
  const list = body[name];
  if (Array.isArray(list) && list.length > 0 && list.every((item) => typeof item === 'string')) return list;
  throw invalid(`Expected ${name} to be a list of names.`);
}

function fullName({ catalog, schema, name }: TableRecord): string {
  return `${catalog}.${schema}.${name}`;
}
