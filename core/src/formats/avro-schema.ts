/** A schema as the Avro specification writes it in JSON; a name stands for a type defined before it. */
export type AvroSchema = string | readonly AvroSchema[] | AvroDefinition;

export interface AvroDefinition {
  readonly type: AvroSchema;
  readonly name?: string;
  readonly namespace?: string;
  readonly logicalType?: string;
  readonly precision?: number;
  readonly scale?: number;
  readonly fields?: readonly { readonly name: string; readonly type: AvroSchema }[];
  readonly items?: AvroSchema;
  readonly values?: AvroSchema;
  readonly size?: number;
  readonly symbols?: readonly string[];
}

export interface AvroField {
  readonly name: string;
  readonly type: AvroNode;
}

/** The schema with its names resolved. A recursive type holds itself. */
export type AvroNode =
  | { readonly kind: 'null' | 'boolean' | 'float' | 'double' | 'string' }
  | { readonly kind: 'int' | 'long'; readonly logical: string | undefined }
  | {
      readonly kind: 'bytes' | 'fixed';
      readonly name: string;
      /** Bytes of a fixed; 0 for bytes, which say their length each time. */
      readonly size: number;
      readonly logical: string | undefined;
      readonly scale: number;
      readonly precision: number;
    }
  | { readonly kind: 'enum'; readonly name: string; readonly symbols: readonly string[] }
  | { readonly kind: 'record'; readonly name: string; readonly fields: AvroField[] }
  | { readonly kind: 'array'; readonly items: AvroNode }
  | { readonly kind: 'map'; readonly values: AvroNode }
  | { readonly kind: 'union'; readonly branches: readonly AvroNode[] };

/** @throws Error where the schema is none: a type that it does not define, or one that lacks what its kind demands. */
export function resolveSchema(schema: AvroSchema): AvroNode {
  return resolve(schema, '', new Map());
}

function resolve(schema: AvroSchema | undefined, namespace: string, named: Map<string, AvroNode>): AvroNode {
  // What comes from a file may be any JSON.
  if (!isSchema(schema)) throw new Error('the schema has something that is no type where a type should be');
  if (typeof schema === 'string') return primitive({ type: schema }, schema) ?? lookUp(schema, namespace, named);
  if (isUnion(schema)) return { kind: 'union', branches: schema.map((branch) => resolve(branch, namespace, named)) };
  const { type } = schema;
  if (typeof type !== 'string') return resolve(type, namespace, named);
  switch (type) {
    case 'record':
    case 'error':
      return resolveRecord(schema, namespace, named);
    case 'enum':
      return define(schema, namespace, named, { kind: 'enum', name: schema.name ?? '', symbols: symbolsOf(schema) });
    case 'fixed':
      return define(schema, namespace, named, binary('fixed', schema));
    case 'array':
      return { kind: 'array', items: resolve(schema.items, namespace, named) };
    case 'map':
      return { kind: 'map', values: resolve(schema.values, namespace, named) };
    default:
      return primitive(schema, type) ?? lookUp(type, namespace, named);
  }
}

function resolveRecord(schema: AvroDefinition, namespace: string, named: Map<string, AvroNode>): AvroNode {
  const record = { kind: 'record' as const, name: schema.name ?? '', fields: [] as AvroField[] };
  define(schema, namespace, named, record);
  const inner = schema.namespace ?? (schema.name?.includes('.') ? schema.name.replace(/\.[^.]*$/, '') : namespace);
  const { fields } = schema;
  if (!isFields(fields)) throw new Error(`the record ${record.name} has no fields`);
  for (const { name, type } of fields) record.fields.push({ name, type: resolve(type, inner, named) });
  return record;
}

function isSchema(schema: unknown): schema is AvroSchema {
  return typeof schema === 'string' || (typeof schema === 'object' && schema !== null);
}

function isUnion(schema: AvroDefinition | readonly AvroSchema[]): schema is readonly AvroSchema[] {
  return Array.isArray(schema);
}

function isFields(fields: AvroDefinition['fields']): fields is NonNullable<AvroDefinition['fields']> {
  return Array.isArray(fields);
}

function symbolsOf({ name, symbols }: AvroDefinition): readonly string[] {
  if (Array.isArray(symbols) && symbols.every((symbol) => typeof symbol === 'string')) return symbols;
  throw new Error(`the enum ${name ?? ''} has no symbols`);
}

function define<N extends AvroNode>(
  schema: AvroDefinition,
  namespace: string,
  named: Map<string, AvroNode>,
  node: N,
): N {
  const name = schema.name ?? '';
  const space = schema.namespace ?? namespace;
  named.set(name.includes('.') || space === '' ? name : `${space}.${name}`, node);
  return node;
}

function lookUp(name: string, namespace: string, named: ReadonlyMap<string, AvroNode>): AvroNode {
  const found = named.get(namespace === '' ? name : `${namespace}.${name}`) ?? named.get(name);
  if (!found) throw new Error(`the schema names the type ${name}, which it does not define`);
  return found;
}

function primitive(schema: AvroDefinition, type: string): AvroNode | undefined {
  switch (type) {
    case 'null':
    case 'boolean':
    case 'float':
    case 'double':
    case 'string':
      return { kind: type };
    case 'int':
    case 'long':
      return { kind: type, logical: schema.logicalType };
    case 'bytes':
      return binary('bytes', schema);
    default:
      return undefined;
  }
}

function binary(kind: 'bytes' | 'fixed', schema: AvroDefinition): Extract<AvroNode, { kind: 'bytes' | 'fixed' }> {
  const { name = kind, logicalType: logical, scale = 0, precision = 0, size = 0 } = schema;
  const isSize = kind === 'bytes' ? size === 0 : Number.isSafeInteger(size) && size >= 0;
  if (!isSize) throw new Error(`${name} has no size`);
  return { kind, name, size, logical, scale, precision };
}

/** For people: `string`, `decimal(10,2)`, `map<string, bytes>`, `long?` for a union with null. */
export function avroTypeText(node: AvroNode): string {
  switch (node.kind) {
    case 'int':
    case 'long':
      return node.logical ?? node.kind;
    case 'bytes':
    case 'fixed':
      return node.logical === 'decimal' ? `decimal(${node.precision},${node.scale})` : (node.logical ?? node.kind);
    case 'record':
    case 'enum':
      return node.name === '' ? node.kind : node.name;
    case 'array':
      return `array<${avroTypeText(node.items)}>`;
    case 'map':
      return `map<string, ${avroTypeText(node.values)}>`;
    case 'union': {
      const others = node.branches.filter((branch) => branch.kind !== 'null').map(avroTypeText);
      const text = others.length === 1 ? (others[0] ?? '') : `union<${others.join(', ')}>`;
      return others.length < node.branches.length ? `${text}?` : text;
    }
    case 'null':
    case 'boolean':
    case 'float':
    case 'double':
    case 'string':
      return node.kind;
  }
}
