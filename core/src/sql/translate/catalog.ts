import type { LakeRelation, RelationColumn, ScanFilter, TableReference } from '../contract.ts';
import { constantText, namesIn, UNKNOWN_NAME } from '../syntax/names.ts';
import type { Expression, SourceOf, VersionPin } from '../syntax/nodes.ts';
import { type Problem, ProblemError, type Span } from '../syntax/problem.ts';
import type { SourceMap } from '../syntax/source-map.ts';
import { typeFromText } from '../syntax/type-text.ts';
import { fromDuckdbType, fromStored, quoteName } from '../types/duckdb-type.ts';
import { notesOf } from '../types/column-notes.ts';
import { isCollated, undeclared } from '../types/spark-type.ts';
import type { Catalog, RelationSource } from './environment.ts';
import { rows } from './rows-of.ts';
import { kafkaSource } from './kafka.ts';

/** Undefined where they are not known, which is for editors: what runs knows them. */
export type ColumnsOf = (placeholder: string) => readonly RelationColumn[] | undefined;

/** What `read_files` may be told; the engine knows what each means. */
const READ_FILES_OPTIONS: ReadonlySet<string> = new Set([
  'format',
  'schema',
  'header',
  'rescueddatacolumn',
  'schemaevolutionmode',
  'delimiter',
  'sep',
  'quote',
  'escape',
  'multiline',
  'nullvalue',
  'mode',
  'encoding',
  'charset',
  'infercolumntypes',
  'inferschema',
  'enforceschema',
  'columnnameofcorruptrecord',
  'schemahints',
  'mergeschema',
  'filenamepattern',
  'pathglobfilter',
  'recursivefilelookup',
]);

/** What stands before a path in FROM. */
const PATH_FORMATS = /^(?:parquet|json|csv|text|avro|orc|xml|delta|binaryfile)$/i;

/** A name's parts as a reference; undefined where IDENTIFIER(...) hides them. */
export function tableReference(
  parts: readonly { readonly text: string }[],
  span: Span,
  map: SourceMap,
): TableReference | undefined {
  const texts = parts.map(({ text }) => text);
  const [table, schema, catalog] = texts.toReversed();
  if (table === undefined || texts.length > 3 || texts.includes(UNKNOWN_NAME)) return undefined;
  const range = map.range(span);
  return { ...(catalog === undefined ? {} : { catalog }), ...(schema === undefined ? {} : { schema }), table, range };
}

/** Gives each relation of one statement its placeholder; the same relation keeps it, so binding finds it again. */
export class RelationRegistry implements Catalog {
  readonly relations: LakeRelation[] = [];
  /** True once a relation was met whose columns are not known: then types that are not known say nothing. */
  lacksColumns = false;
  readonly #placeholders = new Map<string, string>();
  readonly #map: SourceMap;
  readonly #problems: Problem[];
  readonly #use: { readonly usesMetadata: boolean; readonly streams: boolean };
  readonly #filters: ReadonlyMap<SourceOf<'table'>, readonly ScanFilter[]>;
  /** The conditions of each place, by the relation's quoted placeholder. */
  readonly #uses = new Map<string, (readonly ScanFilter[])[]>();
  #columnsOf: ColumnsOf | undefined;
  #closed = false;
  #traced = false;

  constructor(
    map: SourceMap,
    problems: Problem[],
    use: { readonly usesMetadata: boolean; readonly streams: boolean },
    filters: ReadonlyMap<SourceOf<'table'>, readonly ScanFilter[]> = new Map(),
  ) {
    this.#filters = filters;
    this.#map = map;
    this.#problems = problems;
    this.#use = use;
  }

