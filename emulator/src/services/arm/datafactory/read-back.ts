import { isJsonObject, type JsonObject } from '../../control/lossless-json.ts';
import type { ArmState } from '../state.ts';
import { resourceId } from './identity.ts';
import type { FactoryObject } from './records.ts';
import { masked } from './secrets.ts';

/** An object as the service reads it back: its own fields, its defaults, its order of fields, and no secret. */
export function readBack(state: ArmState, object: FactoryObject): JsonObject {
  const { body, kind, name, etag } = object;
  const properties = isJsonObject(body['properties']) ? body['properties'] : {};
  // The properties of global parameters are the parameters, and nothing else.
  const defaults = kind === 'globalParameters' ? {} : { annotations: [] };
  const complete = { ...defaults, ...properties, ...serverFields(object, properties) };
  return {
    id: resourceId(state, object),
    name,
    type: `Microsoft.DataFactory/factories/${kind}`,
    properties: inOrder(masked(complete)),
    etag,
  };
}

/** What the service sets, whatever was put. */
function serverFields(object: FactoryObject, properties: JsonObject): JsonObject {
  if (object.kind === 'triggers') return { runtimeState: object.started === true ? 'Started' : 'Stopped' };
  if (object.kind !== 'pipelines') return {};
  const { activities } = properties;
  return {
    lastPublishTime: object.changedAt,
    ...(Array.isArray(activities) ? { activities: activities.map(completeActivity) } : {}),
  };
}

const completeActivity = (activity: unknown): unknown =>
  isJsonObject(activity) ? { dependsOn: [], userProperties: [], ...activity } : activity;

/** Fields come in another order than they were put in: a client that compares text is found out. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, item]) => [name, inOrder(item)]));
}

/** A factory spells its entity tag `eTag`, with quotes in it. */
export function readBackFactory(state: ArmState, factory: FactoryObject): JsonObject {
  const { body, name, etag, changedAt } = factory;
  const properties = isJsonObject(body['properties']) ? body['properties'] : {};
  return {
    name,
    id: resourceId(state, factory),
    type: 'Microsoft.DataFactory/factories',
    location: body['location'],
    tags: body['tags'] ?? {},
    ...(body['identity'] === undefined ? {} : { identity: body['identity'] }),
    properties: { provisioningState: 'Succeeded', createTime: changedAt, version: '2018-06-01', ...properties },
    eTag: `"${etag}"`,
  };
}
