import { ok, type ApiAnswer } from '../../control/exchange.ts';
import type { JsonObject } from '../../control/lossless-json.ts';
import { DatabricksError, invalid } from '../errors.ts';
import { bodyOf, optionalString, requiredString } from '../fields.ts';
import type { DatabricksRequest, DatabricksRoute } from '../route.ts';
import type { DatabricksState } from '../state.ts';
import { catalogNamed, nameParts, schemaNamed, tableNamed, volumeNamed } from './names.ts';

const path = '/api/2.1/unity-catalog/entity-tag-assignments';
const ofEntity = `${path}/{entity_type}/{entity_name}/tags`;

/** Tags are recorded and shown. Governed tags and their policies are the account's, and are not here. */
export const tagRoutes: readonly DatabricksRoute[] = [
  { method: 'POST', path, operation: 'unity-catalog/entity-tag-assignments/create', answer: create },
  { method: 'GET', path: ofEntity, operation: 'unity-catalog/entity-tag-assignments/list', answer: list },
  {
    method: 'GET',
    path: `${ofEntity}/{tag_key}`,
    operation: 'unity-catalog/entity-tag-assignments/get',
    answer: (state, { params }) => {
      const entity = entityOf(state, params);
      return ok(describe(entity, tagOf(state, entity, params['tag_key'] ?? '')));
    },
  },
  {
    method: 'PATCH',
    path: `${ofEntity}/{tag_key}`,
    operation: 'unity-catalog/entity-tag-assignments/update',
    answer: update,
  },
  {
    method: 'DELETE',
    path: `${ofEntity}/{tag_key}`,
    operation: 'unity-catalog/entity-tag-assignments/delete',
    answer: remove,
  },
];

type Tags = Readonly<Record<string, string>>;
type Tag = readonly [key: string, value: string];

interface Entity {
  /** `tables` */
  readonly type: string;
  readonly name: string;
  /** Where its tags are kept: what was dropped and made anew has none of the old one's. */
  readonly key: string;
}

/** The kinds of entities: the key of the one with a name. @throws DatabricksError where there is none. */
const types: Readonly<Record<string, (state: DatabricksState, name: string) => string>> = {
  catalogs: (state, name) => catalogNamed(state, name).id,
  schemas: (state, name) => {
    const [catalog = '', schema = ''] = nameParts(name, 'schema', 2);
    return schemaNamed(state, catalog, schema).id;
  },
  tables: (state, name) => tableNamed(state, name).id,
  volumes: (state, name) => volumeNamed(state, name).id,
  columns: (state, name) => {
    const dot = name.lastIndexOf('.');
    const [table, column] = [tableNamed(state, name.slice(0, dot)), name.slice(dot + 1)];
    if (table.columns.some((one) => one.name.toLowerCase() === column)) return `${table.id} ${column}`;
    throw new DatabricksError('NOT_FOUND', `Column '${name}' does not exist.`);
  },
};

function entityOf(state: DatabricksState, fields: JsonObject): Entity {
  const type = requiredString(fields, 'entity_type');
  const name = requiredString(fields, 'entity_name').toLowerCase();
  const idOf = types[type];
  if (!idOf) throw invalid(`Unknown entity_type '${type}': one of ${Object.keys(types).join(', ')} is expected.`);
  return { type, name, key: `${type} ${idOf(state, name)}` };
}

const tagsOf = (state: DatabricksState, { key }: Entity): Tags => state.tags.get(key) ?? {};

function tagOf(state: DatabricksState, entity: Entity, key: string): Tag {
  const value = tagsOf(state, entity)[key];
  if (value !== undefined) return [key, value];
  throw new DatabricksError('NOT_FOUND', `Tag '${key}' of '${entity.name}' does not exist.`);
}

function create(state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  const body = bodyOf(request);
  const entity = entityOf(state, body);
  const [key, value] = [requiredString(body, 'tag_key'), optionalString(body, 'tag_value') ?? ''];
  const tags = tagsOf(state, entity);
  if (key in tags) throw new DatabricksError('ALREADY_EXISTS', `Tag '${key}' of '${entity.name}' exists already.`);
  state.tags.set(entity.key, { ...tags, [key]: value });
  return ok(describe(entity, [key, value]));
}

function list(state: DatabricksState, { params }: DatabricksRequest): ApiAnswer {
  const entity = entityOf(state, params);
  return ok({ tag_assignments: Object.entries(tagsOf(state, entity)).map((tag) => describe(entity, tag)) });
}

function update(state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  const entity = entityOf(state, request.params);
  const [key] = tagOf(state, entity, request.params['tag_key'] ?? '');
  const value = optionalString(bodyOf(request), 'tag_value') ?? '';
  state.tags.set(entity.key, { ...tagsOf(state, entity), [key]: value });
  return ok(describe(entity, [key, value]));
}

function remove(state: DatabricksState, { params }: DatabricksRequest): ApiAnswer {
  const entity = entityOf(state, params);
  const [key] = tagOf(state, entity, params['tag_key'] ?? '');
  const others = Object.entries(tagsOf(state, entity)).filter(([other]) => other !== key);
  state.tags.set(entity.key, Object.fromEntries(others));
  return ok({});
}

function describe({ type, name }: Entity, [key, value]: Tag): JsonObject {
  return { entity_type: type, entity_name: name, tag_key: key, tag_value: value };
}
