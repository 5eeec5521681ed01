import type { SourceRange } from '../base/diagnostic.ts';
import type { MergeColumns, MergePlan, PlannedClause } from './compiled-statement.ts';
import type { CompiledQuery, ComputeProfile } from './contract.ts';
import type { SessionNames } from './program/session-names.ts';
import type { Expression, LocalRelation, Name, Query, SelectItem, Source } from './syntax/nodes.ts';
import { notEmulated, type Problem, ProblemError, type Span } from './syntax/problem.ts';
import type { SourceMap } from './syntax/source-map.ts';
import type { Assignment, MergeClauseNode, ModifiedTable, StatementNode } from './syntax/statement-nodes.ts';
import { type Defaults, valueOrDefault } from './defaults.ts';
import { fieldSettings, overlaps, pathOf, type StructFields, structWith } from './set-fields.ts';
import { setOfColumn } from './kept-fields.ts';
import { prepareQuery } from './translate/bind.ts';

export type ModifyNode = Extract<StatementNode, { kind: 'merge' | 'update' | 'delete' }>;
type MergeNode = Extract<StatementNode, { kind: 'merge' }>;

export interface ModifyContext {
  readonly range: SourceRange;
  readonly map: SourceMap;
  readonly profile: ComputeProfile;
  readonly usesMetadata: boolean;
  readonly names: SessionNames;
}

/** What identifies a row of the changed table and of MERGE's source: columns that the engine adds to them. */
export const rowColumns = {
  file: '__target_file',
  row: '__target_row',
  source: '__source_row',
  clause: '__clause',
} as const;

const NOTHING: Span = { start: 0, end: 0 };

/** Collects the queries that one statement needs, with what is refused in any of them. */
export class QueryMaker {
  readonly problems: Problem[] = [];
  readonly #context: ModifyContext;

  constructor(context: ModifyContext) {
    this.#context = context;
  }

  /** `SELECT items FROM from WHERE where`; `span` is where a problem without a place of its own stands. */
  make(items: readonly SelectItem[], from: Source, where: Expression | undefined, span: Span): CompiledQuery {
    const nothing = { groupBy: undefined, having: undefined, qualify: undefined, windows: new Map() };
    const body = { kind: 'select' as const, distinct: false, items, from, where, ...nothing, ...span };
    return this.query({ ...emptyTail, body, ...span });
  }

  query(query: Query): CompiledQuery {
    const { profile, map, usesMetadata, names } = this.#context;
    const use = { stores: undefined, streams: false, usesMetadata, names };
    const { compiled, problems } = prepareQuery(query, profile, map, use);
    for (const problem of problems) {
      const known = this.problems.some(
        (one) => one.span.start === problem.span.start && one.message === problem.message,
      );
      if (!known) this.problems.push(problem);
    }
    return compiled;
  }
}

const emptyTail = { with: [], orderBy: [], orderByAll: undefined, limit: undefined, offset: undefined };

/** The rows that UPDATE or DELETE changes: which they are and, for UPDATE, all columns of what replaces them. */
export function changedRows(
  node: Extract<ModifyNode, { kind: 'update' | 'delete' }>,
  maker: QueryMaker,
  columns: readonly string[],
  defaults: Defaults = new Map(),
  fields: StructFields = new Map(),
): CompiledQuery {
  const span = spanOf(node);
  const values =
    node.kind === 'delete' ? [] : updatedValues(node, node.assignments, { target: columns, defaults, fields }, span);
  return maker.make([...identity(span), ...values], targetRows(node), node.where, span);
}

/** `SELECT condition FROM table`: finds what a condition on a table's rows holds that is not emulated. */
export function conditionQuery(table: readonly Name[], condition: Expression): Query {
  const span: Span = { start: condition.start, end: condition.end };
  const nothing = { where: undefined, groupBy: undefined, having: undefined, qualify: undefined, windows: new Map() };
  const from = local('target', table, undefined);
  return {
    ...emptyTail,
    body: { kind: 'select', distinct: false, items: [item(condition)], from, ...nothing, ...span },
    ...span,
  };
}

/** MERGE's source as a query of its own: the engine computes it once. */
export function mergeSource(node: MergeNode, maker: QueryMaker): CompiledQuery {
  const { start, end } = node.source;
  const star: Expression = { kind: 'star', qualifier: [], except: [], start, end };
  return maker.make([item(star)], node.source, undefined, { start, end });
}

/**
 * The queries of a MERGE. They read the rows that the engine gives as `target` and `source`.
 * @param columns of the target and the source; empty while they are not known.
 */
