import { ExpectedError } from '../base/expected-error.ts';
import type { Engine, ScriptRequest, ScriptResult, StatementOutcome } from '../engine/contract.ts';
import type { BridgeRequest } from './bridge.ts';
import { reportColumns } from './lake-names.ts';
import { taskFailed } from './program-end.ts';
import { type SparkSession, type SparkSessionOptions, startSparkSession } from './spark-session.ts';
import { type SparkStatement, sparkStatements } from './spark-statements.ts';
import { TableLedger } from './table-ledger.ts';

export interface SparkEngineOptions extends Omit<SparkSessionOptions, 'ansi'> {
  /** Answers everything but scripts: queries and previews. */
  readonly others: Engine;
}

/** SQL on local Spark, as an engine like any other. Its session starts with the first script. */
export interface SparkEngine extends Engine {
  readonly session: () => Promise<SparkSession>;
}

/** The script that runs: scripts run one after the other, in sessions of one Spark. */
interface Running {
  readonly statements: readonly SparkStatement[];
  readonly outcomes: StatementOutcome[];
}

/** Contracts are not checked: rows are Spark's own until they are committed. `runScript` warns of it. */
export function sparkEngine(options: SparkEngineOptions): SparkEngine {
  const { others } = options;
  let running: Running | undefined;
  let session: Promise<SparkSession> | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  const start = (): Promise<SparkSession> =>
    (session ??= startSparkSession({ ...options, ansi: true }, (lake) => ({
      'statement-done': async (request) => {
        const { reads, written } = await lake.ledger.settle();
        await reportColumns(lake);
        lake.ledger = new TableLedger(lake.storage);
        if (running) record(running, request, reads, written);
      },
    })));

  async function script(request: ScriptRequest, signal: AbortSignal | undefined): Promise<ScriptResult> {
    const statements = sparkStatements(request.source);
    const spark = await start();
    const { lake } = spark;
    lake.resolver.invalidate();
    running = { statements, outcomes: [] };
    const answer = await spark.work({ kind: 'script', statements, parameters: request.parameters }, signal);
    const { outcomes } = running;
    running = undefined;
    const failed = answer['failed'] as BridgeRequest | undefined;
    if (failed) throw located(taskFailed(failed), request, statements[Number(answer['statement'])]);
    return { statements: outcomes, warnings: Object.keys(request.checks).length === 0 ? [] : [unchecked] };
  }

  return {
    ...delegating(others),
    session: start,
    async runScript(request, signal) {
      const mine = turn.then(() => script(request, signal));
      turn = mine.catch(() => undefined);
      return await mine;
    },
    async [Symbol.asyncDispose]() {
      const started = await session?.catch(() => undefined);
      await started?.[Symbol.asyncDispose]();
    },
  };
}

const unchecked = {
  severity: 'warning',
  code: 'python.contracts-not-checked',
  message: 'Contracts are checked by the engine duckdb only.',
} as const;

function delegating(others: Engine): Omit<Engine, 'runScript' | typeof Symbol.asyncDispose> {
  return {
    query: (request, signal) => others.query(request, signal),
    exportQuery: (request, signal) => others.exportQuery(request, signal),
    previewFile: (request, signal) => others.previewFile(request, signal),
    previewTable: (request, signal) => others.previewTable(request, signal),
    statistics: () => others.statistics(),
  };
}

function record(
  { statements, outcomes }: Running,
  request: BridgeRequest,
  reads: StatementOutcome['reads'],
  written: readonly Omit<NonNullable<StatementOutcome['written']>, 'checks'>[],
): void {
  const statement = statements[Number(request['index'])];
  if (!statement) return;
  const [output] = written;
  outcomes.push({
    text: statement.text,
    line: statement.line,
    kind: statement.kind,
    seconds: Number(request['seconds']),
    reads,
    readFiles: [],
    readPaths: [],
    ...(output ? { written: { ...output, checks: [] } } : {}),
  });
}

function located(error: ExpectedError, { source }: ScriptRequest, at: SparkStatement | undefined): ExpectedError {
  const { code, message, nextStep, diagnostics } = error;
  const position = { line: at?.line ?? 1, column: 1 };
  const range = { file: source.file, start: position };
  const own = code === 'python.task-failed';
  return new ExpectedError({
    code: own ? 'python.statement-failed' : code,
    message,
    nextStep: own ? 'Correct the statement; Spark says what is wrong with it.' : nextStep,
    diagnostics,
    range,
    cause: error,
  });
}
