import { ExpectedError } from '../../base/expected-error.ts';
import type { ReportProgress } from '../../base/progress.ts';
import type { CompiledStatement, SqlSource } from '../../sql/contract.ts';
import { refusal } from '../../sql/program/refuse-problems.ts';
import type { ExportRequest, QueryResult, ScriptRequest, ScriptResult, StatementOutcome } from '../contract.ts';
import type { QueryRequest } from '../protocol.ts';
import type { EngineContext, Run } from './context.ts';
import { exportQuery } from './export-query.ts';
import { Program } from './program/program.ts';
import { settleStatement } from './program/run-host.ts';
import { readQuery } from './query.ts';
import type { BoundRelations } from './relations/bind.ts';
import { plannedQuery } from './relations/planned-query.ts';
import { KeptViews } from './relations/kept-views.ts';
import { checkAhead } from './statements/check-ahead.ts';
import { executeStatement } from './statements/index.ts';
import { located } from './statements/located.ts';
import type { StatementEffect } from './statements/effect.ts';

export interface CallOptions {
  readonly signal: AbortSignal | undefined;
  readonly report: ReportProgress;
}

/** Kinds of statements that may show rows. */
const SHOWING: ReadonlySet<string> = new Set(['query', 'describe', 'executeImmediate', 'compound']);

type RunRequest = Omit<ScriptRequest, 'checks'> & Partial<Pick<ScriptRequest, 'checks'>>;

/**
 * Compiles a whole script and binds it as far as the lake tells already, before its first statement has an effect; then runs one
 * statement after the other, each visible once it is done.
 */
export async function runScript(
  context: EngineContext,
  request: ScriptRequest,
  options: CallOptions,
): Promise<ScriptResult> {
  const compiled = compile(context, request);
  await using run = await openRun(context, request, options, compiled);
  await checkAhead(run, compiled);
  const outcomes: StatementOutcome[] = [];
  let lastQuery: QueryResult | undefined;
  for (const [index, statement] of compiled.entries()) {
    options.report({
      kind: 'advanced',
      step: request.source.file,
      done: index,
      total: compiled.length,
      unit: 'statements',
    });
    const made = await runStatement(run, statement);
    outcomes.push(...made.map(({ outcome }) => outcome));
    lastQuery = shownRows(made);
  }
  return { statements: outcomes, warnings: run.warnings, ...(lastQuery ? { lastQuery } : {}) };
}

/** One query and what may stand before it, such as USE. Rejects with `engine.not-a-query` for text that ends in anything else. */
export async function runQuery(
  context: EngineContext,
  request: QueryRequest,
  options: CallOptions,
): Promise<QueryResult> {
  return await withLast(context, request, options, async (run, last) =>
    last.kind === 'query'
      ? await withBound(run, last, (bound) => readQuery(run, bound, request))
      : await pageOf(run, last, request),
  );
}

/** As `runQuery`, into a file. Rejects with `engine.not-a-query` for DESCRIBE and for programs too. */
export async function runExport(
  context: EngineContext,
  request: ExportRequest,
  options: CallOptions,
): Promise<{ readonly rows: number }> {
  const { format, path, maxRows } = request;
  return await withLast(context, request, options, async (run, last) => {
    if (last.kind !== 'query') throw notAQuery(request.source);
    return { rows: await withBound(run, last, (bound) => exportQuery(run, bound, { format, path, maxRows })) };
  });
}

/** Runs what stands before a script's last statement, which shows rows, and leaves that to `show`. */
async function withLast<T>(
  context: EngineContext,
  request: RunRequest,
  options: CallOptions,
  show: (run: Run, last: CompiledStatement) => Promise<T>,
): Promise<T> {
  const compiled = compile(context, request);
  const last = compiled.at(-1);
  const kind = last?.kind === 'late' ? last.ahead.kind : last?.kind;
  if (!last || !kind || !SHOWING.has(kind)) throw notAQuery(request.source);
  await using run = await openRun(context, request, options, compiled);
  await checkAhead(run, compiled);
  for (const statement of compiled.slice(0, -1)) await runStatement(run, statement);
  const settled = await located(last, async () => {
    await using folder = await run.context.scratch.create();
    return await settleStatement(run, last, folder.path);
  });
  return await show(run, settled);
}

