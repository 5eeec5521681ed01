import { randomUUID } from 'node:crypto';
import { quoteIdentifier } from './duckdb-types.ts';
import type { ColumnMapping } from './protocol.ts';
import type { DeltaField, DeltaStruct, DeltaType } from './schema.ts';

/** The keys of a field's metadata that tell its name and its number in data files (Delta protocol, "Column Mapping"). */
export const mappingKeys = { id: 'delta.columnMapping.id', physicalName: 'delta.columnMapping.physicalName' } as const;
export const mappingModeKey = 'delta.columnMapping.mode';
const maxIdKey = 'delta.columnMapping.maxColumnId';

type Configuration = Readonly<Record<string, string>>;

/** Whether files and the log name columns by their physical names. */
export function isMapped(configuration: Configuration): boolean {
  return (configuration[mappingModeKey] ?? 'none') !== 'none';
}

/** The column's name in data files and partition values. */
export function physicalName(field: DeltaField, mapping: ColumnMapping): string {
  const physical = field.metadata[mappingKeys.physicalName];
  return mapping !== 'none' && typeof physical === 'string' ? physical : field.name;
}

/**
 * The schema with a number and a physical name for each column and nested field that has none yet; itself where the table has no
 * column mapping. Numbers go on from the greatest that the table has ever given.
 * @param names `kept`: the columns stand in files by their own names already, so those are their physical names.
 */
export function mappedSchema(
  schema: DeltaStruct,
  configuration: Configuration,
  names: 'new' | 'kept' = 'new',
): DeltaStruct {
  if (!isMapped(configuration) || isComplete(schema)) return schema;
  let last = maxColumnId(schema, configuration);
  return mapFields(schema, (field) => ({
    ...field,
    metadata: {
      ...field.metadata,
      [mappingKeys.id]: field.metadata[mappingKeys.id] ?? (last += 1),
      [mappingKeys.physicalName]:
        field.metadata[mappingKeys.physicalName] ?? (names === 'kept' ? field.name : `col-${randomUUID()}`),
    },
  }));
}

/** Whether every field can be found in files. */
export function isComplete(schema: DeltaStruct): boolean {
  return allFields(schema).every(({ metadata }) => mappingKeys.id in metadata && mappingKeys.physicalName in metadata);
}

/**
 * The table's properties with the greatest number that was ever given to a column.
 * @param later of a version that comes after the one which these are of: its numbers are not given again.
 */
export function withMaxColumnId(
  schema: DeltaStruct,
  configuration: Configuration,
  later: Configuration = {},
): Configuration {
  if (!isMapped(configuration)) return configuration;
  const greatest = Math.max(maxColumnId(schema, configuration), Number(later[maxIdKey] ?? 0));
  return { ...configuration, [maxIdKey]: String(greatest) };
}

function maxColumnId(schema: DeltaStruct, configuration: Configuration): number {
  const ids = allFields(schema).map(({ metadata }) => Number(metadata[mappingKeys.id] ?? 0));
  return Math.max(0, Number(configuration[maxIdKey] ?? 0), ...ids);
}

/** Each field of a struct and of what is nested in it, changed; the outer one before the inner ones, as Delta numbers them. */
function mapFields(schema: DeltaStruct, change: (field: DeltaField) => DeltaField): DeltaStruct {
  const inside = (type: DeltaType): DeltaType => {
    if (typeof type === 'string') return type;
    switch (type.type) {
      case 'struct':
        return mapFields(type, change);
      case 'array':
        return { ...type, elementType: inside(type.elementType) };
      case 'map':
        return { ...type, keyType: inside(type.keyType), valueType: inside(type.valueType) };
    }
  };
  const fields = schema.fields.map((field) => {
    const changed = change(field);
    return { ...changed, type: inside(changed.type) };
  });
  return { ...schema, fields };
}

function allFields(type: DeltaType): DeltaField[] {
  if (typeof type === 'string') return [];
  switch (type.type) {
    case 'struct':
      return type.fields.flatMap((field) => [field, ...allFields(field.type)]);
    case 'array':
      return allFields(type.elementType);
    case 'map':
      return [...allFields(type.keyType), ...allFields(type.valueType)];
  }
}

/** The schema as data files have it. */
export function physicalSchema(schema: DeltaStruct): DeltaStruct {
  return mapFields(schema, (field) => ({ ...field, name: physicalName(field, 'name') }));
}

/** A DuckDB expression for a value whose nested fields have their physical names; the expression itself where none has another one. */
export function physicalValue(expression: string, type: DeltaType, depth = 0): string {
  if (typeof type === 'string') return expression;
  const variable = `x${depth}`;
  switch (type.type) {
    case 'struct': {
      const parts = type.fields.map((field) => {
        const inner = physicalValue(`${expression}.${quoteIdentifier(field.name)}`, field.type, depth);
        return `${quoteIdentifier(physicalName(field, 'name'))} := ${inner}`;
      });
      return `CASE WHEN ${expression} IS NULL THEN NULL ELSE struct_pack(${parts.join(', ')}) END`;
    }
    case 'array': {
      const inner = physicalValue(variable, type.elementType, depth + 1);
      return inner === variable ? expression : `list_transform(${expression}, lambda ${variable}: ${inner})`;
    }
    case 'map': {
      const [key, value] = [`${variable}.key`, `${variable}.value`];
      const newKey = physicalValue(key, type.keyType, depth + 1);
      const newValue = physicalValue(value, type.valueType, depth + 1);
      if (newKey === key && newValue === value) return expression;
      const entry = `struct_pack(k := ${newKey}, v := ${newValue})`;
      return `map_from_entries(list_transform(map_entries(${expression}), lambda ${variable}: ${entry}))`;
    }
  }
}

/** DuckDB's FIELD_IDS of these columns, so that files tell them by number too. */
export function fieldIds(fields: readonly DeltaField[]): string {
  const one = (field: DeltaField): string => {
    const id = field.metadata[mappingKeys.id];
    const parts = [...(typeof id === 'number' ? [`__duckdb_field_id: ${id}`] : []), ...nestedIds(field.type)];
    return parts.length === 0 ? '' : `${quoteIdentifier(physicalName(field, 'name'))}: {${parts.join(', ')}}`;
  };
  const nestedIds = (type: DeltaType): string[] => {
    if (typeof type === 'string') return [];
    const named = (name: string, inner: DeltaType): string[] => {
      const parts = nestedIds(inner);
      return parts.length === 0 ? [] : [`${name}: {${parts.join(', ')}}`];
    };
    switch (type.type) {
      case 'struct':
        return type.fields.map(one).filter((text) => text !== '');
      case 'array':
        return named('element', type.elementType);
      case 'map':
        return [...named('key', type.keyType), ...named('value', type.valueType)];
    }
  };
  return `{${fields
    .map(one)
    .filter((text) => text !== '')
    .join(', ')}}`;
}
