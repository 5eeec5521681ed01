import { ok, type ApiAnswer } from '../../control/exchange.ts';
import { DatabricksError, invalid } from '../errors.ts';
import { bodyOf, optionalString, requiredString } from '../fields.ts';
import { requiredQuery } from '../catalog/lists.ts';
import type { DatabricksRequest, DatabricksRoute } from '../route.ts';
import type { DatabricksState } from '../state.ts';

const path = '/api/2.0/secrets';

/** Secrets API 2.0. Values are in the service's journal, which only its user may read, and in no log. */
export const secretRoutes: readonly DatabricksRoute[] = [
  { method: 'POST', path: `${path}/scopes/create`, operation: 'secrets/scopes/create', answer: createScope },
  { method: 'GET', path: `${path}/scopes/list`, operation: 'secrets/scopes/list', answer: listScopes },
  { method: 'POST', path: `${path}/scopes/delete`, operation: 'secrets/scopes/delete', answer: deleteScope },
  { method: 'POST', path: `${path}/put`, operation: 'secrets/put', answer: put },
  { method: 'GET', path: `${path}/get`, operation: 'secrets/get', answer: get },
  { method: 'GET', path: `${path}/list`, operation: 'secrets/list', answer: list },
  { method: 'POST', path: `${path}/delete`, operation: 'secrets/delete', answer: remove },
  { method: 'POST', path: `${path}/acls/put`, operation: 'secrets/acls/put', answer: putAcl },
  { method: 'GET', path: `${path}/acls/get`, operation: 'secrets/acls/get', answer: getAcl },
  { method: 'GET', path: `${path}/acls/list`, operation: 'secrets/acls/list', answer: listAcls },
  { method: 'POST', path: `${path}/acls/delete`, operation: 'secrets/acls/delete', answer: deleteAcl },
];

/** A secret scope. `acls`: permission by principal. */
export interface ScopeRecord {
  readonly acls: Readonly<Record<string, string>>;
}

export interface SecretRecord {
  /** In base64. */
  readonly value: string;
  /** Milliseconds since 1970. */
  readonly updatedAt: number;
}

/** Bytes of a value: the service's limit. */
const longestValue = 128 * 1024;

function createScope(state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  const body = bodyOf(request);
  const scope = nameIn(requiredString(body, 'scope'), 'scope');
  const backend = optionalString(body, 'scope_backend_type') ?? 'DATABRICKS';
  if (backend !== 'DATABRICKS') {
    throw new DatabricksError(
      'NOT_IMPLEMENTED',
      `A scope with the backend ${backend} is not emulated: use DATABRICKS.`,
    );
  }
  if (state.secretScopes.has(scope)) {
    throw new DatabricksError('RESOURCE_ALREADY_EXISTS', `Scope ${scope} already exists!`);
  }
  state.secretScopes.set(scope, { acls: { [request.user.userName]: 'MANAGE' } });
  return ok({});
}

function nameIn(name: string, what: string): string {
  if (/^[\w@.-]{1,128}$/.test(name)) return name;
  throw invalid(`Invalid ${what} '${name}': 1 to 128 letters, digits, and the characters _ - @ .`);
}

function listScopes(state: DatabricksState): ApiAnswer {
  const scopes = state.secretScopes.entries().map(([name]) => ({ name, backend_type: 'DATABRICKS' }));
  return ok(scopes.length > 0 ? { scopes } : {});
}

function deleteScope(state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  const scope = requiredString(bodyOf(request), 'scope');
  scopeNamed(state, scope);
  state.journal.together(() => {
    for (const [key] of secretsIn(state, scope)) state.secrets.delete(key);
    state.secretScopes.delete(scope);
  });
  return ok({});
}

function scopeNamed(state: DatabricksState, scope: string): ScopeRecord {
  const found = state.secretScopes.get(scope);
  if (!found) throw new DatabricksError('RESOURCE_DOES_NOT_EXIST', `Scope ${scope} does not exist!`);
  return found;
}

/** A slash is in no name, so that no two pairs have one key. */
const keyOf = (scope: string, key: string): string => `${scope}/${key}`;