  /** The same relations with their columns, for a second translation: it gives no new placeholders. */
  resolvedWith(columnsOf: ColumnsOf, problems: Problem[], traced = false): RelationRegistry {
    const resolved = new RelationRegistry(this.#map, problems, this.#use);
    resolved.relations.push(...this.relations);
    for (const [key, placeholder] of this.#placeholders) resolved.#placeholders.set(key, placeholder);
    resolved.#columnsOf = columnsOf;
    resolved.#closed = true;
    resolved.#traced = traced;
    return resolved;
  }

  /** The relations with the conditions under which each of their places reads them, once all places are known. */
  filtered(): readonly LakeRelation[] {
    return this.relations.map((relation) => {
      const filters = this.#uses.get(quoteName(relation.placeholder)) ?? [];
      const useful = filters.length > 0 && filters.every((conditions) => conditions.length > 0);
      return useful && relation.kind !== 'files' ? { ...relation, filters } : relation;
    });
  }

  table(source: SourceOf<'table'>): RelationSource {
    const found = this.#table(source);
    const uses = this.#uses.get(found.sql) ?? [];
    uses.push(this.#filters.get(source) ?? []);
    this.#uses.set(found.sql, uses);
    return readable(found);
  }

  #table(source: SourceOf<'table'>): RelationSource {
    const { parts, stream, pin, local } = source;
    if (local)
      return this.#source(`\u0003${local}`, (placeholder) => ({ kind: 'local', placeholder, relation: local }));
    if (stream) this.#checkStream(source);
    this.#checkPath(source);
    const span: Span = source;
    const pinned = pin ? this.#constant(pin.value) : undefined;
    const marks = [...(stream ? ['\u0002'] : []), ...(pin ? [`\u0002${pin.kind}`, pinned ?? ''] : [])];
    const key = [...parts.map(({ text }) => text.toLowerCase()), ...marks].join('\u0001');
    if (parts.length > 3) {
      const message = 'A table has at most three names: catalog.schema.table.';
      this.#problems.push({ code: 'sql.syntax', message, span, nextStep: 'Correct the name.' });
    }
    const table = tableReference(parts, span, this.#map);
    if (!table) return { sql: '(SELECT 1)', columns: [], open: true };
    if (pin && pinned === undefined) return { sql: '(SELECT 1)', columns: [], open: true };
    const version = pin ? this.#version(pin, pinned ?? '') : {};
    return this.#source(key, (placeholder) => ({ kind: 'table', placeholder, table, stream, ...version }));
  }

  #version(pin: VersionPin, text: string): { readonly version?: number; readonly timestamp?: string } {
    if (pin.kind === 'timestamp') return { timestamp: text };
    if (/^\d+$/.test(text)) return { version: Number(text) };
    this.#refuse(`VERSION AS OF ${text}`, pin.value);
    return {};
  }

  /** `table_changes('t', from, to)`: the name is a text, the bounds are versions or times. */
  changes(source: SourceOf<'tableFunction'>): RelationSource {
    const { args, start, end } = source.call;
    const [name, from, to] = args.map((arg) => this.#constant(arg));
    const span = { start, end };
    if (args.length < 2 || args.length > 3)
      this.#refuse('table_changes without a start, or with more than an end', span);
    if (name === undefined || from === undefined || (args.length > 2 && to === undefined))
      return { sql: '(SELECT 1)', columns: [], open: true };
    const table = tableReference(namesIn(name, span), span, this.#map);
    if (!table) return { sql: '(SELECT 1)', columns: [], open: true };
    const changes = { from, ...(to === undefined ? {} : { to }) };
    return this.#source(`changes\u0001${start}`, (placeholder) => ({ kind: 'table', placeholder, table, changes }));
  }

  /** `parquet.`/path``: rows of files by their path. */
  #checkPath({ parts, ...span }: SourceOf<'table'>): void {
    const [format, path, more] = parts.map(({ text }) => text);
    if (more !== undefined || !path?.includes('/') || !PATH_FORMATS.test(format ?? '')) return;
    const nextStep =
      format?.toLowerCase() === 'delta' ? 'Name the table.' : "Write read_files('...', format => '...').";
    this.#refuse(`A query of ${format ?? ''} by its path`, span, nextStep);
  }

  files(source: SourceOf<'tableFunction'>, path: Expression): RelationSource {
    const { named: options, ...span } = source.call;
    if (source.stream) this.#checkStream(span);
    const found = new Map<string, string>();
    for (const { name, value } of options) {
      if (!READ_FILES_OPTIONS.has(name)) this.#refuse(`The option ${name} of read_files`, value);
      const text = this.#constant(value);
      if (name === 'schemaevolutionmode' && text !== undefined && !this.#evolves(source, text.toLowerCase()))
        this.#refuse(`schemaEvolutionMode => '${text}'`, value);
      if (text !== undefined) found.set(name, text);
    }
    const where = this.#constant(path);
    if (where === undefined) return { sql: '(SELECT 1)', columns: [], open: true };
    const range = this.#map.range(span);
    const { usesMetadata } = this.#use;
    return this.#source(`files\u0001${span.start}`, (placeholder) => ({
      kind: 'files',
      placeholder,
      path: where,
      options: found,
      usesMetadata,
      stream: source.stream,
      range,
    }));
  }

  /** A stream whose columns are found in its files takes new ones anyway (`grown-schema.ts`); with a schema it does not. */
  #evolves({ call, stream }: SourceOf<'tableFunction'>, mode: string): boolean {
    if (mode === 'addnewcolumns') return stream && !call.named.some(({ name }) => name === 'schema');
    return mode === 'none' || mode === 'rescue';
  }

