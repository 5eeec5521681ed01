import { javaDouble } from '../java-numbers.ts';
import type { JsonNode } from './jackson.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** A JSON string as Jackson's generator writes it: other control characters as `\u00XX` in upper case, all else as it is. */
export function jsonString(text: string): string {
  const escaped = text.replace(/["\\\p{Cc}]/gu, (char) => {
    if (char >= '\u007f') return char;
    return ESCAPES[char] ?? `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
  });
  return `"${escaped}"`;
}

/** A value as `JsonGenerator.copyCurrentStructure` writes it: fractions go through a double, what is no number becomes text. */
export function jsonText(node: JsonNode): string {
  switch (node.kind) {
    case 'object':
      return `{${node.entries.map(([key, value]) => `${jsonString(key)}:${jsonText(value)}`).join(',')}}`;
    case 'array':
      return `[${node.items.map(jsonText).join(',')}]`;
    case 'string':
      return jsonString(node.text);
    case 'integer':
      return node.text === '-0' ? '0' : node.text;
    case 'fraction': {
      const text = javaDouble(Number(node.text));
      return text.endsWith('y') ? jsonString(text) : text;
    }
    case 'nan':
      return jsonString(javaDouble(nonNumber(node.text)));
    case 'true':
    case 'false':
    case 'null':
      return node.kind;
  }
}

export function nonNumber(text: string): number {
  if (text === 'NaN') return Number.NaN;
  return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
