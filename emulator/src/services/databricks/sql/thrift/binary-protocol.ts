/**
 * Thrift's binary protocol, as far as the service of a SQL warehouse needs it.
 * https://github.com/apache/thrift/blob/master/doc/specs/thrift-binary-protocol.md
 */

const type = {
  stop: 0,
  bool: 2,
  byte: 3,
  double: 4,
  i16: 6,
  i32: 8,
  i64: 10,
  string: 11,
  struct: 12,
  map: 13,
  set: 14,
  list: 15,
} as const;

/** A message of another version of the protocol, or one that ends too early. */
export class ThriftProtocolError extends Error {
  override readonly name = 'ThriftProtocolError';
}

export interface ThriftCall {
  readonly method: string;
  readonly sequence: number;
  readonly request: ThriftStruct;
}

type Value = boolean | number | bigint | Buffer | ThriftStruct | readonly Value[] | ReadonlyMap<string, Value>;

/** A struct that was read: its fields by their ids. What is absent, or of another type than asked for, is undefined. */
export class ThriftStruct {
  readonly #fields: ReadonlyMap<number, Value>;

  constructor(fields: ReadonlyMap<number, Value>) {
    this.#fields = fields;
  }

  text(id: number): string | undefined {
    return this.bytes(id)?.toString('utf8');
  }

  bytes(id: number): Buffer | undefined {
    const value = this.#fields.get(id);
    return Buffer.isBuffer(value) ? value : undefined;
  }

  number(id: number): number | undefined {
    const value = this.#fields.get(id);
    return typeof value === 'bigint' ? Number(value) : typeof value === 'number' ? value : undefined;
  }

  flag(id: number): boolean | undefined {
    const value = this.#fields.get(id);
    return typeof value === 'boolean' ? value : undefined;
  }

  struct(id: number): ThriftStruct {
    const value = this.#fields.get(id);
    return value instanceof ThriftStruct ? value : new ThriftStruct(new Map());
  }

  structs(id: number): readonly ThriftStruct[] {
    const value = this.#fields.get(id);
    return Array.isArray(value) ? value.filter((one) => one instanceof ThriftStruct) : [];
  }

  /** The keys of a map. */
  keys(id: number): readonly string[] {
    const value = this.#fields.get(id);
    return value instanceof Map ? [...(value as ReadonlyMap<string, Value>).keys()] : [];
  }
}