const secretsIn = (state: DatabricksState, scope: string) =>
  state.secrets.entries().filter(([key]) => key.startsWith(`${scope}/`));

function put(state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  const body = bodyOf(request);
  const scope = requiredString(body, 'scope');
  scopeNamed(state, scope);
  const key = nameIn(requiredString(body, 'key'), 'key');
  const [text, bytes] = [optionalString(body, 'string_value'), optionalString(body, 'bytes_value')];
  if ((text === undefined) === (bytes === undefined)) throw invalid('Give either string_value or bytes_value.');
  const value = text === undefined ? (bytes ?? '') : Buffer.from(text, 'utf8').toString('base64');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(value)) throw invalid('bytes_value is not valid base64.');
  if (Buffer.from(value, 'base64').length > longestValue) throw invalid(`A secret has at most ${longestValue} bytes.`);
  state.secrets.set(keyOf(scope, key), { value, updatedAt: Date.now() });
  return ok({});
}

function get(state: DatabricksState, { query }: DatabricksRequest): ApiAnswer {
  const [scope, key] = [requiredQuery(query, 'scope'), requiredQuery(query, 'key')];
  scopeNamed(state, scope);
  return ok({ key, value: secretNamed(state, scope, key).value });
}

function secretNamed(state: DatabricksState, scope: string, key: string): SecretRecord {
  const found = state.secrets.get(keyOf(scope, key));
  if (found) return found;
  throw new DatabricksError('RESOURCE_DOES_NOT_EXIST', `Failed to get secret ${key} for scope ${scope}.`);
}

function list(state: DatabricksState, { query }: DatabricksRequest): ApiAnswer {
  const scope = requiredQuery(query, 'scope');
  scopeNamed(state, scope);
  const secrets = secretsIn(state, scope).map(([key, { updatedAt }]) => ({
    key: key.slice(scope.length + 1),
    last_updated_timestamp: updatedAt,
  }));
  return ok(secrets.length > 0 ? { secrets } : {});
}

function remove(state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  const body = bodyOf(request);
  const [scope, key] = [requiredString(body, 'scope'), requiredString(body, 'key')];
  scopeNamed(state, scope);
  secretNamed(state, scope, key);
  state.secrets.delete(keyOf(scope, key));
  return ok({});
}

function putAcl(state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  const body = bodyOf(request);
  const [scope, principal] = [requiredString(body, 'scope'), requiredString(body, 'principal')];
  const permission = requiredString(body, 'permission');
  if (!['READ', 'WRITE', 'MANAGE'].includes(permission)) throw invalid(`Unknown permission '${permission}'.`);
  const { acls } = scopeNamed(state, scope);
  state.secretScopes.set(scope, { acls: { ...acls, [principal]: permission } });
  return ok({});
}

function getAcl(state: DatabricksState, { query }: DatabricksRequest): ApiAnswer {
  const [scope, principal] = [requiredQuery(query, 'scope'), requiredQuery(query, 'principal')];
  const permission = scopeNamed(state, scope).acls[principal];
  if (permission !== undefined) return ok({ principal, permission });
  throw new DatabricksError('RESOURCE_DOES_NOT_EXIST', `Scope ${scope} has no ACL for ${principal}.`);
}

function listAcls(state: DatabricksState, { query }: DatabricksRequest): ApiAnswer {
  const { acls } = scopeNamed(state, requiredQuery(query, 'scope'));
  return ok({ items: Object.entries(acls).map(([principal, permission]) => ({ principal, permission })) });
}

function deleteAcl(state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  const body = bodyOf(request);
  const [scope, principal] = [requiredString(body, 'scope'), requiredString(body, 'principal')];
  const { acls } = scopeNamed(state, scope);
  if (acls[principal] === undefined) {
    throw new DatabricksError('RESOURCE_DOES_NOT_EXIST', `Scope ${scope} has no ACL for ${principal}.`);
  }
  const kept = Object.fromEntries(Object.entries(acls).filter(([name]) => name !== principal));
  state.secretScopes.set(scope, { acls: kept });
  return ok({});
}
