import type { Diagnostic } from '../base/diagnostic.ts';
import type {
  AnalyzedStatement,
  CompiledQuery,
  CompiledStatement,
  CompileResult,
  ComputeProfile,
  ParameterValues,
  SqlSource,
  TableReference,
} from './contract.ts';
import { sampleData } from './sample-data.ts';
import { compileCompound } from './program/compile-compound.ts';
import { compilePart, type Origin, type Part, partSpan, resolvePart } from './program/compile-part.ts';
import type { SessionNames } from './program/session-names.ts';
import { StaticNames } from './program/static-names.ts';
import { tokenize } from './syntax/lexer.ts';
import { redacted } from './syntax/redact.ts';
import { type Problem, ProblemError, type Span } from './syntax/problem.ts';
import { SourceMap } from './syntax/source-map.ts';
import { splitStatements, type StatementTokens } from './syntax/splitter.ts';
import type { LateStatement } from './program/program-statement.ts';
import type { StatementNode } from './syntax/statement-nodes.ts';
import { createTokenStream, parseStatement, statementKind } from './syntax/statements.ts';
import { tableReference } from './translate/catalog.ts';

interface Context extends Origin {
  /** The session in which the text runs; absent: the text is a file's. */
  readonly names: SessionNames | undefined;
  /** Variables declared by the statements before, lower-case. */
  readonly declared: Set<string>;
  /** Text that only its run tells may have declared others. */
  any: boolean;
  /** Temporary views made by the statements before, lower-case. */
  readonly views: Set<string>;
}

/** One statement of a text: what can be said of it, and what runs. */
export interface ReadStatement {
  /** Without its semicolon. */
  readonly span: Span;
  readonly analyzed: AnalyzedStatement;
  readonly compiled: CompiledStatement | undefined;
}

/** What can be said of each statement without a lake. Never throws, whatever the text. */
export function analyzeSource(
  source: SqlSource,
  parameters: ParameterValues | undefined,
  profile: ComputeProfile,
): readonly AnalyzedStatement[] {
  return readStatements(source, parameters, profile).map(({ analyzed }) => analyzed);
}

export function compileSource(
  source: SqlSource,
  parameters: ParameterValues,
  profile: ComputeProfile,
  names?: SessionNames,
): CompileResult {
  const all = readStatements(source, parameters, profile, names);
  const diagnostics = all.flatMap(({ analyzed }) => analyzed.diagnostics);
  if (diagnostics.length > 0) return { ok: false, diagnostics };
  return { ok: true, statements: all.flatMap(({ compiled }) => (compiled ? [compiled] : [])) };
}

