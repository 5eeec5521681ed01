import type { FileMetaData, SchemaElement } from 'hyparquet';

/** A node of a file's schema tree; the root stands for the row. */
export interface ParquetNode {
  readonly name: string;
  readonly element: SchemaElement;
  /** Set by writers that match columns by id, such as Delta's column mapping and Iceberg. */
  readonly fieldId: number | undefined;
  readonly children: readonly ParquetNode[];
}

/** Lists of three levels (`list.element`) and the two-level ones of old writers. */
export function listElement(node: ParquetNode): ParquetNode | undefined {
  const repeated = node.children[0];
  if (!repeated) return undefined;
  const wrapped = repeated.children.length === 1 && repeated.name !== 'array' && !repeated.name.endsWith('_tuple');
  return wrapped ? repeated.children[0] : repeated;
}

/** What a column is, for people and for the grid. */
export interface ParquetColumn {
  readonly name: string;
  /** `optional int64`, `optional binary`; `group` for nested ones. */
  readonly physicalType: string;
  /** `string`, `decimal(18,4)`, `timestamp(micros, utc)`, `list<int32>`; the physical type where there is no annotation. */
  readonly logicalType: string;
  readonly nullable: boolean;
  readonly children: readonly ParquetColumn[];
}

export function schemaTree(metadata: Pick<FileMetaData, 'schema'>): ParquetNode {
  const elements = metadata.schema.values();
  const next = (): ParquetNode => {
    const { value: element } = elements.next();
    if (!element) throw new Error('the schema announces more columns than it holds');
    const children = Array.from({ length: element.num_children ?? 0 }, next);
    return { name: element.name, element, fieldId: element.field_id, children };
  };
  return next();
}

/** A text that two columns share where they hold values of the same type under the same names. */
export function typeSignature({ name, element, children }: ParquetNode): string {
  const { kind, ...rest } = logicalKind(element);
  return JSON.stringify([name, element.type ?? '', kind, Object.values(rest), children.map(typeSignature)]);
}

/** The logical type with what it holds: `struct<a: int32, b: list<string>>`. */
function typeText(node: ParquetNode): string {
  const { kind } = logicalKind(node.element);
  if (kind === 'list') {
    const element = listElement(node);
    return `list<${element ? typeText(element) : ''}>`;
  }
  if (kind === 'map') return `map<${(node.children[0]?.children ?? []).map(typeText).join(', ')}>`;
  if (node.children.length === 0) return logicalType(node.element);
  return `struct<${node.children.map((child) => `${child.name}: ${typeText(child)}`).join(', ')}>`;
}

export function describeColumn({ name, element, children }: ParquetNode): ParquetColumn {
  const repetition = element.repetition_type?.toLowerCase() ?? 'required';
  return {
    name,
    physicalType: `${repetition} ${physicalType(element)}`,
    logicalType: typeText({ name, element, fieldId: undefined, children }),
    nullable: repetition === 'optional',
    children: children.map(describeColumn),
  };
}

function physicalType(element: SchemaElement): string {
  if (!element.type) return 'group';
  switch (element.type) {
    case 'BYTE_ARRAY':
      return 'binary';
    case 'FIXED_LEN_BYTE_ARRAY':
      return `fixed(${element.type_length ?? 0})`;
    case 'BOOLEAN':
    case 'INT32':
    case 'INT64':
    case 'INT96':
    case 'FLOAT':
    case 'DOUBLE':
      return element.type.toLowerCase();
  }
}

/** A column's logical kind in one vocabulary, whether the file says it the old way (converted type) or the new. */
export type LogicalKind =
  | { readonly kind: 'none' }
  | { readonly kind: 'text'; readonly name: 'string' | 'enum' | 'json' }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'date' }
  | { readonly kind: 'time'; readonly digits: 3 | 6 | 9 }
  | { readonly kind: 'timestamp'; readonly digits: 3 | 6 | 9; readonly utc: boolean }
  | { readonly kind: 'integer'; readonly bits: number; readonly signed: boolean }
  | { readonly kind: 'interval' | 'uuid' | 'float16' | 'bson' | 'null' | 'variant' | 'geometry' | 'geography' }
  | { readonly kind: 'list' | 'map' };

const DIGITS = { MILLIS: 3, MICROS: 6, NANOS: 9 } as const;

