import { ExpectedError } from '../../base/expected-error.ts';
import type { CompiledStatement, TableReference } from '../contract.ts';
import type { CompiledStep } from '../program/program-statement.ts';
import { type BoundPart, bindPart, diagnosticsOf, type Names, type RelationFact, tableFact } from './bound-part.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { UNKNOWN_NAME } from '../syntax/names.ts';
import type { KnownColumn } from './known-lake.ts';
import type { KnownNames } from './known-names.ts';
import { type ColumnSource, distinct, type WrittenColumn, type WrittenColumns, writtenColumns } from './sources.ts';

/** What a statement does to a table's columns. */
export interface Write {
  readonly relation: string;
  readonly kind: 'table' | 'view';
  /** `replace`: nothing that was there before matters. */
  readonly mode: 'replace' | 'add';
  readonly written: WrittenColumns;
}

export interface Effect {
  readonly parts: readonly BoundPart[];
  readonly writes: readonly Write[];
  readonly diagnostics?: readonly Diagnostic[];
}

/** The names as a file's statements change them. */
export interface ChangingNames extends Names {
  readonly known: KnownNames;
  readonly temporary: Map<string, WrittenColumns>;
}

type Kind = CompiledStatement['kind'];
type Statement<K extends Kind> = Extract<CompiledStatement, { kind: K }>;
type EffectOf<K extends Kind> = (names: ChangingNames, statement: Statement<K>) => Effect;

const nothing = (): Effect => ({ parts: [], writes: [] });

/** For each kind of statement: the queries that it reads with, and what names mean after it. Nothing is executed. */
const effects: { readonly [K in Kind]: EffectOf<K> } = {
  useCatalog: ({ known }, { catalog }) => {
    known.catalog = nameOrUnknown(catalog);
    known.schema = 'default';
    return nothing();
  },
  useSchema: ({ known }, { catalog, schema }) => {
    known.catalog = catalog === undefined ? known.catalog : nameOrUnknown(catalog);
    known.schema = nameOrUnknown(schema);
    return nothing();
  },
  query: (names, { query }) => reading([bindPart(names, query)]),
  createTableAs: (names, { query, target, comment }) =>
    defined(names, bindPart(names, query), 'table', target, comment),
  createTable: ({ known }, { columns, target, comment }) => {
    const given = columns.map((column) => ({ ...column, description: column.comment }));
    const { id } = known.define(target, { kind: 'table', columns: given, description: comment });
    const written = columns.map(({ name, typeText }) => ({ name, typeText, sources: [], unknown: [] }));
    return {
      parts: [],
      writes: [{ relation: id, kind: 'table', mode: 'replace', written: { columns: written, more: [] } }],
    };
  },
  createTemporaryView: (names, { name, global, query }) => {
    const part = bindPart(names, query);
    const written = writtenColumns(part);
    if (global) {
      const columns = written.more.length > 0 || part.trace.open ? undefined : written.columns;
      names.known.define({ schema: 'global_temp', table: name }, { kind: 'view', columns });
      return reading([part]);
    }
    names.temporary.set(name.toLowerCase(), written);
    names.known.defineTemporary(name, written.more.length > 0 || part.trace.open ? undefined : written.columns);
    return reading([part]);
  },
  createView: (names, { query, target, comment }) => defined(names, bindPart(names, query), 'view', target, comment),
  alterView: (names, { target, change }) =>
    change.kind === 'as' ? defined(names, bindPart(names, change.query), 'view', target, undefined) : nothing(),
  rename: ({ known }, { target, to }) => {
    const found = known.find(target);
    if (!found || found.kind === 'temporaryView') return nothing();
    known.drop(target);
    known.define({ ...target, ...to }, { ...found, kind: found.kind });
    return nothing();
  },
  showViews: nothing,
  createMaterializedView: (names, { query, target, comment }) =>
    defined(names, bindPart(names, query), 'table', target, comment),
  createStreamingTable: (names, { query, target, comment }) =>
    defined(names, bindPart(names, query), 'table', target, comment),
  insert: (names, statement) => {
    const part = bindPart(names, statement.query);
    const written = writtenColumns(part);
    const target = tableFact(names, statement.target);
    const columns = placed(written.columns, statement, target.columns);
    return added([part], target, { ...written, columns });
  },
  copyInto: (names, { query, target }) => {
    const part = bindPart(names, query);
    return added([part], tableFact(names, target), writtenColumns(part));
  },
  merge,
  update: (names, statement) => {
    const fact = tableFact(names, statement.target);
    const query = statement.changes((fact.columns ?? []).map(({ name }) => name));
    const part = bindPart(names, query, { target: withRows(fact, TARGET_ROWS) });
    return added([part], fact, changed(fact, writtenColumns(part)));
  },
  delete: (names, statement) => {
    const fact = tableFact(names, statement.target);
    return reading([bindPart(names, statement.changes([]), { target: withRows(fact, TARGET_ROWS) })]);
  },
  alterTable: (names, { target, change }) => {
    const found = names.known.find(target);
    if (change.kind !== 'addColumns' || !found?.columns || found.kind === 'temporaryView') return nothing();
    const more = change.columns.map((column) => ({ ...column, description: column.comment }));
    names.known.define(target, { ...found, kind: found.kind, columns: [...found.columns, ...more] });
    return nothing();
  },
  dropTable: ({ known, temporary }, { target }) => {
    if (target.schema === undefined) temporary.delete(target.table.toLowerCase());
    known.drop(target);
    return nothing();
  },
  truncate: nothing,
  restore: nothing,
  describe: nothing,
  catalog: nothing,
  describeQuery: (names, { query }) => reading([bindPart(names, query)]),
  showColumns: nothing,
  dropSchema: nothing,
  optimize: nothing,
  vacuum: nothing,
  set: nothing,
  createSchema: nothing,
  late: (names, { ahead }) => effectOf(names, ahead),
  compound: (names, { block }) => together(steps(names, block)),
  createFunction: nothing,
  dropFunction: nothing,
  declareVariable: (names, { query }) => reading([bindPart(names, query)]),
  setVariables: (names, { query }) => reading([bindPart(names, query)]),
  dropVariable: nothing,
  executeImmediate: nothing,
};

