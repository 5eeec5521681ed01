import { ok, type ApiAnswer } from '../../control/exchange.ts';
import type { JsonObject } from '../../control/lossless-json.ts';
import { DatabricksError, invalid } from '../errors.ts';
import { bodyOf, optionalString, requiredString } from '../fields.ts';
import type { DatabricksRequest, DatabricksRoute } from '../route.ts';
import type { DatabricksState } from '../state.ts';
import { listAnswer, requiredQuery } from './lists.ts';
import { requireNoOverlap, reserveLocation, storageUrl } from './locations.ts';
import { schemaNamed, volumeNamed } from './names.ts';
import type { SchemaRecord, VolumeRecord } from './records.ts';
import { changedSecurable, describeSecurable, newSecurable } from './securable.ts';

const path = '/api/2.1/unity-catalog/volumes';

export const volumeRoutes: readonly DatabricksRoute[] = [
  { method: 'POST', path, operation: 'unity-catalog/volumes/create', answer: create },
  { method: 'GET', path, operation: 'unity-catalog/volumes/list', answer: list },
  { method: 'GET', path: `${path}/{full_name}`, operation: 'unity-catalog/volumes/get', answer: get },
  { method: 'PATCH', path: `${path}/{full_name}`, operation: 'unity-catalog/volumes/update', answer: update },
  { method: 'DELETE', path: `${path}/{full_name}`, operation: 'unity-catalog/volumes/delete', answer: remove },
];

function create(state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  const body = bodyOf(request);
  const schema = schemaNamed(state, requiredString(body, 'catalog_name'), requiredString(body, 'schema_name'));
  const base = newSecurable(body, request.user.userName);
  const key = `${schema.catalog}.${schema.name}.${base.name}`;
  if (state.volumes.has(key)) throw new DatabricksError('VOLUME_ALREADY_EXISTS', `Volume '${key}' already exists`);
  const volume = state.journal.together(() => {
    const home = homeOf(state, schema, base.name, body);
    const created: VolumeRecord = { ...base, catalog: schema.catalog, schema: schema.name, ...home };
    state.volumes.set(key, created);
    return created;
  });
  return ok(describeVolume(volume));
}

function homeOf(
  state: DatabricksState,
  schema: SchemaRecord,
  name: string,
  body: JsonObject,
): Pick<VolumeRecord, 'type' | 'location'> {
  const type = requiredString(body, 'volume_type');
  const location = optionalString(body, 'storage_location');
  if (type === 'MANAGED') {
    if (location !== undefined) throw invalid('A managed volume has no storage_location of its own choice.');
    return { type, location: reserveLocation(state, schema, name) };
  }
  if (type !== 'EXTERNAL') throw invalid(`Unknown volume_type '${type}': MANAGED or EXTERNAL is expected.`);
  if (location === undefined) throw invalid('Missing required field: storage_location (for an external volume).');
  requireNoOverlap(state, storageUrl(location));
  return { type, location: storageUrl(location) };
}

function list(state: DatabricksState, { query }: DatabricksRequest): ApiAnswer {
  const schema = schemaNamed(state, requiredQuery(query, 'catalog_name'), requiredQuery(query, 'schema_name'));
  const inside = state.volumes.values().filter((one) => one.catalog === schema.catalog && one.schema === schema.name);
  return listAnswer('volumes', inside, query, describeVolume);
}

function get(state: DatabricksState, { params }: DatabricksRequest): ApiAnswer {
  return ok(describeVolume(volumeNamed(state, params['full_name'] ?? '')));
}

function update(state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  const old = volumeNamed(state, request.params['full_name'] ?? '');
  const volume = changedSecurable(old, bodyOf(request), request.user.userName);
  state.volumes.set(keyOf(volume), volume);
  return ok(describeVolume(volume));
}

function remove(state: DatabricksState, { params }: DatabricksRequest): ApiAnswer {
  state.volumes.delete(keyOf(volumeNamed(state, params['full_name'] ?? '')));
  return ok({});
}

const keyOf = ({ catalog, schema, name }: VolumeRecord): string => `${catalog}.${schema}.${name}`;

function describeVolume(volume: VolumeRecord): JsonObject {
  return {
    ...describeSecurable(volume),
    volume_id: volume.id,
    catalog_name: volume.catalog,
    schema_name: volume.schema,
    full_name: keyOf(volume),
    volume_type: volume.type,
    storage_location: volume.location,
  };
}