  hubs({ call, stream }: SourceOf<'tableFunction'>): RelationSource {
    const span: Span = { start: call.start, end: call.end };
    if (stream) this.#checkStream(span);
    const source = kafkaSource(call, stream, {
      constant: (value) => this.#constant(value),
      refuse: (what, at, nextStep) => this.#refuse(what, at, nextStep),
    });
    if (!source) return { sql: '(SELECT 1)', columns: [], open: true };
    const range = this.#map.range(span);
    return this.#source(`hubs\u0001${span.start}`, (placeholder) => ({
      kind: 'hubs',
      placeholder,
      source,
      stream,
      range,
    }));
  }

  #checkStream(span: Span): void {
    if (!this.#use.streams) this.#refuse('STREAM outside the query of a streaming table', span);
  }

  #refuse(what: string, { start, end }: Span, nextStep = 'Leave it out, or run this task with Spark.'): void {
    const message = `${what} is not emulated locally.`;
    if (this.#problems.some((problem) => problem.span.start === start && problem.message === message)) return;
    this.#problems.push({
      code: 'sql.not-emulated',
      message,
      span: { start, end },
      nextStep,
    });
  }

  #constant(expression: Expression): string | undefined {
    try {
      return constantText(expression);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      const { start } = error.problem.span;
      if (!this.#problems.some((problem) => problem.span.start === start)) this.#problems.push(error.problem);
      return undefined;
    }
  }

  #source(key: string, make: (placeholder: string) => LakeRelation): RelationSource {
    let placeholder = this.#placeholders.get(key);
    if (placeholder === undefined) {
      if (this.#closed) throw new Error('binding met a relation that compiling did not');
      placeholder = `__lake_${this.relations.length}`;
      this.#placeholders.set(key, placeholder);
      this.relations.push(make(placeholder));
    }
    const known = this.#columnsOf?.(placeholder);
    this.lacksColumns ||= !known;
    if (!known) return { sql: quoteName(placeholder), columns: [], open: true };
    const columns = known.map(({ name, duckdbType, typeText, ...noted }) => ({
      name,
      type: typeText === undefined ? fromDuckdbType(duckdbType) : undeclared(typeFromText(typeText)),
      ...notesOf(noted),
      sql: quoteName(name),
      hidden: name === '_metadata',
      ...(this.#traced ? { origins: new Set([{ placeholder, column: name }]) } : {}),
    }));
    return { sql: quoteName(placeholder), columns, open: false, ...rows(known[0]?.rows) };
  }
}

/** Collated columns as the texts that they hold. */
function readable(source: RelationSource): RelationSource {
  const collated = source.columns.filter(({ type }) => isCollated(type));
  if (collated.length === 0) return source;
  const texts = collated.map(({ sql, type }) => `${fromStored(sql, type)} AS ${sql}`);
  return { ...source, sql: `(SELECT * REPLACE (${texts.join(', ')}) FROM ${source.sql})` };
}
