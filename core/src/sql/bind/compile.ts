import type {
  AnalyzedStatement,
  CompiledStatement,
  CompileResult,
  ComputeProfile,
  LakeRelation,
  ParameterValues,
  SqlSource,
  TableReference,
} from '../contract.ts';
import { tokenize } from '../syntax/lexer.ts';
import { UNKNOWN_NAME } from '../syntax/names.ts';
import type { Name, Query } from '../syntax/nodes.ts';
import { type Problem, ProblemError, type Span } from '../syntax/problem.ts';
import { splitStatements, type StatementTokens } from '../syntax/splitter.ts';
import type { StatementNode } from '../syntax/statement-nodes.ts';
import { createTokenStream, parseStatement, statementKind } from '../syntax/statements.ts';
import { compiledQuery, examineQuery, type QueryText } from './compiled-query.ts';
import { diagnosticOf, rangeOf, tableReference } from './ranges.ts';

/** Every statement or every reason: a file never runs by half. */
export function compile(source: SqlSource, parameters: ParameterValues, profile: ComputeProfile): CompileResult {
  const problems: Problem[] = [];
  const statements: CompiledStatement[] = [];
  for (const tokens of attempt(problems, () => splitStatements(tokenize(source.text))) ?? []) {
    const compiled = attempt(problems, () => compileStatement(source, tokens, parameters, profile, problems));
    if (compiled) statements.push(compiled);
  }
  if (problems.length === 0) return { ok: true, statements };
  return { ok: false, diagnostics: problems.map((problem) => diagnosticOf(source, problem)) };
}

/** What each statement is and whether it would run, whatever the text. Never throws for what a user writes. */
export function analyze(source: SqlSource, parameters: ParameterValues | undefined): AnalyzedStatement[] {
  const broken: Problem[] = [];
  const statements = attempt(broken, () => splitStatements(tokenize(source.text)));
  if (!statements) {
    const span = { start: 0, end: source.text.length };
    const diagnostics = broken.map((problem) => diagnosticOf(source, problem));
    return [
      { text: source.text, range: rangeOf(source, span), kind: 'other', verdict: 'refused', diagnostics, reads: [] },
    ];
  }
  return statements.map((tokens) => analyzeStatement(source, tokens, parameters));
}

const ANY_PROFILE: ComputeProfile = { ansi: true, timeZone: 'Etc/UTC', decidedBy: 'analysis' };

function analyzeStatement(
  source: SqlSource,
  tokens: StatementTokens,
  parameters: ParameterValues | undefined,
): AnalyzedStatement {
  const problems: Problem[] = [];
  const stream = createTokenStream(tokens, parameters);
  const kind = statementKind(stream);
  const node = attempt(problems, () => parseStatement(stream));
  const query = node && queryOf(source, tokens, node);
  const examined = query && attempt(problems, () => examineQuery(query, ANY_PROFILE));
  problems.push(...(examined?.problems ?? []));
  const target =
    node && 'target' in node && !node.target.some(({ text }) => text === UNKNOWN_NAME) ? node.target : undefined;
  const writes = target && attempt(problems, () => reference(source, target));
  return {
    ...placeOf(source, tokens),
    kind: node?.kind ?? kind,
    verdict: problems.length > 0 ? 'refused' : 'here',
    diagnostics: problems.map((problem) => diagnosticOf(source, problem)),
    reads: (examined?.relations ?? []).flatMap((relation) => (relation.kind === 'table' ? [relation.table] : [])),
    ...(writes ? { writes } : {}),
  };
}

function compileStatement(
  source: SqlSource,
  tokens: StatementTokens,
  parameters: ParameterValues,
  profile: ComputeProfile,
  problems: Problem[],
): CompiledStatement | undefined {
  const node = parseStatement(createTokenStream(tokens, parameters));
  const place = placeOf(source, tokens);
  const text = queryOf(source, tokens, node);
  const examined = text && examineQuery(text, profile);
  problems.push(...(examined?.problems ?? []));
  const query = text && compiledQuery(text, profile, examined?.relations ?? ([] as LakeRelation[]));
  switch (node.kind) {
    case 'useCatalog':
      return { ...place, kind: 'useCatalog', catalog: node.catalog.text };
    case 'useSchema':
    case 'createSchema': {
      const [schema = '', catalog] = node.parts.map((part) => part.text).reverse();
      const names = { schema, ...(catalog === undefined ? {} : { catalog }) };
      return node.kind === 'useSchema'
        ? { ...place, kind: 'useSchema', ...names }
        : { ...place, kind: 'createSchema', ifNotExists: node.ifNotExists, ...names };
    }
    case 'dropTable':
      return { ...place, kind: 'dropTable', target: reference(source, node.target), ifExists: node.ifExists };
    case 'createTable':
      return { ...place, kind: 'createTable', columns: node.columns, ...definition(source, node) };
    case 'createTableAs':
      return query && { ...place, kind: 'createTableAs', query, ...definition(source, node) };
    case 'query':
      return query && { ...place, kind: 'query', query };
    case 'createTemporaryView':
      return query && { ...place, kind: 'createTemporaryView', name: node.name.text, orReplace: node.orReplace, query };
    case 'insert': {
      const columns = node.columns?.map((column) => column.text);
      const { mode, byName } = node;
      return (
        query && {
          ...place,
          kind: 'insert',
          target: reference(source, node.target),
          mode,
          byName,
          query,
          ...(columns ? { columns } : {}),
        }
      );
    }
  }
}

type Creation = Extract<StatementNode, { kind: 'createTable' | 'createTableAs' }>;

function definition(
  source: SqlSource,
  node: Creation,
): Pick<
  Extract<CompiledStatement, { kind: 'createTable' }>,
  'target' | 'mode' | 'partitionedBy' | 'clusteredBy' | 'properties' | 'comment'
> {
  const { mode, partitionedBy, clusteredBy, properties, comment } = node;
  return {
    target: reference(source, node.target),
    mode,
    partitionedBy,
    clusteredBy,
    properties,
    ...(comment === undefined ? {} : { comment }),
  };
}

function queryOf(source: SqlSource, tokens: StatementTokens, node: StatementNode): QueryText | undefined {
  if (!('query' in node)) return undefined;
  const query: Query = node.query;
  const columns = node.kind === 'createTemporaryView' ? node.columns : undefined;
  return { source, query, columns, usesMetadata: tokens.some(({ text }) => text.toLowerCase() === '_metadata') };
}

function reference(source: SqlSource, parts: readonly Name[]): TableReference {
  return tableReference(source, parts, { start: parts[0]?.start ?? 0, end: parts.at(-1)?.end ?? 0 });
}

function placeOf(
  source: SqlSource,
  tokens: StatementTokens,
): { readonly text: string; readonly range: ReturnType<typeof rangeOf> } {
  const span: Span = { start: tokens[0]?.start ?? 0, end: tokens.at(-2)?.end ?? 0 };
  return { text: source.text.slice(span.start, span.end), range: rangeOf(source, span) };
}

/** The result, or undefined with the problem noted. */
function attempt<T>(problems: Problem[], work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    problems.push(error.problem);
    return undefined;
  }
}
