import { type SparkType, typeText } from '../types/spark-type.ts';

/** A type as Spark's `DataType.sql` writes it: `STRUCT<a: BIGINT>`. */
export function schemaSql(type: SparkType): string {
  if (type.kind === 'array') return `ARRAY<${schemaSql(type.element)}>`;
  if (type.kind === 'map') return `MAP<${schemaSql(type.key)}, ${schemaSql(type.value)}>`;
  if (type.kind === 'struct')
    return `STRUCT<${type.fields.map((field) => `${quoted(field.name)}: ${schemaSql(field.type)}`).join(', ')}>`;
  return typeText(type).toUpperCase();
}

function quoted(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : `\`${name.replaceAll('`', '``')}\``;
}
