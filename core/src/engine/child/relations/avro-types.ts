import {
  blobValue,
  DuckDBDateValue,
  DuckDBTimestampTZValue,
  type DuckDBValue,
  listValue,
  mapValue,
  structValue,
} from '@duckdb/node-api';
import { ExpectedError } from '../../../base/expected-error.ts';
import { quoteIdentifier } from '../../../delta/duckdb-types.ts';
import type { AvroField, AvroNode } from '../../../formats/avro-schema.ts';
import type { AvroValue } from '../../../formats/avro-values.ts';

/** How values of one Avro type come into DuckDB. */
export interface AvroConversion {
  readonly duckdbType: string;
  readonly toDuckdb: (value: AvroValue) => DuckDBValue;
  /** For the rescued data column. */
  readonly toJson: (value: AvroValue) => unknown;
}

/** The types of Spark's Avro reader (SchemaConverters). @throws ExpectedError `engine.type-not-emulated`. */
export function avroConversion(node: AvroNode, where: string): AvroConversion {
  switch (node.kind) {
    case 'boolean':
      return plain('BOOLEAN');
    case 'float':
      return plain('FLOAT');
    case 'double':
      return plain('DOUBLE');
    case 'string':
    case 'enum':
      return plain('VARCHAR');
    case 'int':
    case 'long':
      return whole(node, where);
    case 'bytes':
    case 'fixed':
      if (node.logical !== undefined) throw unknownType(`${node.kind} (${node.logical})`, where);
      return conversion(
        'BLOB',
        (value) => blobValue(value as Uint8Array),
        (value) => Buffer.from(value as Uint8Array).toString('base64'),
      );
    case 'record':
      return record(node.fields, where);
    case 'array':
      return array(avroConversion(node.items, where));
    case 'map':
      return map(avroConversion(node.values, where));
    case 'union':
      return union(node.branches, where);
    case 'null':
      throw unknownType('null', where);
  }
}

/** NULL stays NULL in every type. */
function conversion(
  duckdbType: string,
  toDuckdb: (value: AvroValue) => DuckDBValue,
  toJson: (value: AvroValue) => unknown,
): AvroConversion {
  return {
    duckdbType,
    toDuckdb: (value) => (value === null ? null : toDuckdb(value)),
    toJson: (value) => (value === null ? null : toJson(value)),
  };
}

function plain(duckdbType: string): AvroConversion {
  return conversion(
    duckdbType,
    (value) => value as DuckDBValue,
    (value) => value,
  );
}

function whole({ kind, logical }: Extract<AvroNode, { kind: 'int' | 'long' }>, where: string): AvroConversion {
  const instant = (micros: (value: bigint) => bigint): AvroConversion =>
    conversion(
      'TIMESTAMP WITH TIME ZONE',
      (value) => new DuckDBTimestampTZValue(micros(value as bigint)),
      (value) => new Date(Number(micros(value as bigint) / 1000n)).toISOString(),
    );
  switch (logical) {
    case undefined:
      return conversion(
        kind === 'int' ? 'INTEGER' : 'BIGINT',
        (value) => value as DuckDBValue,
        (value) => Number(value),
      );
    case 'date':
      return conversion(
        'DATE',
        (value) => new DuckDBDateValue(value as number),
        (value) => new Date((value as number) * 86_400_000).toISOString().slice(0, 10),
      );
    case 'timestamp-millis':
      return instant((value) => value * 1000n);
    case 'timestamp-micros':
      return instant((value) => value);
    default:
      throw unknownType(`${kind} (${logical})`, where);
  }
}

