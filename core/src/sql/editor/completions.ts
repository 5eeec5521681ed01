import { functionSignatures } from '../rules/functions.ts';
import type { Token } from '../syntax/lexer.ts';
import type { Span } from '../syntax/problem.ts';
import type { KnownColumn, KnownLake } from './known-lake.ts';
import { JobReader, type JobSource } from './read-job.ts';
import { statementAt, typedText } from './tolerant-tokens.ts';
import { type TypedScope, typedScope } from './typed-scope.ts';

export interface Completion {
  readonly kind: 'catalog' | 'schema' | 'table' | 'view' | 'column' | 'function' | 'keyword' | 'parameter' | 'volume';
  readonly label: string;
  /** What is put in the place of `replace`: quoted where it must be. */
  readonly insert: string;
  /** Spark's type, a function's arguments. */
  readonly detail: string | undefined;
  /** A contract's words. */
  readonly description?: string | undefined;
  readonly replace: Span;
}

const STARTS =
  'SELECT WITH INSERT UPDATE DELETE MERGE CREATE USE DESCRIBE ALTER DROP TRUNCATE OPTIMIZE VACUUM RESTORE COPY SET'.split(
    ' ',
  );
const CLAUSES =
  'SELECT FROM WHERE GROUP HAVING QUALIFY ORDER BY LIMIT JOIN LEFT RIGHT FULL INNER CROSS ON USING UNION ALL INTERSECT EXCEPT AS AND OR NOT IN IS NULL LIKE BETWEEN CASE WHEN THEN ELSE END DISTINCT OVER PARTITION'.split(
    ' ',
  );
const RELATION_WORDS = new Set(['FROM', 'JOIN', 'INTO', 'UPDATE', 'TABLE', 'DESCRIBE', 'OPTIMIZE', 'VACUUM']);

type Item = Omit<Completion, 'replace'>;

/** What may stand at a place, also of a statement that does not parse: it goes by its tokens. */
export function completions(source: JobSource, offset: number, lake: KnownLake): readonly Completion[] {
  const { text } = source;
  const typed = typedText(text);
  if (typed.unfinished !== undefined && offset > typed.unfinished)
    return inString(text, typed.unfinished, offset, lake);
  const tokens = statementAt(typed, offset) ?? [];
  const current = tokens.find(
    ({ kind, start, end }) => (kind === 'word' || kind === 'quoted') && start < offset && end >= offset,
  );
  const string = tokens.find(({ kind, start, end }) => kind === 'string' && start < offset && end > offset);
  if (string) return inString(text, string.start, offset, lake);
  const replace = current ? { start: current.start, end: current.end } : { start: offset, end: offset };
  const before = tokens.filter(({ kind, end }) => kind !== 'end' && end <= replace.start);
  const reader = new JobReader(lake);
  reader.read(source, tokens[0]?.start ?? offset);
  const words = { text, tokens, before, reader, lake, source };
  return items(words).map((item) => ({ ...item, replace }));
}

interface Place {
  readonly text: string;
  readonly tokens: readonly Token[];
  /** Those that end before the word that is typed. */
  readonly before: readonly Token[];
  readonly reader: JobReader;
  readonly lake: KnownLake;
  readonly source: JobSource;
}

function items(place: Place): readonly Item[] {
  const { text, tokens, before, source, lake } = place;
  const previous = before.at(-1);
  if (!previous) return STARTS.map(keyword);
  if (previous.text === ':' && previous.kind === 'operator') return parameters(source, lake);
  const scope = typedScope(text, tokens, before.length);
  if (previous.text === '.') return behindDot(place, scope);
  if (RELATION_WORDS.has(previous.keyword) || (previous.text === ',' && lastClause(before) === 'FROM'))
    return [...scope.common.map(({ name }) => relation('view', name, undefined)), ...relations(place, [])];
  const columns = scope.relations.flatMap(({ text: from }) => columnsOf(place, scope, from));
  const aliases = scope.relations.flatMap(({ alias }) =>
    alias === undefined ? [] : [relation('table', alias, 'here')],
  );
  return [...columns.map(column), ...aliases, ...functions(), ...CLAUSES.map(keyword)];
}

