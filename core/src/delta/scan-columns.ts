import { listElement, logicalKind, type ParquetNode } from '../formats/parquet-schema.ts';
import { mappingKeys, physicalName } from './column-mapping.ts';
import { deltaToDuckdb, quoteIdentifier } from './duckdb-types.ts';
import type { ColumnMapping } from './protocol.ts';
import type { DeltaField, DeltaStruct, DeltaType } from './schema.ts';

/** A DuckDB expression for a top-level column of a file with this schema: cast to its type, NULL where the file lacks it. */
export function columnExpression(field: DeltaField, root: ParquetNode, mapping: ColumnMapping): string {
  const type = deltaToDuckdb(field.type);
  const node = findNode(field, root.children, mapping);
  if (!node) return `CAST(NULL AS ${type})`;
  return `CAST(${convert(quoteIdentifier(node.name), field.type, node, mapping, 0)} AS ${type})`;
}

function findNode(field: DeltaField, nodes: readonly ParquetNode[], mapping: ColumnMapping): ParquetNode | undefined {
  if (mapping === 'id') return nodes.find((node) => node.fieldId === field.metadata[mappingKeys.id]);
  const name = physicalName(field, mapping);
  // Spark resolves columns of a file without regard to case.
  return (
    nodes.find((node) => node.name === name) ?? nodes.find((node) => node.name.toLowerCase() === name.toLowerCase())
  );
}

/** Renames, reorders and completes nested fields, and puts instants right; the expression itself where nothing is to do. */
function convert(
  expression: string,
  type: DeltaType,
  node: ParquetNode,
  mapping: ColumnMapping,
  depth: number,
): string {
  if (typeof type === 'string') return convertPrimitive(expression, type, node);
  switch (type.type) {
    case 'struct':
      return convertStruct(expression, type, node, mapping, depth);
    case 'array': {
      const element = listElement(node);
      if (!element) return expression;
      const variable = `x${depth}`;
      const inner = convert(variable, type.elementType, element, mapping, depth + 1);
      return inner === variable ? expression : `list_transform(${expression}, lambda ${variable}: ${inner})`;
    }
    case 'map': {
      const [key, value] = node.children[0]?.children ?? [];
      if (!key || !value) return expression;
      const variable = `x${depth}`;
      const newKey = convert(`${variable}.key`, type.keyType, key, mapping, depth + 1);
      const newValue = convert(`${variable}.value`, type.valueType, value, mapping, depth + 1);
      if (newKey === `${variable}.key` && newValue === `${variable}.value`) return expression;
      const entry = `struct_pack(k := ${newKey}, v := ${newValue})`;
      return `map_from_entries(list_transform(map_entries(${expression}), lambda ${variable}: ${entry}))`;
    }
  }
}

function convertStruct(
  expression: string,
  type: DeltaStruct,
  node: ParquetNode,
  mapping: ColumnMapping,
  depth: number,
): string {
  let same = type.fields.length === node.children.length;
  const parts = type.fields.map((field, index) => {
    const child = findNode(field, node.children, mapping);
    if (child?.name !== field.name || node.children[index] !== child) same = false;
    if (!child) return `${quoteIdentifier(field.name)} := CAST(NULL AS ${deltaToDuckdb(field.type)})`;
    const access = `${expression}.${quoteIdentifier(child.name)}`;
    const converted = convert(access, field.type, child, mapping, depth);
    if (converted !== access) same = false;
    return `${quoteIdentifier(field.name)} := ${converted}`;
  });
  if (same) return expression;
  return `CASE WHEN ${expression} IS NULL THEN NULL ELSE struct_pack(${parts.join(', ')}) END`;
}

/** Values without a zone (INT96, or not adjusted to UTC) are UTC by Delta's rules; a plain cast would take the session's zone. */
function convertPrimitive(expression: string, type: string, node: ParquetNode): string {
  const logical = logicalKind(node.element);
  if (logical.kind !== 'timestamp') return expression;
  const asUtc = type === 'timestamp' && !logical.utc;
  const asLocal = type === 'timestamp_ntz' && logical.utc;
  return asUtc || asLocal ? `(${expression} AT TIME ZONE 'UTC')` : expression;
}
