import type { DeltaField, DeltaStruct, DeltaType } from '../../../delta/schema.ts';

/** What a statement brings of its source: every column, or these columns and fields by their paths in lower case. */
export type Brought = 'all' | readonly (readonly string[])[];

/**
 * A table's schema with the columns and nested fields of a source that it lacks, nullable and each behind those that are there, as
 * Delta's schema evolution has it; the schema itself where the source brings none. Types stay what they are.
 */
export function evolvedSchema(schema: DeltaStruct, source: DeltaStruct, brought: Brought = 'all'): DeltaStruct {
  let fields = schema.fields;
  for (const given of source.fields) {
    const inside = within(brought, given.name);
    if (inside === undefined) continue;
    const at = fields.findIndex(({ name }) => name.toLowerCase() === given.name.toLowerCase());
    const before = fields[at];
    if (!before) fields = [...fields, added(given, inside)];
    else {
      const type = evolvedType(before.type, given.type, inside);
      if (type !== before.type) fields = fields.with(at, { ...before, type });
    }
  }
  return fields === schema.fields ? schema : { ...schema, fields };
}

/** What is brought inside a field; undefined where nothing of it is. */
function within(brought: Brought, field: string): Brought | undefined {
  if (brought === 'all') return 'all';
  const below = brought.filter(([first]) => first === field.toLowerCase()).map(([, ...rest]) => rest);
  if (below.length === 0) return undefined;
  return below.some((path) => path.length === 0) ? 'all' : below;
}

function added(given: DeltaField, inside: Brought): DeltaField {
  const type = inside !== 'all' && isStruct(given.type) ? evolvedSchema(emptyStruct, given.type, inside) : given.type;
  return { ...given, type, nullable: true };
}

const emptyStruct: DeltaStruct = { type: 'struct', fields: [] };

function evolvedType(type: DeltaType, source: DeltaType, brought: Brought): DeltaType {
  if (typeof type === 'string' || typeof source === 'string') return type;
  if (type.type === 'struct' && source.type === 'struct') return evolvedSchema(type, source, brought);
  if (type.type === 'array' && source.type === 'array') {
    const elementType = evolvedType(type.elementType, source.elementType, brought);
    return elementType === type.elementType ? type : { ...type, elementType };
  }
  if (type.type === 'map' && source.type === 'map') {
    const keyType = evolvedType(type.keyType, source.keyType, brought);
    const valueType = evolvedType(type.valueType, source.valueType, brought);
    return keyType === type.keyType && valueType === type.valueType ? type : { ...type, keyType, valueType };
  }
  return type;
}

function isStruct(type: DeltaType): type is DeltaStruct {
  return typeof type !== 'string' && type.type === 'struct';
}