export function mergePlan(node: MergeNode, maker: QueryMaker, columns: MergeColumns): MergePlan {
  const target = targetRows(node);
  const source = sourceRows(node);
  const span = spanOf(node);
  const ofKind = (on: MergeClauseNode['on']): readonly MergeClauseNode[] => node.clauses.filter((one) => one.on === on);
  const pick = (on: MergeClauseNode['on']): SelectItem =>
    named(clauseNumber(node.clauses, ofKind(on)), rowColumns.clause);
  const matches = join(target, source, node.on, span);
  const keys = [...identity(span), item(column([rowColumns.source], span))];
  return {
    matches: maker.make([...keys, pick('matched')], matches, undefined, span),
    newRows: maker.make([item(column([rowColumns.source], span)), pick('notMatched')], source, undefined, span),
    oldRows: maker.make([...identity(span), pick('notMatchedBySource')], target, undefined, span),
    clauses: node.clauses.map((clause) => plannedClause(node, clause, maker, columns)),
  };
}

function plannedClause(
  node: MergeNode,
  clause: MergeClauseNode,
  maker: QueryMaker,
  columns: MergeColumns,
): PlannedClause {
  const { on, action, condition } = clause;
  const base = { on, conditional: condition !== undefined };
  const span: Span = { start: clause.start, end: clause.end };
  if (action.kind === 'delete') return { ...base, action: 'delete' };
  const from = on === 'matched' ? join(targetRows(node), sourceRows(node), pairCondition(span), span) : undefined;
  switch (action.kind) {
    case 'insert':
    case 'insertAll': {
      const assignments = action.kind === 'insert' ? action.assignments : allAssignments(node, columns, span);
      refuseFields(node, assignments);
      checkAssignments(node, assignments, columns.target);
      const items = assignments.map(({ column: { text }, value }) =>
        named(valueOrDefault(value, text, columns.defaults ?? new Map()), text),
      );
      const rows = maker.make(items, sourceRows(node), undefined, span);
      return { ...base, action: 'insert', columns: assignments.map(({ column: { text } }) => text), rows };
    }
    case 'update':
    case 'updateAll': {
      const assignments = action.kind === 'update' ? action.assignments : allUpdates(node, columns, span);
      const values = updatedValues(node, assignments, columns, span);
      const rows = maker.make([...identity(span), ...values], from ?? targetRows(node), undefined, span);
      return { ...base, action: 'update', assigned: assignedColumns(node, assignments), rows };
    }
  }
}

/** `INSERT *`: every column of the target from the source's column of that name. */
function allAssignments(node: MergeNode, columns: MergeColumns, span: Span): Assignment[] {
  return takenColumns(node, columns).map((name) => assignedFromSource(node, [name], span));
}

/** `UPDATE SET *`: the same, and with schema evolution a struct keeps the fields that the source's lacks. */
function allUpdates(node: MergeNode, columns: MergeColumns, span: Span): Assignment[] {
  const { fields = new Map(), sourceFields = new Map() } = columns;
  const paths = takenColumns(node, columns).flatMap((name) =>
    node.evolves ? setOfColumn(name, fields, sourceFields) : [[name]],
  );
  return paths.map((path) => assignedFromSource(node, path, span));
}

/** With schema evolution what the source lacks is left as it is; without it is an error, which resolving the column finds. */
function takenColumns({ evolves }: MergeNode, { target, source }: MergeColumns): readonly string[] {
  const given = new Set(source.map((name) => name.toLowerCase()));
  return evolves ? target.filter((name) => given.has(name.toLowerCase())) : target;
}

function assignedFromSource(node: MergeNode, path: readonly string[], span: Span): Assignment {
  const qualifier = [...targetNames(node), ...path.slice(0, -1)].map((text) => ({ text, ...span }));
  return {
    column: { text: path.at(-1) ?? '', qualifier, ...span },
    value: column([...sourceNames(node), ...path], span),
  };
}

/** The columns that assignments set, wholly or a field inside. */
export function assignedColumns(table: ModifiedTable, assignments: readonly Assignment[]): string[] {
  return assignments.map(({ column: name }) => pathOf(name, targetNames(table))[0] ?? name.text);
}

/**
 * What a MERGE may bring of its source: everything, or these paths in lower case. As in Delta, a column that the target lacks is looked for
 * in the source as it is written: behind the target's name it is not found, nor where no row of the source is.
 */
export function broughtByMerge({ clauses }: MergeNode): 'all' | readonly (readonly string[])[] {
  const paths: (readonly string[])[] = [];
  for (const { on, action } of clauses) {
    if (action.kind === 'updateAll' || action.kind === 'insertAll') return 'all';
    if (action.kind === 'delete' || on === 'notMatchedBySource') continue;
    for (const { column: name } of action.assignments)
      paths.push([...name.qualifier, name].map(({ text }) => text.toLowerCase()));
  }
  return paths;
}