/** What dbt writes around SQL. Another program makes the statements of such a file. */
const JINJA = /\{[%#]|\{\{-?\s*[\w.]+\s*\(/;

function jinjaProblem(text: string): Problem | undefined {
  const found = JINJA.exec(text);
  if (!found) return undefined;
  const span = { start: found.index, end: found.index + found[0].length };
  const nextStep = 'Run this file with dbt; Medallion runs the SQL that dbt compiles.';
  return { code: 'sql.not-emulated', message: 'A Jinja template (dbt) is not emulated locally.', span, nextStep };
}

/** The statements of a text. Never throws, whatever it is. */
export function readStatements(
  source: SqlSource,
  parameters: ParameterValues | undefined,
  profile: ComputeProfile,
  names?: SessionNames,
): ReadStatement[] {
  const map = new SourceMap(source);
  const origin: Origin = { source, parameters, profile, map };
  const context: Context = { ...origin, names, declared: new Set(), any: false, views: new Set() };
  const jinja = jinjaProblem(source.text);
  try {
    if (jinja) throw new ProblemError(jinja);
    return splitStatements(tokenize(source.text)).map((tokens) => outcome(context, tokens));
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const span = { start: 0, end: source.text.length };
    const range = map.range(span);
    const diagnostics = [map.diagnostic(error.problem)];
    return [
      {
        span,
        analyzed: { text: source.text, range, kind: 'other', verdict: 'refused', diagnostics, reads: [] },
        compiled: undefined,
      },
    ];
  }
}

function outcome(context: Context, tokens: StatementTokens): ReadStatement {
  const { map, source } = context;
  const part: Part = { tokens, parse: parseStatement };
  const span = partSpan(part);
  const text = redacted(source.text.slice(span.start, span.end));
  const range = map.range(span);
  const kind = statementKind(createTokenStream(tokens, context.parameters));
  try {
    if (kind === 'compound') return compound(context, tokens, { text, range });
    const own = new StaticNames(context.declared, context.any);
    const { node, statement, problems, pending } = compilePart(context, part, context.names ?? own, new Map());
    const queries = queriesOf(statement);
    const reads = readsOf(queries, context.views);
    const writes = writesOf(node, map);
    if (node.kind === 'createTemporaryView') context.views.add(node.name.text.toLowerCase());
    const late =
      context.names !== undefined ||
      own.asked ||
      pending.length > 0 ||
      node.kind === 'createFunction' ||
      context.declared.size > 0 ||
      context.any;
    note(context, statement);
    const diagnostics = problems.map((problem) => map.diagnostic(problem));
    const needs = sampleData(statement, queries);
    const needed = needs.length > 0 ? { needs } : {};
    const kindOf = node.kind === 'setVariable' ? 'setVariables' : node.kind;
    const base = { text, range, kind: kindOf, diagnostics, ...needed, reads, ...(writes ? { writes } : {}) } as const;
    const resolve: LateStatement['resolve'] = (names, constants) => resolvePart(context, part, names, constants);
    return {
      span,
      analyzed: { ...base, verdict: diagnostics.length > 0 ? 'refused' : 'here' },
      compiled: late ? { text, range, kind: 'late', ahead: statement, resolve } : statement,
    };
  } catch (error) {
    const problem = problemOf(error, span);
    const diagnostics: Diagnostic[] = [map.diagnostic(problem)];
    const refused = { text, range, kind, verdict: 'refused', diagnostics, reads: [] } as const;
    return { span, analyzed: refused, compiled: undefined };
  }
}

/** A script keeps its steps: each is compiled again where it runs. */
function compound(
  context: Context,
  tokens: StatementTokens,
  place: Pick<AnalyzedStatement, 'text' | 'range'>,
): ReadStatement {
  const node = parseStatement(createTokenStream(tokens, context.parameters));
  if (node.kind !== 'compound') throw new Error('a script begins with BEGIN');
  const { block, problems } = compileCompound(context, node.block, context.declared, context.any);
  const diagnostics = problems.map((problem) => context.map.diagnostic(problem));
  const verdict = diagnostics.length > 0 ? 'refused' : 'here';
  context.any = true;
  return {
    span: partSpan({ tokens, parse: parseStatement }),
    analyzed: { ...place, kind: 'compound', diagnostics, reads: [], verdict },
    compiled: { ...place, kind: 'compound', block },
  };
}

/** What a statement declares for those that follow. */
function note(context: Context, statement: CompiledStatement): void {
  if (statement.kind === 'executeImmediate') context.any = true;
  if (statement.kind !== 'declareVariable') return;
  for (const name of statement.names) context.declared.add(name.at(-1)?.toLowerCase() ?? '');
}

/** Text nested beyond what the stack holds is refused like anything else that is not emulated. */
function problemOf(error: unknown, span: Problem['span']): Problem {
  if (error instanceof ProblemError) return error.problem;
  if (!(error instanceof RangeError)) throw error;
  const message = 'A statement nested this deep is not emulated locally.';
  return { code: 'sql.not-emulated', message, span, nextStep: 'Cut it into several statements.' };
}

function readsOf(queries: readonly CompiledQuery[], views: ReadonlySet<string>): TableReference[] {
  return queries
    .flatMap((query) => query.relations)
    .flatMap((relation) => {
      if (relation.kind !== 'table') return [];
      const { table } = relation;
      const isView = table.schema === undefined && views.has(table.table.toLowerCase());
      return isView ? [] : [table];
    });
}

/** The queries that a statement reads with, as far as they are known without the lake. */
function queriesOf(statement: CompiledStatement): readonly CompiledQuery[] {
  if ('query' in statement) return [statement.query];
  if (statement.kind === 'update' || statement.kind === 'delete') return [statement.changes([])];
  if (statement.kind !== 'merge') return [];
  const { matches, newRows, oldRows, clauses } = statement.plan({ target: [], source: [] });
  const rows = clauses.flatMap((clause) => (clause.action === 'delete' ? [] : [clause.rows]));
  return [statement.source, matches, newRows, oldRows, ...rows];
}

function writesOf(node: StatementNode, map: SourceMap): TableReference | undefined {
  if (!('target' in node)) return undefined;
  const [first] = node.target;
  const last = node.target.at(-1);
  return first && last ? tableReference(node.target, { start: first.start, end: last.end }, map) : undefined;
}
