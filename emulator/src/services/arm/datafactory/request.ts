import { randomBytes } from 'node:crypto';
import { isJsonObject, type JsonObject, parseJson } from '../../control/lossless-json.ts';
import type { ApiRequest } from '../../control/exchange.ts';
import type { RoutedRequest } from '../../control/routes.ts';
import { ArmError } from '../errors.ts';
import type { ArmState } from '../state.ts';
import { requireGroup } from '../subscriptions.ts';
import { objectKey, resourceId } from './identity.ts';
import type { FactoryObject } from './records.ts';

export const factoryPath =
  '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.DataFactory/factories/{factory}';

/** A JSON object; an absent body is an empty one. */
export function bodyOf(request: ApiRequest): JsonObject {
  const text = request.body.toString('utf8');
  if (text.trim() === '') return {};
  const value = parsed(text);
  if (isJsonObject(value)) return value;
  throw new ArmError(400, 'InvalidRequestContent', 'The request content was invalid: a JSON object is expected.');
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `The request content was invalid and could not be deserialized: '${reason}'.`;
    throw new ArmError(400, 'InvalidRequestContent', message);
  }
}

/** The factory that the path names. */
export function factoryOf(state: ArmState, request: RoutedRequest): FactoryObject {
  requireGroup(state, request);
  const name = request.params['factory'] ?? '';
  const factory = state.factories.get(name.toLowerCase());
  if (factory) return factory;
  const message =
    `The Resource 'Microsoft.DataFactory/factories/${name}' under resource group '${state.names.resourceGroup}' was not found. ` +
    'For more details please go to https://aka.ms/ARMResourceNotFoundFix';
  throw new ArmError(404, 'ResourceNotFound', message);
}

/** The object of a factory that the path names. */
export function objectOf(state: ArmState, request: RoutedRequest, kind: string): FactoryObject {
  const factory = factoryOf(state, request).name;
  const name = request.params['name'] ?? '';
  const object = state.objects.get(objectKey(factory, kind, name));
  if (object) return object;
  const message = 'The document could not be retrieved because it does not exist.';
  throw new ArmError(404, 'NotFound', message, resourceId(state, { factory, kind, name }));
}

/** Entity tags as the service makes them: opaque, another one with every change. */
export function newEtag(): string {
  const hex = randomBytes(16).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-0000-${hex.slice(16, 28)}`;
}

/** @throws ArmError 412 where `If-Match` names another version, or any version of what does not exist. */
export function requireMatch(request: ApiRequest, current: FactoryObject | undefined, target: string): void {
  const wanted = request.headers['if-match'];
  if (wanted === undefined) return;
  const tags = wanted.split(',').map((tag) => tag.trim().replace(/^W\//, '').replace(/^"|"$/g, ''));
  if (current && (tags.includes('*') || tags.includes(current.etag))) return;
  const message =
    'The precondition given in one or more of the request header fields evaluated to false: the resource was changed.';
  throw new ArmError(412, 'PreconditionFailed', message, target);
}

/** True where `If-None-Match` names the version that is there, so that 304 is the answer. */
export function isUnchanged(request: ApiRequest, current: FactoryObject): boolean {
  const known = request.headers['if-none-match'];
  return known !== undefined && known.replace(/^"|"$/g, '') === current.etag;
}
