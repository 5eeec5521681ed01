import type { DeltaField, DeltaStruct, DeltaType } from '../../../delta/schema.ts';
import type { FieldShape, StructFields } from '../../../sql/set-fields.ts';

/** The fields of a table's columns that are structs, as UPDATE and MERGE need them to set one of them. */
export function structFields({ fields }: DeltaStruct): StructFields {
  return new Map(
    fields.flatMap(({ name, type }) => (isStruct(type) ? [[name.toLowerCase(), type.fields.map(shape)]] : [])),
  );
}

function shape({ name, type }: DeltaField): FieldShape {
  return isStruct(type) ? { name, fields: type.fields.map(shape) } : { name };
}

function isStruct(type: DeltaType): type is DeltaStruct {
  return typeof type !== 'string' && type.type === 'struct';
}
