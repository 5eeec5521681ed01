import { isAlias, isMap, isPair, isScalar, isSeq, parseDocument, type Document, type Node, type Pair } from 'yaml';
import type { Diagnostic, SourceRange } from '../base/diagnostic.ts';
import { emptyMap, scalar, type ConfigEntry, type ConfigNode, type ScalarValue } from './config-node.ts';
import { createLineTable, type LineTable } from './line-table.ts';
import type { ConfigText } from './read-json.ts';

/** Aliases multiply: nine lines of YAML can mean a billion nodes. A real bundle has a few thousand. */
const mostNodes = 300_000;

/** Reads the first document of a YAML text, with anchors, aliases and merge keys resolved; each error is a diagnostic. */
export function readYaml(file: string, text: string): ConfigText {
  const lines = createLineTable(file, text);
  const document = parseDocument(text, { merge: true, intAsBigInt: true, strict: false, uniqueKeys: false });
  const diagnostics = document.errors.slice(0, 5).map((error) => ({
    severity: error.code === 'MULTIPLE_DOCS' ? ('warning' as const) : ('error' as const),
    code: 'project.malformed-yaml',
    message: `The YAML is malformed: ${firstLine(error.message)}`,
    range: lines.range(error.pos[0], error.pos[1]),
    nextStep: 'Correct the file at this place.',
  }));
  const converter = new YamlConverter(document, lines);
  const node = document.contents === null ? undefined : converter.convert(document.contents);
  return { node, diagnostics: [...diagnostics, ...converter.diagnostics] };
}

class YamlConverter {
  readonly diagnostics: Diagnostic[] = [];
  readonly #document: Document;
  readonly #lines: LineTable;
  readonly #open = new Set<Node>();
  #count = 0;
  #anchors = 0;

  constructor(document: Document, lines: LineTable) {
    this.#document = document;
    this.#lines = lines;
  }

  convert(node: unknown): ConfigNode {
    const range = this.#rangeOf(node);
    this.#count += 1;
    if (this.#count > mostNodes) return this.#tooMany(range);
    if ((isMap(node) || isSeq(node) || isScalar(node)) && node.anchor !== undefined) this.#anchors += 1;
    if (isAlias(node)) return this.#target(node.resolve(this.#document), range);
    if (isMap(node)) return { kind: 'map', range, entries: this.#entries(node.items) };
    if (isSeq(node)) return { kind: 'list', range, items: node.items.map((item) => this.convert(item)) };
    if (isScalar(node)) return scalar(scalarValue(node.value), range);
    return scalar(null, range);
  }

  #target(target: Node | undefined, range: SourceRange): ConfigNode {
    if (!target || this.#open.has(target)) {
      this.diagnostics.push({
        severity: 'error',
        code: 'project.malformed-yaml',
        message: target ? 'This alias contains itself.' : 'This alias has no anchor.',
        range,
        nextStep: 'Write the value out, or correct the alias.',
      });
      return scalar(null, range);
    }
    this.#open.add(target);
    const converted = this.convert(target);
    this.#open.delete(target);
    return converted;
  }

  /** As the Databricks CLI reads a mapping: of two equal keys the later counts, of several merged maps the later wins. */
  #entries(pairs: readonly Pair[]): Map<string, ConfigEntry> {
    const own = new Map<string, ConfigEntry>();
    const merges: Pair[] = [];
    for (const pair of pairs) {
      if (!isPair(pair)) continue;
      if (isMergeKey(pair.key)) {
        merges.push(pair);
        continue;
      }
      const key = keyText(pair.key);
      if (own.has(key)) this.#duplicate(pair.key, key);
      own.set(key, this.#entry(pair));
    }
    if (merges.length > 1) this.#severalMerges(merges[1]?.key);
    const merged = merges.map(({ value }) => this.convert(value));
    const sources = merged.flatMap((node) => (node.kind === 'list' ? node.items : [node]));
    return new Map([...sources.flatMap((source) => (source.kind === 'map' ? [...source.entries] : [])), ...own]);
  }

  #duplicate(key: unknown, text: string): void {
    this.diagnostics.push({
      severity: 'warning',
      code: 'project.duplicate-key',
      message: `The key ${text} stands twice in one mapping; the later one counts.`,
      range: this.#rangeOf(key),
      nextStep: 'Remove one of them.',
    });
  }

  #severalMerges(key: unknown): void {
    this.diagnostics.push({
      severity: 'error',
      code: 'project.malformed-yaml',
      message: 'A mapping may hold one merge key (<<), and this one holds several.',
      range: this.#rangeOf(key),
      nextStep: 'Merge several maps with one list: <<: [*first, *second].',
    });
  }

  #entry(pair: Pair): ConfigEntry {
    const before = this.#anchors;
    const value = this.convert(pair.value);
    return { keyRange: this.#rangeOf(pair.key), value, ...(this.#anchors > before ? { holdsAnchors: true } : {}) };
  }

  #rangeOf(node: unknown): SourceRange {
    const range = (node as { range?: readonly [number, number, number] | null } | null | undefined)?.range;
    return range ? this.#lines.range(range[0], range[1]) : this.#lines.range(0, 0);
  }

  #tooMany(range: SourceRange): ConfigNode {
    if (this.#count === mostNodes + 1) {
      this.diagnostics.push({
        severity: 'error',
        code: 'project.too-large',
        message: `The file's aliases expand to more than ${mostNodes} values.`,
        range,
        nextStep: 'Use fewer aliases.',
      });
    }
    return emptyMap(range);
  }
}

function isMergeKey(key: unknown): boolean {
  if (!isScalar(key)) return false;
  return key.source === '<<' && (key.type === undefined || key.type === 'PLAIN');
}

function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : String(key);
}

function scalarValue(value: unknown): ScalarValue {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return null;
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0]?.replace(/:$/, '') ?? message;
}
