/** A decoded AMQP value (AMQP 1.0 part 1, section 1.6), as far as events need it: its kind keeps long and double apart. */
export type AmqpValue =
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'integer'; readonly value: number | bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'bytes'; readonly value: Buffer }
  /** Milliseconds since 1970. */
  | { readonly kind: 'timestamp'; readonly value: number }
  | { readonly kind: 'uuid'; readonly value: string }
  | { readonly kind: 'list'; readonly value: readonly AmqpValue[] }
  | { readonly kind: 'map'; readonly value: readonly (readonly [AmqpValue, AmqpValue])[] };

/** Bytes that are not a well-formed AMQP value. */
export class AmqpDecodeError extends Error {
  override readonly name = 'AmqpDecodeError';
}

/** Position behind the value that begins at `position`, without decoding it. */
export function valueEnd(bytes: Buffer, position: number): number {
  const end = unboundedValueEnd(bytes, position);
  if (end > bytes.length) throw new AmqpDecodeError('a value reaches beyond the end of the message');
  return end;
}

function unboundedValueEnd(bytes: Buffer, position: number): number {
  const code = byteAt(bytes, position);
  if (code === 0) return valueEnd(bytes, valueEnd(bytes, position + 1));
  const body = position + 1;
  switch (code >> 4) {
    case 0x4:
      return body;
    case 0x5:
      return body + 1;
    case 0x6:
      return body + 2;
    case 0x7:
      return body + 4;
    case 0x8:
      return body + 8;
    case 0x9:
      return body + 16;
    case 0xa:
    case 0xc:
    case 0xe:
      return body + 1 + byteAt(bytes, body);
    case 0xb:
    case 0xd:
    case 0xf:
      return body + 4 + wordAt(bytes, body);
    default:
      throw new AmqpDecodeError(`there is no type with the code 0x${code.toString(16)}`);
  }
}

/** Decodes the value at `position`. Descriptors are dropped: a described value is its value. */
export function decodeValue(bytes: Buffer, position: number): { readonly value: AmqpValue; readonly end: number } {
  const code = byteAt(bytes, position);
  if (code === 0) return decodeValue(bytes, valueEnd(bytes, position + 1));
  const end = valueEnd(bytes, position);
  return { value: decodeBody(bytes, code, position + 1, end), end };
}

function decodeBody(bytes: Buffer, code: number, at: number, end: number): AmqpValue {
  switch (code) {
    case 0x40:
      return { kind: 'null' };
    case 0x41:
      return { kind: 'boolean', value: true };
    case 0x42:
      return { kind: 'boolean', value: false };
    case 0x56:
      return { kind: 'boolean', value: bytes.readUInt8(at) === 1 };
    case 0x43:
    case 0x44:
      return { kind: 'integer', value: 0 };
    case 0x45:
      return { kind: 'list', value: [] };
    case 0x72:
      return { kind: 'float', value: bytes.readFloatBE(at) };
    case 0x82:
      return { kind: 'float', value: bytes.readDoubleBE(at) };
    case 0x73:
      return { kind: 'text', value: String.fromCodePoint(bytes.readUInt32BE(at)) };
    case 0x83:
      return { kind: 'timestamp', value: Number(bytes.readBigInt64BE(at)) };
    case 0x98:
      return { kind: 'uuid', value: uuidText(bytes.subarray(at, end)) };
    case 0xa0:
      return { kind: 'bytes', value: bytes.subarray(at + 1, end) };
    case 0xb0:
      return { kind: 'bytes', value: bytes.subarray(at + 4, end) };
    case 0x74:
    case 0x84:
    case 0x94:
    case 0xe0:
    case 0xf0:
      // Decimals and arrays: nothing here looks into them, so they stay as they are encoded.
      return { kind: 'bytes', value: bytes.subarray(at, end) };
    case 0xa1:
    case 0xa3:
      return { kind: 'text', value: bytes.toString('utf8', at + 1, end) };
    case 0xb1:
    case 0xb3:
      return { kind: 'text', value: bytes.toString('utf8', at + 4, end) };
    case 0xc0:
    case 0xd0:
      return { kind: 'list', value: decodeItems(bytes, code, at, end) };
    case 0xc1:
    case 0xd1:
      return { kind: 'map', value: inPairs(decodeItems(bytes, code, at, end)) };
    default:
      return { kind: 'integer', value: decodeInteger(bytes, code, at) };
  }
}

function decodeInteger(bytes: Buffer, code: number, at: number): number | bigint {
  switch (code) {
    case 0x50:
    case 0x52:
    case 0x53:
      return bytes.readUInt8(at);
    case 0x51:
    case 0x54:
    case 0x55:
      return bytes.readInt8(at);
    case 0x60:
      return bytes.readUInt16BE(at);
    case 0x61:
      return bytes.readInt16BE(at);
    case 0x70:
      return bytes.readUInt32BE(at);
    case 0x71:
      return bytes.readInt32BE(at);
    case 0x80:
      return asNumberWhereExact(bytes.readBigUInt64BE(at));
    case 0x81:
      return asNumberWhereExact(bytes.readBigInt64BE(at));
    default:
      throw new AmqpDecodeError(`the type with the code 0x${code.toString(16)} is not supported`);
  }
}

/** The entries of a list or map: a size and a count of one byte (0xc.) or four (0xd.), then the entries. */
function decodeItems(bytes: Buffer, code: number, at: number, end: number): readonly AmqpValue[] {
  const items: AmqpValue[] = [];
  let position = at + (code < 0xd0 ? 2 : 8);
  while (position < end) {
    const item = decodeValue(bytes, position);
    items.push(item.value);
    position = item.end;
  }
  if (position !== end) throw new AmqpDecodeError('an entry reaches beyond the end of its list or map');
  return items;
}

function inPairs(items: readonly AmqpValue[]): (readonly [AmqpValue, AmqpValue])[] {
  const pairs: (readonly [AmqpValue, AmqpValue])[] = [];
  for (let index = 0; index + 1 < items.length; index += 2) {
    const key = items[index];
    const value = items[index + 1];
    if (key && value) pairs.push([key, value]);
  }
  return pairs;
}

function asNumberWhereExact(value: bigint): number | bigint {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function uuidText(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function byteAt(bytes: Buffer, position: number): number {
  const byte = bytes[position];
  if (byte === undefined) throw new AmqpDecodeError('the message ends within a value');
  return byte;
}

function wordAt(bytes: Buffer, position: number): number {
  if (position + 4 > bytes.length) throw new AmqpDecodeError('the message ends within a value');
  return bytes.readUInt32BE(position);
}
