import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';

const folder = join(import.meta.dirname, '..', '..', '..', 'schemas');

/** Fails with every place where `value` leaves the published shape. */
export function assertShape(schema: string, value: unknown): void {
  const ajv = new Ajv({ allErrors: true, strict: false });
  const validate = ajv.compile(JSON.parse(readFileSync(join(folder, `${schema}.schema.json`), 'utf8')) as object);
  assert.ok(validate(value), JSON.stringify(validate.errors, undefined, 2));
}