/** @throws nothing that a text can cause. */
export function effectOf(names: ChangingNames, statement: CompiledStatement): Effect {
  try {
    return (effects[statement.kind] as EffectOf<Kind>)(names, statement);
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    return { parts: [], writes: [], diagnostics: diagnosticsOf(error) };
  }
}

function reading(parts: readonly BoundPart[]): Effect {
  return { parts, writes: [] };
}

function together(all: readonly Effect[]): Effect {
  return {
    parts: all.flatMap(({ parts }) => parts),
    // A step that replaces a table need not be the one that ran.
    writes: all.flatMap(({ writes }) => writes.map((write) => ({ ...write, mode: 'add' as const }))),
    diagnostics: all.flatMap(({ diagnostics = [] }) => diagnostics),
  };
}

/** The effects of a script's steps, in the order of its text; which of them run, only a run tells. */
function steps(names: ChangingNames, step: CompiledStep): readonly Effect[] {
  switch (step.kind) {
    case 'block':
      return [...step.handlers.map(({ body }) => body), ...step.steps].flatMap((one) => steps(names, one));
    case 'statement':
      return [effectOf(names, step.statement)];
    case 'if': {
      const inside = [...step.branches.flatMap((branch) => branch.steps), ...(step.otherwise ?? [])];
      return inside.flatMap((one) => steps(names, one));
    }
    case 'while':
    case 'repeat':
    case 'loop':
    case 'for':
      return step.steps.flatMap((one) => steps(names, one));
    case 'leave':
    case 'iterate':
      return [];
  }
}

/** A name that a parameter without a value gives. */
function nameOrUnknown(name: string): string | undefined {
  return name === UNKNOWN_NAME ? undefined : name;
}

function defined(
  { known }: ChangingNames,
  part: BoundPart,
  kind: 'table' | 'view',
  target: TableReference,
  comment: string | undefined,
): Effect {
  const { columns, more } = writtenColumns(part);
  const own = columns.filter(({ name }) => !name.startsWith('__expectation_'));
  // Where a star hides columns, those that a contract names stay known.
  const { id, columns: all } = known.define(target, {
    kind,
    columns: part.trace.open ? undefined : own,
    description: comment,
  });
  const hidden = part.trace.open
    ? (all ?? []).filter(({ name }) => !has(own, name)).map((one) => throughStar(one, more))
    : [];
  return {
    parts: [part],
    writes: [{ relation: id, kind, mode: 'replace', written: { columns: [...own, ...hidden], more } }],
  };
}

function has(columns: readonly { readonly name: string }[], wanted: string): boolean {
  return columns.some(({ name }) => name.toLowerCase() === wanted.toLowerCase());
}

