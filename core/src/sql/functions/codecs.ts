import { native, type NativeFunction, notEmulatedHere } from './native-function.ts';

type Charset = 'utf-8' | 'us-ascii' | 'iso-8859-1' | 'utf-16' | 'utf-16be' | 'utf-16le' | 'utf-32';

const CHARSETS: readonly Charset[] = ['utf-8', 'us-ascii', 'iso-8859-1', 'utf-16', 'utf-16be', 'utf-16le', 'utf-32'];

function charsetOf(name: string, where: string): Charset {
  const wanted = name.toLowerCase();
  const found = CHARSETS.find((one) => one === wanted);
  if (found) return found;
  throw new Error(`[INVALID_PARAMETER_VALUE.CHARSET] ${where} expects one of ${CHARSETS.join(', ')}, but got ${name}.`);
}

function malformed(where: string, charset: string): Error {
  return new Error(`[MALFORMED_CHARACTER_CODING] ${where} met characters that ${charset} does not have.`);
}

function encode(text: string, name: string): Uint8Array {
  const charset = charsetOf(name, 'encode');
  switch (charset) {
    case 'utf-8':
      return Buffer.from(text, 'utf8');
    case 'us-ascii':
    case 'iso-8859-1': {
      const limit = charset === 'us-ascii' ? 0x7f : 0xff;
      if (Array.from(text).some((char) => (char.codePointAt(0) ?? 0) > limit)) throw malformed('encode', charset);
      return Buffer.from(text, 'latin1');
    }
    case 'utf-16':
      return Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(text, 'utf16le').swap16()]);
    case 'utf-16be':
      return Buffer.from(text, 'utf16le').swap16();
    case 'utf-16le':
      return Buffer.from(text, 'utf16le');
    case 'utf-32': {
      const points = Array.from(text).map((char) => char.codePointAt(0) ?? 0);
      const bytes = Buffer.alloc(points.length * 4);
      points.forEach((point, at) => bytes.writeUInt32BE(point, at * 4));
      return bytes;
    }
  }
}

function decode(bytes: Uint8Array, name: string): string {
  const charset = charsetOf(name, 'decode');
  const buffer = Buffer.from(bytes);
  switch (charset) {
    case 'us-ascii':
    case 'iso-8859-1':
      if (charset === 'us-ascii' && buffer.some((byte) => byte > 0x7f)) throw malformed('decode', charset);
      return buffer.toString('latin1');
    case 'utf-32': {
      if (buffer.length % 4 !== 0) throw malformed('decode', charset);
      const points = Array.from({ length: buffer.length / 4 }, (_, at) => buffer.readUInt32BE(at * 4));
      if (points.some((point) => point > 0x10ffff)) throw malformed('decode', charset);
      return String.fromCodePoint(...points);
    }
    case 'utf-8':
    case 'utf-16':
    case 'utf-16be':
    case 'utf-16le':
      return decodeUnicode(buffer, charset);
  }
}

function decodeUnicode(buffer: Buffer, charset: 'utf-8' | 'utf-16' | 'utf-16be' | 'utf-16le'): string {
  const marked = charset === 'utf-16' && buffer.length >= 2;
  const little = charset === 'utf-16le' || (marked && buffer[0] === 0xff && buffer[1] === 0xfe);
  const big = marked && buffer[0] === 0xfe && buffer[1] === 0xff;
  const content = (little && charset === 'utf-16') || big ? buffer.subarray(2) : buffer;
  try {
    const label = charset === 'utf-8' ? 'utf-8' : little ? 'utf-16le' : 'utf-16be';
    return new TextDecoder(label, { fatal: true, ignoreBOM: true }).decode(content);
  } catch (error) {
    if (error instanceof TypeError) throw malformed('decode', charset);
    throw error;
  }
}

/** Hexadecimal digits as bytes, an odd number with a zero before it; null for what is none. */
function unhex(text: string): Uint8Array | null {
  if (!/^[0-9a-fA-F]*$/.test(text)) return null;
  return Buffer.from(text.length % 2 === 1 ? `0${text}` : text, 'hex');
}

/** Whether `to_binary` reads a text: groups of four with `=` at the very end only. */
function isBase64(text: string): boolean {
  if (/=\s/.test(text)) throw notEmulatedHere(`base64 with white space after its padding: ${text}`);
  const plain = text.replace(/\s/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(plain)) return false;
  const padding = plain.length - plain.replace(/=+$/, '').length;
  return padding === 0 ? plain.length % 4 !== 1 : plain.length % 4 === 0;
}

/** What Java's MIME decoder reads: it passes over what is no letter of base64, and padding stands only where a group ends. */
function unbase64(text: string): Uint8Array | null {
  const [, letters = '', , padding = '', rest = ''] = /^(([^=])*)(=*)([\s\S]*)$/.exec(text) ?? [];
  const plain = letters.replace(/[^A-Za-z0-9+/]/g, '');
  const last = plain.length % 4;
  if (last === 1 || /[A-Za-z0-9+/]/.test(rest)) return null;
  if (padding !== '' && (last === 0 || (last === 2 && padding.length < 2))) return null;
  return Buffer.from(plain, 'base64');
}

