import { isJsonObject, type JsonObject } from '../../control/lossless-json.ts';
import { ArmError } from '../errors.ts';
import type { ArmState } from '../state.ts';
import { objectKey, resourceId } from './identity.ts';
import { kinds } from './kinds.ts';
import type { FactoryObject } from './records.ts';

/** That one object names another: `{referenceName, type: 'DatasetReference'}`, wherever it stands in the body. */
export interface Reference {
  /** As written: `DatasetReference`. Real factories write it in any case. */
  readonly type: string;
  readonly name: string;
}

export function referencesIn(value: unknown): readonly Reference[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (!isJsonObject(value)) return [];
  const { referenceName: name, type } = value;
  const own = typeof name === 'string' && typeof type === 'string' && /Reference$/i.test(type) ? [{ type, name }] : [];
  return [...own, ...Object.values(value).flatMap(referencesIn)];
}

/** The kind of object that a reference means; undefined for one that is not emulated. */
function kindOf({ type }: Reference): string | undefined {
  return kinds.find(({ reference }) => reference.toLowerCase() === type.toLowerCase())?.kind;
}

/** This integration runtime is there in every factory. */
const builtIn = 'autoresolveintegrationruntime';

/** @throws ArmError `BadRequest` as the service does for the first name that does not exist. */
export function requireReferences(state: ArmState, object: FactoryObject): void {
  for (const reference of referencesIn(object.body['properties'])) {
    if (reference.name.toLowerCase() === builtIn || exists(state, object, reference)) continue;
    const note = kindOf(reference) === undefined ? ` (a ${reference.type} is not emulated)` : '';
    const message = `The document creation or update failed because of invalid reference '${reference.name}'.${note}`;
    throw new ArmError(400, 'BadRequest', message, resourceId(state, object));
  }
}

function exists(state: ArmState, from: FactoryObject, reference: Reference): boolean {
  const kind = kindOf(reference);
  if (kind === undefined) return false;
  const key = objectKey(from.factory, kind, reference.name);
  return state.objects.has(key) || key === objectKey(from.factory, from.kind, from.name);
}

/** @throws ArmError `BadRequest` as the service does where another object of the factory names this one. */
export function requireUnreferenced(state: ArmState, object: FactoryObject): void {
  const key = objectKey(object.factory, object.kind, object.name);
  const user = state.objects.values().find((other) => other.factory === object.factory && names(other, key));
  if (!user) return;
  const message = `The document cannot be deleted since it is referenced by ${user.name}.`;
  throw new ArmError(400, 'BadRequest', message, resourceId(state, object));
}

function names(object: FactoryObject, key: string): boolean {
  if (objectKey(object.factory, object.kind, object.name) === key) return false;
  return referencesIn(object.body['properties']).some(
    (reference) => objectKey(object.factory, kindOf(reference) ?? '', reference.name) === key,
  );
}

/** The body without its server-side fields, as an executor gets it. */
export const definitionOf = ({ name, body }: FactoryObject): JsonObject => ({ name, properties: body['properties'] });