function behindDot(place: Place, scope: TypedScope): readonly Item[] {
  const parts: string[] = [];
  for (let at = place.before.length - 2; at >= 0; at -= 2) {
    const name = place.before[at];
    if (name?.kind !== 'word' && name?.kind !== 'quoted') break;
    parts.unshift(name.text);
    if (place.before[at - 1]?.text !== '.') break;
  }
  const [first, more] = parts;
  const named = scope.relations.filter(({ alias }) => alias?.toLowerCase() === first?.toLowerCase());
  if (!more && named.length > 0) return named.flatMap(({ text: from }) => columnsOf(place, scope, from)).map(column);
  return relations(place, parts);
}

/** The next level of names behind those that are typed: catalogs and schemas are said once. */
function relations({ reader }: Place, parts: readonly string[]): readonly Item[] {
  const found = new Map<string, Item>();
  const put = (item: Item): void => {
    if (!found.has(`${item.kind}.${item.label}`)) found.set(`${item.kind}.${item.label}`, item);
  };
  const typed = parts.map((part) => part.toLowerCase());
  for (const one of reader.names.all()) {
    const levels = [one.catalog, one.schema, one.name ?? one.id].filter((level) => level !== undefined);
    const kind = one.kind === 'table' ? 'table' : 'view';
    // A name may begin with its catalog or its schema, or be the table's alone where its schema is current.
    levels.forEach((level, from) => {
      const path = levels.slice(from);
      if (path.length <= typed.length || typed.some((part, at) => path[at]?.toLowerCase() !== part)) return;
      const next = path[typed.length] ?? level;
      const isLast = path.length === typed.length + 1;
      const current = levels.length === 1 || typed.length > 0 || one.schema === reader.names.schema;
      if (isLast && current) put({ ...relation(kind, next, one.source), description: one.description });
      else if (!isLast) put(relation(path.length - typed.length === 3 ? 'catalog' : 'schema', next, undefined));
    });
  }
  return [...found.values()];
}

function columnsOf({ reader, source }: Place, { common }: TypedScope, from: string): readonly KnownColumn[] {
  const tables = common.length > 0 ? `WITH ${common.map(({ text }) => text).join(', ')} ` : '';
  return reader.columnsOf({ ...source, text: `${tables}SELECT * FROM ${from}` });
}

function inString(text: string, start: number, offset: number, { volumes }: KnownLake): readonly Completion[] {
  if (!/\bread_files\s*\(\s*$/i.test(text.slice(0, start))) return [];
  const typed = text.slice(start + 1, offset);
  const replace = { start: start + 1, end: offset };
  return volumes
    .filter((volume) => volume.startsWith(typed))
    .map((volume) => ({ kind: 'volume', label: volume, insert: volume, detail: undefined, replace }));
}

function lastClause(before: readonly Token[]): string | undefined {
  return before.findLast(({ keyword: word }) => /^(?:SELECT|FROM|WHERE|ON|BY|HAVING|SET|VALUES)$/.test(word))?.keyword;
}

function parameters(source: JobSource, lake: KnownLake): readonly Item[] {
  return [...(source.parameters ?? lake.parameters ?? [])].map(([name, value]) => ({
    kind: 'parameter',
    label: name,
    insert: name,
    detail: value,
  }));
}

function functions(): readonly Item[] {
  return functionSignatures().map(({ name, arguments: text }) => ({
    kind: 'function',
    label: name,
    insert: name,
    detail: `${name}(${text})`,
  }));
}

function keyword(word: string): Item {
  return { kind: 'keyword', label: word, insert: word, detail: undefined };
}

function column({ name, typeText, description }: KnownColumn): Item {
  return { kind: 'column', label: name, insert: quoted(name), detail: typeText, description };
}

function relation(kind: Item['kind'], name: string, detail: string | undefined): Item {
  return { kind, label: name, insert: quoted(name), detail };
}

function quoted(name: string): string {
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) ? name : `\`${name.replaceAll('`', '``')}\``;
}
