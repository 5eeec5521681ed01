import { parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import type { Diagnostic } from '../base/diagnostic.ts';
import type { ConfigEntry, ConfigNode, ScalarValue } from './config-node.ts';
import { createLineTable, type LineTable } from './line-table.ts';

export interface ConfigText {
  /** Undefined where nothing could be read. */
  readonly node: ConfigNode | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads JSON, tolerating comments and trailing commas as Data Factory's own editor does; each error is a diagnostic. */
export function readJson(file: string, text: string): ConfigText {
  const lines = createLineTable(file, text);
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true, disallowComments: false });
  const diagnostics = errors.slice(0, 5).map((error) => ({
    severity: 'error' as const,
    code: 'project.malformed-json',
    message: `The JSON is malformed: ${words(printParseErrorCode(error.error))}.`,
    range: lines.range(error.offset, error.offset + error.length),
    nextStep: 'Correct the file at this place.',
  }));
  return { node: root && convert(root, text, lines), diagnostics };
}

function convert(node: Node, text: string, lines: LineTable): ConfigNode {
  const range = lines.range(node.offset, node.offset + node.length);
  if (node.type === 'object') {
    const entries = new Map<string, ConfigEntry>();
    for (const property of node.children ?? []) {
      const [key, value] = property.children ?? [];
      if (!key || !value) continue;
      const keyRange = lines.range(key.offset, key.offset + key.length);
      entries.set(String(key.value), { keyRange, value: convert(value, text, lines) });
    }
    return { kind: 'map', range, entries };
  }
  if (node.type === 'array') {
    return { kind: 'list', range, items: (node.children ?? []).map((item) => convert(item, text, lines)) };
  }
  return { kind: 'scalar', range, value: exact(node, text) };
}

function exact(node: Node, text: string): ScalarValue {
  const value = node.value as ScalarValue;
  if (typeof value !== 'number' || !Number.isInteger(value) || Number.isSafeInteger(value)) return value;
  const source = text.slice(node.offset, node.offset + node.length);
  return /^-?\d+$/.test(source) ? BigInt(source) : value;
}

/** `CommaExpected` to `comma expected`. */
function words(code: string): string {
  return code.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}