const PLAIN_KINDS = {
  LIST: 'list',
  MAP: 'map',
  INTERVAL: 'interval',
  UUID: 'uuid',
  FLOAT16: 'float16',
  BSON: 'bson',
  NULL: 'null',
  VARIANT: 'variant',
  GEOMETRY: 'geometry',
  GEOGRAPHY: 'geography',
} as const;

export function logicalKind(element: SchemaElement): LogicalKind {
  const logical = element.logical_type;
  if (!logical) return convertedKind(element);
  switch (logical.type) {
    case 'STRING':
      return { kind: 'text', name: 'string' };
    case 'ENUM':
      return { kind: 'text', name: 'enum' };
    case 'JSON':
      return { kind: 'text', name: 'json' };
    case 'DECIMAL':
      return { kind: 'decimal', precision: logical.precision, scale: logical.scale };
    case 'DATE':
      return { kind: 'date' };
    case 'TIME':
      return { kind: 'time', digits: DIGITS[logical.unit] };
    case 'TIMESTAMP':
      return { kind: 'timestamp', digits: DIGITS[logical.unit], utc: logical.isAdjustedToUTC };
    case 'INTEGER':
      return { kind: 'integer', bits: logical.bitWidth, signed: logical.isSigned };
    case 'LIST':
    case 'MAP':
    case 'INTERVAL':
    case 'UUID':
    case 'FLOAT16':
    case 'BSON':
    case 'NULL':
    case 'VARIANT':
    case 'GEOMETRY':
    case 'GEOGRAPHY':
      return { kind: PLAIN_KINDS[logical.type] };
  }
}

function convertedKind(element: SchemaElement): LogicalKind {
  const converted = element.converted_type;
  if (!converted) return element.type === 'INT96' ? { kind: 'timestamp', digits: 9, utc: false } : { kind: 'none' };
  switch (converted) {
    case 'UTF8':
      return { kind: 'text', name: 'string' };
    case 'ENUM':
      return { kind: 'text', name: 'enum' };
    case 'JSON':
      return { kind: 'text', name: 'json' };
    case 'DECIMAL':
      return { kind: 'decimal', precision: element.precision ?? 0, scale: element.scale ?? 0 };
    case 'DATE':
      return { kind: 'date' };
    case 'TIME_MILLIS':
      return { kind: 'time', digits: 3 };
    case 'TIME_MICROS':
      return { kind: 'time', digits: 6 };
    case 'TIMESTAMP_MILLIS':
      return { kind: 'timestamp', digits: 3, utc: true };
    case 'TIMESTAMP_MICROS':
      return { kind: 'timestamp', digits: 6, utc: true };
    case 'LIST':
      return { kind: 'list' };
    case 'MAP':
    case 'MAP_KEY_VALUE':
      return { kind: 'map' };
    case 'BSON':
      return { kind: 'bson' };
    case 'INTERVAL':
      return { kind: 'interval' };
    case 'INT_8':
    case 'INT_16':
    case 'INT_32':
    case 'INT_64':
    case 'UINT_8':
    case 'UINT_16':
    case 'UINT_32':
    case 'UINT_64':
      return { kind: 'integer', bits: Number(converted.split('_')[1]), signed: converted.startsWith('INT') };
  }
}

function logicalType(element: SchemaElement): string {
  const logical = logicalKind(element);
  switch (logical.kind) {
    case 'none':
      return element.type === undefined ? 'struct' : physicalType(element);
    case 'text':
      return logical.name;
    case 'decimal':
      return `decimal(${logical.precision},${logical.scale})`;
    case 'time':
      return `time(${unitName(logical.digits)})`;
    case 'timestamp':
      return `timestamp(${unitName(logical.digits)}${logical.utc ? ', utc' : ''})`;
    case 'integer':
      return `${logical.signed ? 'int' : 'uint'}${logical.bits}`;
    case 'date':
    case 'interval':
    case 'uuid':
    case 'float16':
    case 'bson':
    case 'null':
    case 'variant':
    case 'geometry':
    case 'geography':
    case 'list':
    case 'map':
      return logical.kind;
  }
}

function unitName(digits: 3 | 6 | 9): string {
  return { 3: 'millis', 6: 'micros', 9: 'nanos' }[digits];
}
