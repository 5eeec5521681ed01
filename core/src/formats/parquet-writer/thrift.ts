/** Field types of Thrift's compact protocol ("Thrift Compact protocol encoding", Struct encoding). */
const TYPE = { true: 1, false: 2, i32: 5, i64: 6, binary: 8, list: 9, struct: 12 } as const;

/** A value with its Thrift type. A struct is its fields by id, in ascending order; an undefined field is left out. */
export type Thrift =
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'i32' | 'i64'; readonly value: number }
  | { readonly type: 'text'; readonly value: string }
  | { readonly type: 'list'; readonly of: 'i32' | 'binary' | 'struct'; readonly items: readonly Thrift[] }
  | { readonly type: 'struct'; readonly fields: readonly (readonly [id: number, value: Thrift | undefined])[] };

export const i32 = (value: number): Thrift => ({ type: 'i32', value });
export const i64 = (value: number): Thrift => ({ type: 'i64', value });
export const bool = (value: boolean): Thrift => ({ type: 'bool', value });
export const text = (value: string): Thrift => ({ type: 'text', value });
export const list = (of: 'i32' | 'binary' | 'struct', items: readonly Thrift[]): Thrift => ({
  type: 'list',
  of,
  items,
});
export const struct = (...fields: (readonly [id: number, value: Thrift | undefined])[]): Thrift => ({
  type: 'struct',
  fields,
});

/** A value in the compact protocol, as Parquet's headers and footers are written. */
export function encodeThrift(value: Thrift): Buffer {
  const bytes: number[] = [];
  write(bytes, value);
  return Buffer.from(bytes);
}

function write(bytes: number[], thrift: Thrift): void {
  switch (thrift.type) {
    case 'bool':
      bytes.push(thrift.value ? TYPE.true : TYPE.false);
      return;
    case 'i32':
    case 'i64':
      writeVarint(bytes, BigInt.asUintN(64, (BigInt(thrift.value) << 1n) ^ (BigInt(thrift.value) >> 63n)));
      return;
    case 'text': {
      const utf8 = Buffer.from(thrift.value);
      writeVarint(bytes, BigInt(utf8.byteLength));
      bytes.push(...utf8);
      return;
    }
    case 'list':
      if (thrift.items.length < 15) bytes.push((thrift.items.length << 4) | TYPE[thrift.of]);
      else {
        bytes.push(0xf0 | TYPE[thrift.of]);
        writeVarint(bytes, BigInt(thrift.items.length));
      }
      for (const item of thrift.items) write(bytes, item);
      return;
    case 'struct':
      writeStruct(bytes, thrift.fields);
      return;
  }
}

/** Ids are written as distances from the one before; Parquet's never lie more than 15 apart. A boolean is its field's type. */
function writeStruct(bytes: number[], fields: readonly (readonly [id: number, value: Thrift | undefined])[]): void {
  let last = 0;
  for (const [id, value] of fields) {
    if (!value) continue;
    bytes.push(((id - last) << 4) | typeOf(value));
    last = id;
    if (value.type !== 'bool') write(bytes, value);
  }
  bytes.push(0);
}

function typeOf(thrift: Thrift): number {
  switch (thrift.type) {
    case 'bool':
      return thrift.value ? TYPE.true : TYPE.false;
    case 'text':
      return TYPE.binary;
    case 'i32':
    case 'i64':
    case 'list':
    case 'struct':
      return TYPE[thrift.type];
  }
}

function writeVarint(bytes: number[], value: bigint): void {
  let rest = value;
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
}
