import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../control/lossless-json.ts';
import { DatabricksError } from '../errors.ts';
import { optionalString, requiredString, stringMap } from '../fields.ts';
import { objectName } from './names.ts';
import type { SecurableRecord } from './records.ts';

/** The metastore to which the emulated workspace is assigned: one for every workspace, so its id is fixed. */
export const metastoreId = '11111111-2222-4333-8444-555555555555';

export function newSecurable(body: JsonObject, user: string): SecurableRecord {
  const now = Date.now();
  const comment = optionalString(body, 'comment');
  return {
    id: randomUUID(),
    name: objectName(requiredString(body, 'name')),
    owner: optionalString(body, 'owner') ?? user,
    ...(comment === undefined ? {} : { comment }),
    properties: stringMap(body, 'properties'),
    createdAt: now,
    createdBy: user,
    updatedAt: now,
    updatedBy: user,
  };
}

/** The fields that PATCH changes; properties are replaced as a whole. */
export function changedSecurable<T extends SecurableRecord>(record: T, body: JsonObject, user: string): T {
  if (body['new_name'] !== undefined) {
    throw new DatabricksError(
      'NOT_IMPLEMENTED',
      `Renaming (new_name) is not emulated: '${record.name}' keeps its name.`,
    );
  }
  const comment = optionalString(body, 'comment');
  return {
    ...record,
    ...(comment === undefined ? {} : { comment }),
    owner: optionalString(body, 'owner') ?? record.owner,
    properties: body['properties'] === undefined ? record.properties : stringMap(body, 'properties'),
    updatedAt: Date.now(),
    updatedBy: user,
  };
}

export function describeSecurable(record: SecurableRecord): JsonObject {
  const { name, owner, comment, properties, createdAt, createdBy, updatedAt, updatedBy } = record;
  return {
    name,
    owner,
    ...(comment === undefined ? {} : { comment }),
    ...(Object.keys(properties).length > 0 ? { properties } : {}),
    metastore_id: metastoreId,
    created_at: createdAt,
    created_by: createdBy,
    updated_at: updatedAt,
    updated_by: updatedBy,
  };
}