/** A column that somebody else says the table has, where the statement says `*`. */
function throughStar({ name, typeText }: KnownColumn, more: readonly string[]): WrittenColumn {
  const [only, other] = more;
  if (only !== undefined && other === undefined)
    return {
      name,
      typeText,
      sources: [{ relation: only, column: name, through: 'value', assumed: true }],
      unknown: [],
    };
  const from = more.length > 0 ? more.join(' or ') : 'a relation';
  return {
    name,
    typeText,
    sources: [],
    unknown: [`${name} comes through * from ${from}, whose columns are not known.`],
  };
}

function added(parts: readonly BoundPart[], { id }: RelationFact, written: WrittenColumns): Effect {
  return { parts, writes: [{ relation: id, kind: 'table', mode: 'add', written }] };
}

/** The columns of an INSERT's query under the names of the columns that they fill. */
function placed(
  columns: readonly WrittenColumn[],
  { columns: given, byName, partition }: Statement<'insert'>,
  target: readonly KnownColumn[] | undefined,
): readonly WrittenColumn[] {
  if (byName) return columns;
  const fixed = new Set([...(partition?.keys() ?? [])].map((name) => name.toLowerCase()));
  const names = given ?? target?.map(({ name }) => name).filter((name) => !fixed.has(name.toLowerCase()));
  return columns.map((column, at) => ({ ...column, name: names?.[at] ?? column.name }));
}

/** What the engine adds to the rows that a statement changes. */
const TARGET_ROWS: readonly KnownColumn[] = [
  { name: '__target_file', typeText: 'string' },
  { name: '__target_row', typeText: 'bigint' },
  { name: '__pair', typeText: 'bigint' },
];
const SOURCE_ROWS: readonly KnownColumn[] = [{ name: '__source_row', typeText: 'bigint' }];
const TECHNICAL = new Set([...TARGET_ROWS, ...SOURCE_ROWS, { name: '__clause' }].map(({ name }) => name));

function withRows(fact: RelationFact, rows: readonly KnownColumn[]): RelationFact {
  return fact.columns ? { ...fact, columns: [...fact.columns, ...rows] } : fact;
}

/** Without what the engine adds, and without a column's coming from itself. */
function changed({ id }: RelationFact, { columns, more }: WrittenColumns): WrittenColumns {
  const itself = (source: ColumnSource, column: string): boolean =>
    TECHNICAL.has(source.column) ||
    (source.relation === id && source.through === 'value' && source.column.toLowerCase() === column.toLowerCase());
  const own = columns
    .filter(({ name }) => !TECHNICAL.has(name))
    .map((column) => ({ ...column, sources: column.sources.filter((source) => !itself(source, column.name)) }));
  return { columns: own, more };
}

function merge(names: ChangingNames, statement: Statement<'merge'>): Effect {
  const fact = tableFact(names, statement.target);
  const sourcePart = bindPart(names, statement.source);
  const made = writtenColumns(sourcePart);
  const rows = sourcePart.trace.open ? undefined : [...made.columns, ...SOURCE_ROWS];
  const locals = { target: withRows(fact, TARGET_ROWS), source: { id: 'source', columns: rows, made } };
  const plan = statement.plan({
    target: (fact.columns ?? []).map(({ name }) => name),
    source: made.columns.map(({ name }) => name),
  });
  const tests = [plan.matches, plan.newRows, plan.oldRows].map((query) => bindPart(names, query, locals));
  const conditions = tests
    .flatMap((part) => writtenColumns(part).columns.flatMap(({ sources }) => sources))
    .filter(({ column }) => !TECHNICAL.has(column))
    .map((source) => ({ ...source, through: 'condition' as const }));
  const parts = plan.clauses.flatMap((clause) =>
    clause.action === 'delete' ? [] : [bindPart(names, clause.rows, locals)],
  );
  const written = parts.map((part) => changed(fact, writtenColumns(part)));
  const columns = united(written.flatMap((one) => one.columns)).map((column) => ({
    ...column,
    sources: distinct([...column.sources, ...conditions]),
  }));
  return added([sourcePart, ...tests, ...parts], fact, { columns, more: made.more });
}

/** The same column written by several clauses: it comes from what each gives. */
export function united(columns: readonly WrittenColumn[]): readonly WrittenColumn[] {
  const found = new Map<string, WrittenColumn>();
  for (const column of columns) {
    const key = column.name.toLowerCase();
    const before = found.get(key);
    const sources = distinct([...(before?.sources ?? []), ...column.sources]);
    const unknown = [...new Set([...(before?.unknown ?? []), ...column.unknown])];
    found.set(key, { ...column, name: before?.name ?? column.name, sources, unknown });
  }
  return [...found.values()];
}