async function withBound<T>(
  run: Run,
  statement: Extract<CompiledStatement, { kind: 'query' }>,
  read: (bound: BoundRelations) => Promise<T>,
): Promise<T> {
  return await located(statement, async () => {
    await using folder = await run.context.scratch.create();
    run.context.counters.statements += 1;
    return await read(await plannedQuery(run, statement.query, folder.path));
  });
}

function compile(context: EngineContext, { source, parameters, profile }: RunRequest): readonly CompiledStatement[] {
  const result = context.dialect.compile(source, new Map(Object.entries(parameters)), profile);
  if (result.ok) return result.statements;
  throw refusal(result.diagnostics);
}

async function openRun(
  context: EngineContext,
  request: RunRequest,
  { signal, report }: CallOptions,
  script: readonly CompiledStatement[],
): Promise<Run & AsyncDisposable> {
  // What others did to the catalog since the last script must be seen: a replaced table may have been dropped.
  context.resolver.invalidate();
  const session = await context.database.open(context.dialect, request.profile, signal);
  session.askGroups(() => context.resolver.groups());
  const keptViews = new KeptViews(script, context.counters);
  return {
    context,
    session,
    profile: request.profile,
    signal,
    report,
    current: { catalog: request.catalog, schema: request.schema },
    views: new Map(),
    settings: new Map(),
    within: [],
    keptViews,
    checks: request.checks ?? {},
    fullRefresh: request.fullRefresh === true,
    warnings: [],
    program: new Program(),
    execute: () => Promise.reject(new Error('a statement of no statement')),
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}

interface Made {
  readonly outcome: StatementOutcome;
  readonly effect: StatementEffect;
}

/** A statement and, where it is a program, the statements that it runs: all of them, in order, itself last. */
async function runStatement(run: Run, late: CompiledStatement): Promise<readonly Made[]> {
  const started = performance.now();
  const inner: Made[] = [];
  const execute: Run['execute'] = async (statement) => {
    inner.push(...(await runStatement(run, statement)));
  };
  const { statement, effect } = await located(late, async () => {
    await using folder = await run.context.scratch.create();
    const within: Run = { ...run, execute };
    const now = await settleStatement(within, late, folder.path);
    run.context.counters.statements += 1;
    return { statement: now, effect: await executeStatement(within, now, folder.path) };
  });
  const outcome: StatementOutcome = {
    text: statement.text,
    line: statement.range.start.line,
    kind: statement.kind,
    seconds: (performance.now() - started) / 1000,
    reads: effect.inputs?.reads ?? [],
    readFiles: effect.inputs?.readFiles ?? [],
    readPaths: effect.inputs?.readPaths ?? [],
    ...(effect.written ? { written: effect.written } : {}),
  };
  return [...inner, { outcome, effect }];
}

/** The rows of a program are those that its last query showed. */
function shownRows(made: readonly Made[]): QueryResult | undefined {
  return made.findLast(({ effect }) => effect.rows)?.effect.rows;
}

/** What a statement that shows rows gives, a page of it. */
async function pageOf(run: Run, statement: CompiledStatement, request: QueryRequest): Promise<QueryResult> {
  const rows = shownRows(await runStatement(run, statement));
  if (!rows) throw notAQuery(request.source);
  const { maxRows, offset = 0 } = request;
  const end = offset + maxRows;
  return { ...rows, rows: rows.rows.slice(offset, end), truncated: rows.rows.length > end };
}

function notAQuery(source: SqlSource): ExpectedError {
  return new ExpectedError({
    code: 'engine.not-a-query',
    message: `The text of ${source.file} does not end in a query.`,
    nextStep: 'Write a SELECT; to change tables, run a job.',
  });
}