/** Deeper than any struct of the service; a message that nests deeper is none of it. */
const deepest = 32;

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  take(length: number): Buffer {
    const end = this.#at + length;
    if (length < 0 || end > this.#bytes.length) throw new ThriftProtocolError('The message ends too early.');
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  byte(): number {
    return this.take(1).readInt8();
  }

  i32(): number {
    return this.take(4).readInt32BE();
  }

  string(): Buffer {
    return this.take(this.i32());
  }

  struct(depth: number): ThriftStruct {
    const fields = new Map<number, Value>();
    for (;;) {
      const kind = this.byte();
      if (kind === type.stop) return new ThriftStruct(fields);
      const id = this.take(2).readInt16BE();
      fields.set(id, this.value(kind, depth + 1));
    }
  }

  value(kind: number, depth: number): Value {
    if (depth > deepest) throw new ThriftProtocolError('The message nests too deep.');
    switch (kind) {
      case type.bool:
        return this.byte() !== 0;
      case type.byte:
        return this.byte();
      case type.double:
        return this.take(8).readDoubleBE();
      case type.i16:
        return this.take(2).readInt16BE();
      case type.i32:
        return this.i32();
      case type.i64:
        return this.take(8).readBigInt64BE();
      case type.string:
        return this.string();
      case type.struct:
        return this.struct(depth);
      case type.map:
        return this.map(depth);
      case type.set:
      case type.list:
        return this.list(depth);
      default:
        throw new ThriftProtocolError(`The message has a value of the unknown type ${kind}.`);
    }
  }

  map(depth: number): ReadonlyMap<string, Value> {
    const [keys, values, size] = [this.byte(), this.byte(), this.i32()];
    if (size > 0 && keys !== type.string)
      throw new ThriftProtocolError('A map of the message has keys that are no texts.');
    const found = new Map<string, Value>();
    for (let index = 0; index < size; index += 1) {
      const key = this.string().toString('utf8');
      found.set(key, this.value(values, depth + 1));
    }
    return found;
  }

  list(depth: number): readonly Value[] {
    const [items, size] = [this.byte(), this.i32()];
    const found: Value[] = [];
    for (let index = 0; index < size; index += 1) found.push(this.value(items, depth + 1));
    return found;
  }
}

/** The high bytes of a message of the strict protocol. */
const strictVersion = 0x8001;

/** @throws ThriftProtocolError */
export function readCall(bytes: Buffer): ThriftCall {
  const reader = new Reader(bytes);
  if (reader.take(2).readUInt16BE() !== strictVersion)
    throw new ThriftProtocolError('The message is none of the binary protocol with its version.');
  reader.take(2);
  const method = reader.string().toString('utf8');
  const sequence = reader.i32();
  return { method, sequence, request: reader.struct(0).struct(1) };
}

/** A value to write, with its type. */
export interface Typed {
  readonly type: number;
  readonly bytes: Buffer;
}

export const bool = (value: boolean): Typed => ({ type: type.bool, bytes: Buffer.from([value ? 1 : 0]) });

export const byte = (value: number): Typed => ({ type: type.byte, bytes: Buffer.from(Int8Array.of(value).buffer) });

export function double(value: number): Typed {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return { type: type.double, bytes };
}

export function i16(value: number): Typed {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return { type: type.i16, bytes };
}

export function i32(value: number): Typed {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return { type: type.i32, bytes };
}

export function i64(value: bigint): Typed {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return { type: type.i64, bytes };
}

export const binary = (value: Uint8Array): Typed => ({
  type: type.string,
  bytes: Buffer.concat([i32(value.length).bytes, value]),
});

export const text = (value: string): Typed => binary(Buffer.from(value, 'utf8'));

/** @param fields by their ids; what is undefined is left out. */
export function struct(fields: Readonly<Record<number, Typed | undefined>>): Typed {
  const parts: Uint8Array[] = [];
  for (const [id, value] of Object.entries(fields)) {
    if (value) parts.push(Buffer.from([value.type]), i16(Number(id)).bytes, value.bytes);
  }
  return { type: type.struct, bytes: Buffer.concat([...parts, Buffer.from([type.stop])]) };
}

/** @param of makes a value of the list's type; an empty list has one, too. */
export function list<T>(items: readonly T[], of: (item: T) => Typed, empty: Typed = struct({})): Typed {
  const values = items.map(of);
  const head = Buffer.concat([Buffer.from([(values[0] ?? empty).type]), i32(values.length).bytes]);
  return { type: type.list, bytes: Buffer.concat([head, ...values.map(({ bytes }) => bytes)]) };
}

export function map(entries: Readonly<Record<string, Typed>>, empty: Typed = text('')): Typed {
  const values = Object.entries(entries);
  const head = Buffer.concat([Buffer.from([type.string, (values[0]?.[1] ?? empty).type]), i32(values.length).bytes]);
  return {
    type: type.map,
    bytes: Buffer.concat([head, ...values.flatMap(([key, value]) => [text(key).bytes, value.bytes])]),
  };
}

const reply = 2;
const exception = 3;

/** @param result of the call, its success. */
export const replyTo = (call: ThriftCall, result: Typed): Buffer => message(call, reply, struct({ 0: result }));

const unknownMethod = 1;

/** Thrift's own answer to a method that the service does not have. */
export const noSuchMethod = (call: ThriftCall, words: string): Buffer =>
  message(call, exception, struct({ 1: text(words), 2: i32(unknownMethod) }));

function message({ method, sequence }: ThriftCall, kind: number, content: Typed): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(strictVersion);
  head.writeUInt8(kind, 3);
  return Buffer.concat([head, text(method).bytes, i32(sequence).bytes, content.bytes]);
}
