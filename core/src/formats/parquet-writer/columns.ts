import { ByteBuilder } from './byte-builder.ts';
import { Levels } from './levels.ts';

/** What a Parquet column can hold here; every value may be null. Lists and maps may hold nulls, keys of maps are text. */
export type ParquetType =
  | { readonly kind: Primitive }
  | { readonly kind: 'struct'; readonly fields: readonly ParquetField[] }
  | { readonly kind: 'list'; readonly item: ParquetType }
  | { readonly kind: 'map'; readonly value: ParquetType };

/** `instant`: microseconds since 1970 in UTC. `date`: days since 1970. */
export type Primitive = 'boolean' | 'int32' | 'int64' | 'float' | 'double' | 'bytes' | 'text' | 'date' | 'instant';

export interface ParquetField {
  readonly name: string;
  readonly type: ParquetType;
}

/** A field with the buffers of its leaves. `definition` is the level at which it is there. */
export type Column = LeafColumn | StructColumn | ListColumn | MapColumn;

export interface StructColumn {
  readonly kind: 'struct';
  readonly definition: number;
  readonly fields: readonly Column[];
}

/** Present at `definition`, with an item at one more; its items repeat at `repetition`. */
export interface ListColumn {
  readonly kind: 'list';
  readonly definition: number;
  readonly repetition: number;
  readonly item: Column;
}

export interface MapColumn {
  readonly kind: 'map';
  readonly definition: number;
  readonly repetition: number;
  readonly key: LeafColumn;
  readonly value: Column;
}

/** The values of one leaf, with the levels that place them (Dremel's encoding, as Parquet has it). */
export class LeafColumn {
  readonly kind = 'leaf';
  readonly primitive: Primitive;
  readonly path: readonly string[];
  readonly definition: number;
  readonly values = new ByteBuilder();
  readonly #definitions: Levels;
  readonly #repetitions: Levels;
  /** Values and nulls since the last page. */
  count = 0;
  #bits = 0;

  constructor(primitive: Primitive, path: readonly string[], definition: number, repetition: number) {
    this.primitive = primitive;
    this.path = path;
    this.definition = definition;
    this.#definitions = new Levels(definition);
    this.#repetitions = new Levels(repetition);
  }

  /** Something above the value, or the value itself, is not there. */
  absent(repetition: number, definition: number): void {
    this.#definitions.push(definition);
    this.#repetitions.push(repetition);
    this.count += 1;
  }

  /** Announces a value, which is then written to `values`. */
  present(repetition: number): ByteBuilder {
    this.absent(repetition, this.definition);
    return this.values;
  }

  boolean(repetition: number, value: boolean): void {
    const values = this.present(repetition);
    if ((this.#bits & 7) === 0) values.byte(0);
    if (value) values.bytes[values.length - 1] = (values.bytes[values.length - 1] ?? 0) | (1 << (this.#bits & 7));
    this.#bits += 1;
  }

  /** The page's bytes: levels, then values in plain encoding. The column is empty afterwards. */
  takePage(): Buffer {
    const values = this.values.bytes.subarray(0, this.values.length);
    const page = Buffer.concat([this.#repetitions.encode(), this.#definitions.encode(), values]);
    for (const part of [this.values, this.#definitions, this.#repetitions]) part.clear();
    this.count = 0;
    this.#bits = 0;
    return page;
  }
}

/** A field's leaves, all empty. */
export function columnOf({ name, type }: ParquetField): Column {
  return build(type, [name], 0, 0);
}

function build(type: ParquetType, path: readonly string[], definition: number, repetition: number): Column {
  const here = definition + 1;
  switch (type.kind) {
    case 'struct': {
      const fields = type.fields.map((field) => build(field.type, [...path, field.name], here, repetition));
      return { kind: 'struct', definition: here, fields };
    }
    case 'list': {
      const item = build(type.item, [...path, 'list', 'element'], here + 1, repetition + 1);
      return { kind: 'list', definition: here, repetition: repetition + 1, item };
    }
    case 'map': {
      const inner = [...path, 'key_value'];
      // A key is never null: it is there where its entry is.
      const key = new LeafColumn('text', [...inner, 'key'], here + 1, repetition + 1);
      const value = build(type.value, [...inner, 'value'], here + 1, repetition + 1);
      return { kind: 'map', definition: here, repetition: repetition + 1, key, value };
    }
    case 'boolean':
    case 'int32':
    case 'int64':
    case 'float':
    case 'double':
    case 'bytes':
    case 'text':
    case 'date':
    case 'instant':
      return new LeafColumn(type.kind, path, here, repetition);
  }
}

export function leavesOf(column: Column): readonly LeafColumn[] {
  switch (column.kind) {
    case 'leaf':
      return [column];
    case 'struct':
      return column.fields.flatMap(leavesOf);
    case 'list':
      return leavesOf(column.item);
    case 'map':
      return [column.key, ...leavesOf(column.value)];
  }
}

/** Nothing below this column is there; `definition` says down to where its path is. */
export function writeAbsent(column: Column, repetition: number, definition: number): void {
  switch (column.kind) {
    case 'leaf':
      column.absent(repetition, definition);
      return;
    case 'struct':
      for (const field of column.fields) writeAbsent(field, repetition, definition);
      return;
    case 'list':
      writeAbsent(column.item, repetition, definition);
      return;
    case 'map':
      column.key.absent(repetition, definition);
      writeAbsent(column.value, repetition, definition);
      return;
  }
}