/** null and one type: that type. int and long, float and double: the wider. Any others: struct<member0, member1, ...>. */
function union(branches: readonly AvroNode[], where: string): AvroConversion {
  const members = branches.filter(({ kind }) => kind !== 'null');
  const conversions = members.map((branch) => avroConversion(branch, where));
  const [only] = conversions;
  if (only && conversions.length === 1) return only;
  const kinds = members.map((member) => member.kind);
  if (kinds.every((kind) => kind === 'int' || kind === 'long')) {
    return conversion('BIGINT', (value) => BigInt(value as number | bigint), Number);
  }
  if (kinds.every((kind) => kind === 'float' || kind === 'double')) return plain('DOUBLE');
  const shapes = kinds.map(shapeOfKind);
  if (new Set(shapes).size < shapes.length) throw unknownType(`union<${kinds.join(', ')}>`, where);
  return memberStruct(shapes, conversions);
}

function memberStruct(shapes: readonly string[], conversions: readonly AvroConversion[]): AvroConversion {
  const fields = conversions.map(({ duckdbType }, index) => `member${index} ${duckdbType}`);
  return conversion(
    `STRUCT(${fields.join(', ')})`,
    (value) => {
      const shape = shapeOfValue(value);
      const member = (each: AvroConversion, index: number): [string, DuckDBValue] => [
        `member${index}`,
        shapes[index] === shape ? each.toDuckdb(value) : null,
      ];
      return structValue(Object.fromEntries(conversions.map(member)));
    },
    (value) => {
      const index = shapes.indexOf(shapeOfValue(value));
      return { [`member${index}`]: conversions[index]?.toJson(value) };
    },
  );
}

/** What tells the branches of a union apart once their values are plain. */
function shapeOfKind(kind: AvroNode['kind']): string {
  switch (kind) {
    case 'int':
    case 'float':
    case 'double':
      return 'number';
    case 'long':
      return 'bigint';
    case 'string':
    case 'enum':
      return 'string';
    case 'bytes':
    case 'fixed':
      return 'bytes';
    case 'record':
    case 'map':
      return 'object';
    case 'array':
    case 'boolean':
    case 'null':
    case 'union':
      return kind;
  }
}

function shapeOfValue(value: AvroValue): string {
  if (value instanceof Uint8Array) return 'bytes';
  return Array.isArray(value) ? 'array' : typeof value;
}

function record(fields: readonly AvroField[], where: string): AvroConversion {
  const members = fields.map(({ name, type }) => ({ name, inner: avroConversion(type, `${where}.${name}`) }));
  const part = (value: AvroValue, name: string): AvroValue =>
    (value as Readonly<Record<string, AvroValue>>)[name] ?? null;
  return conversion(
    `STRUCT(${members.map(({ name, inner }) => `${quoteIdentifier(name)} ${inner.duckdbType}`).join(', ')})`,
    (value) =>
      structValue(Object.fromEntries(members.map(({ name, inner }) => [name, inner.toDuckdb(part(value, name))]))),
    (value) => Object.fromEntries(members.map(({ name, inner }) => [name, inner.toJson(part(value, name))])),
  );
}

function array(item: AvroConversion): AvroConversion {
  return conversion(
    `${item.duckdbType}[]`,
    (value) => listValue((value as readonly AvroValue[]).map(item.toDuckdb)),
    (value) => (value as readonly AvroValue[]).map(item.toJson),
  );
}

function map(inner: AvroConversion): AvroConversion {
  const entries = (value: AvroValue): [string, AvroValue][] =>
    Object.entries(value as Readonly<Record<string, AvroValue>>);
  return conversion(
    `MAP(VARCHAR, ${inner.duckdbType})`,
    (value) => mapValue(entries(value).map(([key, item]) => ({ key, value: inner.toDuckdb(item) }))),
    (value) => Object.fromEntries(entries(value).map(([key, item]) => [key, inner.toJson(item)])),
  );
}

function unknownType(type: string, where: string): ExpectedError {
  return new ExpectedError({
    code: 'engine.type-not-emulated',
    message: `${where} is of the Avro type ${type}, which is not read here.`,
    nextStep: 'Leave the field out by naming the others in schema =>.',
  });
}