function toBinary(text: string, format: string): Uint8Array | null {
  switch (format.toLowerCase()) {
    case 'utf-8':
    case 'utf8':
      return Buffer.from(text, 'utf8');
    case 'hex':
      return unhex(text);
    case 'base64':
      return isBase64(text) ? Buffer.from(text.replace(/\s/g, ''), 'base64') : null;
    default:
      throw new Error(`[INVALID_PARAMETER_VALUE] ${format} is no format of bytes: hex, utf-8 and base64 are.`);
  }
}

function required<T>(value: T | null, text: string, format: string): T {
  if (value !== null) return value;
  throw new Error(`[CONVERSION_INVALID_INPUT] ${text} cannot be converted to BINARY by the format ${format}.`);
}

/** CRC-32 as java.util.zip.CRC32 computes it. */
const CRC_TABLE = Array.from({ length: 256 }, (_, at) => {
  let value = at;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});

function crc32(bytes: Uint8Array): bigint {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = ((CRC_TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8)) >>> 0;
  return BigInt((crc ^ 0xffffffff) >>> 0);
}

/** `conv`: digits of one base as those of another, in unsigned 64 bits; a negative target base shows the sign. */
function conv(text: string, from: number, to: number, ansi: boolean): string | null {
  if (Math.abs(from) < 2 || Math.abs(from) > 36 || Math.abs(to) < 2 || Math.abs(to) > 36 || from < 0) return null;
  const trimmed = text.replace(/^ +| +$/g, '');
  if (trimmed === '') return null;
  const negative = trimmed.startsWith('-');
  let value = 0n;
  for (const char of trimmed.slice(negative ? 1 : 0)) {
    const digit = /[0-9a-z]/i.test(char) ? parseInt(char, 36) : 99;
    if (digit >= from) break;
    value = value * BigInt(from) + BigInt(digit);
    if (value > 0xffffffffffffffffn) {
      if (ansi) throw new Error('[ARITHMETIC_OVERFLOW] Overflow in function conv().');
      value = 0xffffffffffffffffn;
      break;
    }
  }
  let signed = negative ? BigInt.asUintN(64, -value) : value;
  // Java: a negative number beyond the signed range stays all ones.
  if (negative && to > 0 && BigInt.asIntN(64, value) < 0n) signed = 0xffffffffffffffffn;
  const shown = to < 0 ? BigInt.asIntN(64, signed) : signed;
  const digits = (shown < 0n ? -shown : shown).toString(Math.abs(to)).toUpperCase();
  return shown < 0n ? `-${digits}` : digits;
}

/** `java.net.URLEncoder`: form encoding. */
function urlEncode(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}

function urlDecode(text: string): string | null {
  if (/%(?![0-9a-fA-F]{2})/.test(text)) return null;
  const bytes: number[] = [];
  for (const part of text.replaceAll('+', ' ').matchAll(/%([0-9a-fA-F]{2})|([^%]+)/g)) {
    const [, code, plain] = part;
    bytes.push(...(code === undefined ? Buffer.from(plain ?? '', 'utf8') : [parseInt(code, 16)]));
  }
  return Buffer.from(bytes).toString('utf8');
}

export const CODEC_FUNCTIONS: readonly NativeFunction[] = [
  native('spark_encode', ['VARCHAR', 'VARCHAR'], 'BLOB', encode),
  native('spark_decode', ['BLOB', 'VARCHAR'], 'VARCHAR', decode),
  native('spark_unhex', ['VARCHAR'], 'BLOB', unhex),
  native('spark_unbase64', ['VARCHAR'], 'BLOB', (text) => required(unbase64(text), text, 'base64')),
  native('spark_to_binary', ['VARCHAR', 'VARCHAR'], 'BLOB', (text, format) =>
    required(toBinary(text, format), text, format),
  ),
  native('spark_try_to_binary', ['VARCHAR', 'VARCHAR'], 'BLOB', toBinary),
  native('spark_crc32', ['BLOB'], 'BIGINT', crc32),
  native('spark_conv', ['VARCHAR', 'INTEGER', 'INTEGER', 'BOOLEAN'], 'VARCHAR', conv),
  native('spark_bin', ['BIGINT'], 'VARCHAR', (value) => BigInt.asUintN(64, value).toString(2)),
  native('spark_hex', ['BIGINT'], 'VARCHAR', (value) => BigInt.asUintN(64, value).toString(16).toUpperCase()),
  native('spark_url_encode', ['VARCHAR'], 'VARCHAR', urlEncode),
  native('spark_try_url_decode', ['VARCHAR'], 'VARCHAR', urlDecode),
  native('spark_url_decode', ['VARCHAR'], 'VARCHAR', (text) => {
    const decoded = urlDecode(text);
    if (decoded === null) throw new Error(`[CANNOT_DECODE_URL] The provided URL cannot be decoded: ${text}.`);
    return decoded;
  }),
];
