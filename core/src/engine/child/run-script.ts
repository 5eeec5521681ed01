import { ExpectedError } from '../../base/expected-error.ts';
import type { ReportProgress } from '../../base/progress.ts';
import type { CompiledStatement, SqlSource } from '../../sql/contract.ts';
import type { ExportRequest, QueryResult, ScriptRequest, ScriptResult, StatementOutcome } from '../contract.ts';
import type { QueryRequest } from '../protocol.ts';
import type { EngineContext, Run } from './context.ts';
import { exportQuery } from './export-query.ts';
import { readQuery } from './query.ts';
import { bindQuery, type BoundRelations } from './relations/bind.ts';
import { KeptViews } from './relations/kept-views.ts';
import { checkAhead } from './statements/check-ahead.ts';
import { executeStatement } from './statements/index.ts';
import { located } from './statements/located.ts';
import type { StatementEffect } from './statements/effect.ts';

export interface CallOptions {
  readonly signal: AbortSignal | undefined;
  readonly report: ReportProgress;
}

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
    const { outcome, effect } = await runStatement(run, statement);
    outcomes.push(outcome);
    lastQuery = effect.rows;
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
    last.kind === 'describe'
      ? await pageOf(run, last, request)
      : await withBound(run, last, (bound) => readQuery(run, bound, request)),
  );
}

/** As `runQuery`, into a file. Rejects with `engine.not-a-query` for DESCRIBE too. */
export async function runExport(
  context: EngineContext,
  request: ExportRequest,
  options: CallOptions,
): Promise<{ readonly rows: number }> {
  const { format, path, maxRows } = request;
  return await withLast(context, request, options, async (run, last) => {
    if (last.kind === 'describe') throw notAQuery(request.source);
    return { rows: await withBound(run, last, (bound) => exportQuery(run, bound, { format, path, maxRows })) };
  });
}

type Shows = Extract<CompiledStatement, { kind: 'query' | 'describe' }>;

/** Runs what stands before a script's last statement, which shows rows, and leaves that to `show`. */
async function withLast<T>(
  context: EngineContext,
  request: RunRequest,
  options: CallOptions,
  show: (run: Run, last: Shows) => Promise<T>,
): Promise<T> {
  const compiled = compile(context, request);
  const last = compiled.at(-1);
  if (last?.kind !== 'query' && last?.kind !== 'describe') throw notAQuery(request.source);
  await using run = await openRun(context, request, options, compiled);
  await checkAhead(run, compiled);
  for (const statement of compiled.slice(0, -1)) await runStatement(run, statement);
  return await show(run, last);
}

async function withBound<T>(
  run: Run,
  statement: Extract<CompiledStatement, { kind: 'query' }>,
  read: (bound: BoundRelations) => Promise<T>,
): Promise<T> {
  return await located(statement, async () => {
    await using folder = await run.context.scratch.create();
    run.context.counters.statements += 1;
    return await read(await bindQuery(run, statement.query, folder.path));
  });
}

function compile(context: EngineContext, { source, parameters, profile }: RunRequest): readonly CompiledStatement[] {
  const result = context.dialect.compile(source, new Map(Object.entries(parameters)), profile);
  if (result.ok) return result.statements;
  const [first] = result.diagnostics;
  const others = result.diagnostics.length - 1;
  throw new ExpectedError({
    code: first?.code ?? 'sql.not-emulated',
    message: `${first?.message ?? 'The text cannot be compiled.'}${others > 0 ? ` (and ${others} more)` : ''}`,
    nextStep: first?.nextStep ?? 'Change the statement, or run this task on Databricks.',
    range: first?.range,
    diagnostics: result.diagnostics,
  });
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
  const keptViews = new KeptViews(script, context);
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
    warnings: [],
    async [Symbol.asyncDispose]() {
      await session[Symbol.asyncDispose]();
      await keptViews[Symbol.asyncDispose]();
    },
  };
}

async function runStatement(
  run: Run,
  statement: CompiledStatement,
): Promise<{ outcome: StatementOutcome; effect: StatementEffect }> {
  const started = performance.now();
  const effect = await located(statement, async () => {
    await using folder = await run.context.scratch.create();
    run.context.counters.statements += 1;
    return await executeStatement(run, statement, folder.path);
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
  return { outcome, effect };
}

/** What a statement that shows rows gives, a page of it. */
async function pageOf(
  run: Run,
  statement: CompiledStatement,
  { maxRows, offset = 0 }: QueryRequest,
): Promise<QueryResult> {
  const { rows } = (await runStatement(run, statement)).effect;
  if (!rows) throw new Error(`${statement.kind} shows no rows`);
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