function updatedValues(
  table: ModifiedTable,
  assignments: readonly Assignment[],
  { target: columns, defaults = new Map(), fields = new Map() }: Pick<MergeColumns, 'target' | 'defaults' | 'fields'>,
  span: Span,
): SelectItem[] {
  checkAssignments(table, assignments, columns);
  const names = targetNames(table);
  const placed = assignments.map(({ column: name, value }) => ({ path: pathOf(name, names), value }));
  const whole = placed.map(({ path, value }): [string, Expression] => [
    path.join('.').toLowerCase(),
    path.length > 1 ? value : valueOrDefault(value, path[0] ?? '', defaults),
  ]);
  if (columns.length === 0) return whole.map(([text, value]) => named(value, text));
  const given = new Map(whole);
  return columns.map((text) => {
    const settings = fieldSettings(assignments, names, text);
    const key = text.toLowerCase();
    const value = settings.length > 0 ? structWith([...names, text], fields.get(key), settings) : given.get(key);
    return named(value ?? column([...names, text], span), text);
  });
}

/** @throws ProblemError for a column or field that is set twice, or is not the target's. */
function checkAssignments(table: ModifiedTable, assignments: readonly Assignment[], columns: readonly string[]): void {
  const seen: (readonly string[])[] = [];
  for (const { column: name } of assignments) {
    const path = pathOf(name, targetNames(table));
    const [text = ''] = path;
    const refuse = (code: string, message: string, nextStep: string): ProblemError =>
      new ProblemError({ code, message, span: { start: name.start, end: name.end }, nextStep });
    if (seen.some((other) => overlaps(path, other) || overlaps(other, path)))
      throw refuse('sql.duplicate-column', `The column ${path.join('.')} is set twice.`, 'Set it once.');
    seen.push(path);
    if (columns.length > 0 && !columns.some((one) => one.toLowerCase() === text.toLowerCase()))
      throw refuse('sql.unresolved-column', `The table has no column ${text}.`, `Columns: ${columns.join(', ')}.`);
  }
}

/** INSERT gives whole columns. */
function refuseFields(table: ModifiedTable, assignments: readonly Assignment[]): void {
  const inner = assignments.find(({ column: name }) => pathOf(name, targetNames(table)).length > 1);
  if (inner) throw notEmulated('Setting a field of a column by INSERT', inner.column, 'Give the whole column.');
}

/** `CASE WHEN condition THEN 3 ... END`: the first clause of a kind whose condition holds, by its place among all clauses. */
function clauseNumber(all: readonly MergeClauseNode[], kind: readonly MergeClauseNode[]): Expression {
  const number = (clause: MergeClauseNode): Expression => literal(all.indexOf(clause));
  const last = kind.at(-1);
  if (!last) return literal(-1);
  const conditional = kind.filter(({ condition }) => condition);
  const otherwise = last.condition ? literal(-1) : number(last);
  if (conditional.length === 0) return otherwise;
  const branches = conditional.map((clause) => ({ when: clause.condition ?? literal(0), then: number(clause) }));
  return { kind: 'case', operand: undefined, branches, otherwise, planned: true, ...NOTHING };
}

function targetRows(table: ModifiedTable): Source {
  return local('target', table.target, table.alias);
}

/** The source under the names that the statement gives it. */
function sourceRows({ source }: MergeNode): Source {
  return local('source', source.kind === 'table' ? source.parts : [], source.alias.name);
}

function sourceNames({ source }: MergeNode): string[] {
  if (source.alias.name) return [source.alias.name.text];
  return source.kind === 'table' ? source.parts.map(({ text }) => text) : [];
}

function targetNames({ target, alias }: ModifiedTable): string[] {
  return alias ? [alias.text] : target.map(({ text }) => text);
}

function local(relation: LocalRelation, parts: readonly Name[], name: Name | undefined): Source {
  const alias = { name, columns: undefined };
  return { kind: 'table', parts, alias, stream: false, pin: undefined, local: relation, ...NOTHING };
}

function join(left: Source, right: Source, on: Expression, span: Span): Source {
  return { kind: 'join', type: 'INNER', left, right, on, using: undefined, natural: false, ...span };
}

/** The pairs that the engine has found: it gives each row of the target the number of its row of the source. */
function pairCondition(span: Span): Expression {
  const left = column(['__pair'], span);
  return { kind: 'binary', operator: '=', left, right: column([rowColumns.source], span), ...span };
}

function identity(span: Span): SelectItem[] {
  return [rowColumns.file, rowColumns.row].map((name) => item(column([name], span)));
}

function column(names: readonly string[], span: Span): Expression {
  return { kind: 'column', parts: names.map((text) => ({ text, ...span })), ...span };
}

function literal(value: number): Expression {
  return { kind: 'literal', type: { kind: 'int' }, value: String(value), ...NOTHING };
}

function item(expression: Expression): SelectItem {
  return { expression, alias: undefined, aliases: undefined, start: expression.start, end: expression.end };
}

function named(expression: Expression, text: string): SelectItem {
  const { start, end } = expression;
  return { expression, alias: { text, start, end }, aliases: undefined, start, end };
}

function spanOf({ target }: ModifiedTable): Span {
  return { start: target[0]?.start ?? 0, end: target.at(-1)?.end ?? 0 };
}
