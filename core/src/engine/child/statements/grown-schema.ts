import { ExpectedError } from '../../../base/expected-error.ts';
import type { DeltaField, DeltaStruct } from '../../../delta/schema.ts';
import { deltaToSpark } from '../../../delta/spark-types.ts';

/**
 * A table's schema with the columns that new rows bring, nullable and at its end, as Delta's schema evolution has it; undefined where
 * they bring none. @throws ExpectedError `delta.schema-mismatch` where a column has another type.
 */
export function grownSchema(table: string, schema: DeltaStruct, given: DeltaStruct): DeltaStruct | undefined {
  const known = new Map(schema.fields.map((field) => [field.name.toLowerCase(), field]));
  const added: DeltaField[] = [];
  for (const field of given.fields) {
    const before = known.get(field.name.toLowerCase());
    if (!before) added.push({ ...field, nullable: true });
    else if (deltaToSpark(before.type) !== deltaToSpark(field.type)) throw changedType(table, before, field);
  }
  return added.length === 0 ? undefined : { type: 'struct', fields: [...schema.fields, ...added] };
}

function changedType(table: string, before: DeltaField, now: DeltaField): ExpectedError {
  return new ExpectedError({
    code: 'delta.schema-mismatch',
    message: `${now.name} of ${table} is ${deltaToSpark(before.type)}, and the query now gives ${deltaToSpark(now.type)}.`,
    nextStep: `Cast it to ${deltaToSpark(before.type)}, or drop the table and make it anew.`,
  });
}
