import { typeFromText } from '../../../sql/syntax/type-text.ts';
import { type SparkType, typeText } from '../../../sql/types/spark-type.ts';
import type { DescribedColumn } from './host.ts';

/** A schema as Spark prints it (`StructType.treeString`). */
export function schemaTree(columns: readonly DescribedColumn[]): string {
  const lines = columns.flatMap(({ name, typeText: text, nullable = true }) =>
    part('', name, typeFromText(text), `nullable = ${nullable}`),
  );
  return ['root', ...lines].map((line) => `${line}\n`).join('');
}

function part(before: string, name: string, type: SparkType, nullable: string): string[] {
  return [`${before} |-- ${name}: ${typeName(type)} (${nullable})`, ...inside(`${before} |   `, type)];
}

function inside(before: string, type: SparkType): string[] {
  if (type.kind === 'struct')
    return type.fields.flatMap((field) => part(before, field.name, field.type, 'nullable = true'));
  if (type.kind === 'array') return part(before, 'element', type.element, 'containsNull = true');
  if (type.kind !== 'map') return [];
  return [...part(before, 'key', type.key, ''), ...part(before, 'value', type.value, 'valueContainsNull = true')].map(
    (line) => line.replace(/ \(\)$/, ''),
  );
}

const NAMES: Readonly<Record<string, string>> = { tinyint: 'byte', smallint: 'short', int: 'integer', bigint: 'long' };

function typeName(type: SparkType): string {
  if (type.kind === 'struct' || type.kind === 'array' || type.kind === 'map') return type.kind;
  return NAMES[type.kind] ?? typeText(type);
}
