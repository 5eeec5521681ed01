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
import { compileNode } from './statement.ts';
import { tokenize } from './syntax/lexer.ts';
import { redacted } from './syntax/redact.ts';
import { type Problem, ProblemError } from './syntax/problem.ts';
import { SourceMap } from './syntax/source-map.ts';
import { splitStatements, type StatementTokens } from './syntax/splitter.ts';
import type { StatementNode } from './syntax/statement-nodes.ts';
import { createTokenStream, parseStatement, statementKind } from './syntax/statements.ts';
import { tableReference } from './translate/catalog.ts';

interface Context {
  readonly source: SqlSource;
  readonly parameters: ParameterValues | undefined;
  readonly profile: ComputeProfile;
  readonly map: SourceMap;
  /** Temporary views made by the statements before, lower-case. */
  readonly views: Set<string>;
}

interface Outcome {
  readonly analyzed: AnalyzedStatement;
  readonly compiled: CompiledStatement | undefined;
}

/** What can be said of each statement without a lake. Never throws, whatever the text. */
export function analyzeSource(
  source: SqlSource,
  parameters: ParameterValues | undefined,
  profile: ComputeProfile,
): readonly AnalyzedStatement[] {
  return outcomes(source, parameters, profile).map(({ analyzed }) => analyzed);
}

export function compileSource(source: SqlSource, parameters: ParameterValues, profile: ComputeProfile): CompileResult {
  const all = outcomes(source, parameters, profile);
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

function outcomes(source: SqlSource, parameters: ParameterValues | undefined, profile: ComputeProfile): Outcome[] {
  const map = new SourceMap(source);
  const context: Context = { source, parameters, profile, map, views: new Set() };
  const jinja = jinjaProblem(source.text);
  try {
    if (jinja) throw new ProblemError(jinja);
    return splitStatements(tokenize(source.text)).map((tokens) => outcome(context, tokens));
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const range = map.range({ start: 0, end: source.text.length });
    const diagnostics = [map.diagnostic(error.problem)];
    return [
      {
        analyzed: { text: source.text, range, kind: 'other', verdict: 'refused', diagnostics, reads: [] },
        compiled: undefined,
      },
    ];
  }
}

function outcome(context: Context, tokens: StatementTokens): Outcome {
  const { map, source } = context;
  const last = tokens.at(-2) ?? tokens[0];
  const span = { start: tokens[0]?.start ?? 0, end: last?.end ?? 0 };
  const text = redacted(source.text.slice(span.start, span.end));
  const range = map.range(span);
  const stream = createTokenStream(tokens, context.parameters);
  const kind = statementKind(stream);
  try {
    const node = parseStatement(stream);
    const usesMetadata = tokens.some((token) => token.text.toLowerCase() === '_metadata' && token.kind !== 'string');
    const filledText = (part: Problem['span']): string => redacted(stream.filledText(source.text, part));
    const { statement, problems } = compileNode(node, {
      text,
      range,
      map,
      profile: context.profile,
      usesMetadata,
      filledText,
    });
    const queries = queriesOf(statement);
    const reads = readsOf(queries, context.views);
    const writes = writesOf(node, map);
    if (node.kind === 'createTemporaryView') context.views.add(node.name.text.toLowerCase());
    const diagnostics = problems.map((problem) => map.diagnostic(problem));
    const needs = sampleData(statement, queries);
    const needed = needs.length > 0 ? { needs } : {};
    const base = { text, range, kind: node.kind, diagnostics, ...needed, reads, ...(writes ? { writes } : {}) };
    return { analyzed: { ...base, verdict: diagnostics.length > 0 ? 'refused' : 'here' }, compiled: statement };
  } catch (error) {
    const problem = problemOf(error, span);
    const diagnostics: Diagnostic[] = [map.diagnostic(problem)];
    return { analyzed: { text, range, kind, verdict: 'refused', diagnostics, reads: [] }, compiled: undefined };
  }
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
