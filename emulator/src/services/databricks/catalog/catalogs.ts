import { ok, type ApiAnswer } from '../../control/exchange.ts';
import type { JsonObject } from '../../control/lossless-json.ts';
import { DatabricksError } from '../errors.ts';
import { bodyOf, optionalString } from '../fields.ts';
import type { DatabricksRequest, DatabricksRoute } from '../route.ts';
import type { DatabricksState } from '../state.ts';
import { listAnswer } from './lists.ts';
import { storageUrl } from './locations.ts';
import { catalogNamed } from './names.ts';
import type { CatalogRecord } from './records.ts';
import { removeSchema, schemasOf } from './schemas.ts';
import { changedSecurable, describeSecurable, newSecurable } from './securable.ts';

const path = '/api/2.1/unity-catalog/catalogs';

export const catalogRoutes: readonly DatabricksRoute[] = [
  { method: 'POST', path, operation: 'unity-catalog/catalogs/create', answer: create },
  { method: 'GET', path, operation: 'unity-catalog/catalogs/list', answer: list },
  { method: 'GET', path: `${path}/{name}`, operation: 'unity-catalog/catalogs/get', answer: get },
  { method: 'PATCH', path: `${path}/{name}`, operation: 'unity-catalog/catalogs/update', answer: update },
  { method: 'DELETE', path: `${path}/{name}`, operation: 'unity-catalog/catalogs/delete', answer: remove },
];

/** A new catalog comes with the schema `default`, as the service makes it. */
function create(state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  const body = bodyOf(request);
  const user = request.user.userName;
  const base = newSecurable(body, user);
  const root = optionalString(body, 'storage_root');
  if (root === undefined || root === '') {
    throw new DatabricksError(
      'INVALID_STATE',
      'Metastore storage root URL does not exist. Please provide a storage location for the catalog (storage_root).',
    );
  }
  const catalog: CatalogRecord = { ...base, storageRoot: storageUrl(root) };
  if (state.catalogs.has(catalog.name)) {
    throw new DatabricksError('CATALOG_ALREADY_EXISTS', `Catalog '${catalog.name}' already exists`);
  }
  state.journal.together(() => {
    state.catalogs.set(catalog.name, catalog);
    const schema = newSecurable({ name: 'default', comment: `Default schema (auto-created)` }, user);
    state.schemas.set(`${catalog.name}.default`, { ...schema, catalog: catalog.name });
  });
  return ok(describeCatalog(catalog));
}

function list(state: DatabricksState, { query }: DatabricksRequest): ApiAnswer {
  return listAnswer('catalogs', state.catalogs.values(), query, describeCatalog);
}

function get(state: DatabricksState, { params }: DatabricksRequest): ApiAnswer {
  return ok(describeCatalog(catalogNamed(state, params['name'] ?? '')));
}

function update(state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  const old = catalogNamed(state, request.params['name'] ?? '');
  const catalog = changedSecurable(old, bodyOf(request), request.user.userName);
  state.catalogs.set(catalog.name, catalog);
  return ok(describeCatalog(catalog));
}

function remove(state: DatabricksState, { params, query }: DatabricksRequest): ApiAnswer {
  const { name } = catalogNamed(state, params['name'] ?? '');
  const schemas = schemasOf(state, name);
  if (schemas.length > 0 && query.get('force') !== 'true') {
    throw new DatabricksError(
      'INVALID_STATE',
      `Catalog '${name}' is not empty. The catalog has ${schemas.length} schema(s).`,
    );
  }
  state.journal.together(() => {
    for (const schema of schemas) removeSchema(state, schema);
    state.catalogs.delete(name);
  });
  return ok({});
}

function describeCatalog(catalog: CatalogRecord): JsonObject {
  return {
    ...describeSecurable(catalog),
    id: catalog.id,
    full_name: catalog.name,
    catalog_type: 'MANAGED_CATALOG',
    securable_type: 'CATALOG',
    isolation_mode: 'OPEN',
    storage_root: catalog.storageRoot,
    storage_location: catalog.storageRoot,
  };
}
