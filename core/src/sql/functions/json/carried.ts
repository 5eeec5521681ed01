import { type JsonNode, readJson } from './jackson.ts';

/** A value that DuckDB gave as JSON whose scalars are texts. */
export function carried(text: string): JsonNode {
  const read = readJson(text);
  if (!read) throw new Error('a carried value is JSON');
  return read.node;
}

/** The text of a carried scalar. */
export function carriedText(node: JsonNode): string {
  return node.kind === 'string' || node.kind === 'integer' || node.kind === 'fraction' ? node.text : node.kind;
}

export function numberOf(text: string): number {
  if (text === 'inf' || text === '-inf') return text === 'inf' ? Infinity : -Infinity;
  return Number(text === 'nan' || text === '-nan' ? 'NaN' : text);
}

/** The bytes that DuckDB writes as text, those outside ASCII and the backslash as `\xFF`. */
export function blobBytes(text: string): Buffer {
  return Buffer.from(
    text.replace(/\\x([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
    'latin1',
  );
}

/** Bytes as DuckDB casts a text to BLOB. */
export function blobText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}
