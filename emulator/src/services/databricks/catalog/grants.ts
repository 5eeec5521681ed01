import { ok, type ApiAnswer } from '../../control/exchange.ts';
import type { JsonObject } from '../../control/lossless-json.ts';
import { DatabricksError, invalid } from '../errors.ts';
import { bodyOf, objectList, requiredString } from '../fields.ts';
import type { DatabricksRequest, DatabricksRoute } from '../route.ts';
import type { DatabricksState } from '../state.ts';
import { functionNamed } from './functions.ts';
import { catalogNamed, nameParts, schemaNamed, tableNamed, volumeNamed } from './names.ts';
import { metastoreId } from './securable.ts';

const path = '/api/2.1/unity-catalog/permissions/{type}/{full_name}';

/** Grants are recorded and shown, and nobody is refused by them: the local workspace has one principal, which may do everything. */
export const grantRoutes: readonly DatabricksRoute[] = [
  { method: 'GET', path, operation: 'unity-catalog/permissions/get', answer: get },
  { method: 'PATCH', path, operation: 'unity-catalog/permissions/update', answer: update },
  {
    method: 'GET',
    path: path.replace('/permissions/', '/effective-permissions/'),
    operation: 'unity-catalog/effective-permissions/get',
    answer: effective,
  },
];

/** A securable that grants hang on. */
interface Securable {
  /** `SCHEMA` */
  readonly type: string;
  readonly fullName: string;
  /** A table that was dropped and made anew is another one: it has none of the old one's grants. */
  readonly id: string;
}

/** The types of securables: the id of the one with a name. @throws DatabricksError where there is none. */
const types: Readonly<Record<string, (state: DatabricksState, fullName: string) => string>> = {
  METASTORE: (_state, name) => {
    if (name === metastoreId) return name;
    throw new DatabricksError('NOT_FOUND', `Metastore '${name}' does not exist.`);
  },
  CATALOG: (state, name) => catalogNamed(state, name).id,
  SCHEMA: (state, name) => {
    const [catalog = '', schema = ''] = nameParts(name, 'schema', 2);
    return schemaNamed(state, catalog, schema).id;
  },
  TABLE: (state, name) => tableNamed(state, name).id,
  VOLUME: (state, name) => volumeNamed(state, name).id,
  FUNCTION: (state, name) => functionNamed(state, name).id,
};

const securableAsked = (state: DatabricksState, { params }: DatabricksRequest): Securable =>
  securableOf(state, (params['type'] ?? '').toUpperCase(), (params['full_name'] ?? '').toLowerCase());

function securableOf(state: DatabricksState, type: string, fullName: string): Securable {
  const idOf = types[type];
  if (!idOf) throw invalid(`Unknown securable type '${type}': one of ${Object.keys(types).join(', ')} is expected.`);
  return { type, fullName, id: idOf(state, fullName) };
}

const keyOf = ({ type, id }: Securable): string => `${type} ${id}`;

type Grants = Readonly<Record<string, readonly string[]>>;

const grantsOf = (state: DatabricksState, securable: Securable): Grants => state.grants.get(keyOf(securable)) ?? {};

function get(state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  return ok(describe(grantsOf(state, securableAsked(state, request)), request));
}

function update(state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  const securable = securableAsked(state, request);
  const changes = objectList(bodyOf(request), 'changes');
  const grants = new Map(Object.entries(grantsOf(state, securable)).map(([who, what]) => [who, new Set(what)]));
  for (const change of changes) {
    const principal = requiredString(change, 'principal');
    const privileges = grants.get(principal) ?? new Set<string>();
    for (const privilege of privilegesIn(change, 'remove')) privileges.delete(privilege);
    for (const privilege of privilegesIn(change, 'add')) privileges.add(privilege);
    if (privileges.size > 0) grants.set(principal, privileges);
    else grants.delete(principal);
  }
  const kept = Object.fromEntries([...grants].map(([who, what]) => [who, [...what].sort()]));
  state.grants.set(keyOf(securable), kept);
  return ok(describe(kept, request));
}

/** Privileges have names of one form; which of them a type of securable has, the service knows. */
function privilegesIn(change: JsonObject, field: 'add' | 'remove'): readonly string[] {
  const list = change[field] ?? [];
  if (!Array.isArray(list)) throw invalid(`Expected ${field} to be a list of privileges.`);
  return (list as readonly unknown[]).map((item) => {
    const name = typeof item === 'string' ? item.toUpperCase().replaceAll(' ', '_') : '';
    if (/^[A-Z][A-Z_]*$/.test(name)) return name;
    throw invalid(`'${JSON.stringify(item)}' is no privilege.`);
  });
}

/** Own grants and those of the catalog and the schema around it, with where each comes from. */
function effective(state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  const securable = securableAsked(state, request);
  const found = new Map<string, JsonObject[]>();
  for (const place of [...around(state, securable), securable]) {
    for (const [principal, privileges] of Object.entries(grantsOf(state, place))) {
      const inherited =
        place === securable ? {} : { inherited_from_type: place.type, inherited_from_name: place.fullName };
      const list = found.get(principal) ?? [];
      list.push(...privileges.map((privilege) => ({ privilege, ...inherited })));
      found.set(principal, list);
    }
  }
  const assignments = [...found].map(([principal, privileges]) => ({ principal, privileges }));
  return ok({ privilege_assignments: assignments.filter(({ principal }) => isAsked(request, principal)) });
}

function around(state: DatabricksState, { type, fullName }: Securable): readonly Securable[] {
  if (type === 'METASTORE' || type === 'CATALOG') return [];
  const [catalog = '', schema = ''] = fullName.split('.');
  const inCatalog = securableOf(state, 'CATALOG', catalog);
  return type === 'SCHEMA' ? [inCatalog] : [inCatalog, securableOf(state, 'SCHEMA', `${catalog}.${schema}`)];
}

function describe(grants: Grants, request: DatabricksRequest): JsonObject {
  const assignments = Object.entries(grants).map(([principal, privileges]) => ({ principal, privileges }));
  return { privilege_assignments: assignments.filter(({ principal }) => isAsked(request, principal)) };
}

function isAsked({ query }: DatabricksRequest, principal: string): boolean {
  const asked = query.get('principal');
  return asked === null || asked === '' || asked === principal;
}
