import { ExpectedError } from '../base/expected-error.ts';
import { CommitChecks, type ContractChecks } from './commit-checks.ts';
import type { CheckOutcome, Engine, ScriptRequest, ScriptResult, StatementOutcome } from '../engine/contract.ts';
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
  readonly commits: CommitChecks | undefined;
}

/** Contracts are checked by `others` before each commit, as they are where it runs the script itself. */
export function sparkEngine(options: SparkEngineOptions): SparkEngine {
  const { others } = options;
  let running: Running | undefined;
  let session: Promise<SparkSession> | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  const start = (contracts?: ContractChecks): Promise<SparkSession> =>
    (session ??= startSparkSession({ ...options, ansi: true, ...(contracts ? { contracts } : {}) }, (lake) => ({
      'statement-done': async (request) => {
        const { reads, written } = await lake.ledger.settle();
        await reportColumns(lake);
        lake.ledger = new TableLedger(lake.storage);
        if (running) record(running, request, reads, written);
      },
    })));

  async function script(request: ScriptRequest, signal: AbortSignal | undefined): Promise<ScriptResult> {
    const statements = sparkStatements(request.source);
    const contracts = { checks: request.checks, engine: others };
    const needed = CommitChecks.areNeeded(contracts);
    const spark = await start(contracts);
    const { lake, checked } = spark;
    if (needed && !checked) throw new Error('The session began without the contracts that its scripts have.');
    lake.resolver.invalidate();
    const commits = needed ? new CommitChecks(contracts, signal) : undefined;
    lake.commits = commits;
    running = { statements, outcomes: [], commits };
    const answer = await spark.work({ kind: 'script', statements, parameters: request.parameters }, signal);
    const { outcomes } = running;
    running = undefined;
    const failed = answer['failed'] as BridgeRequest | undefined;
    if (failed) {
      const error = taskFailed(failed);
      throw located(commits?.explain(error) ?? error, request, statements[Number(answer['statement'])]);
    }
    return { statements: outcomes, warnings: commits?.warnings() ?? [] };
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

function delegating(others: Engine): Omit<Engine, 'runScript' | typeof Symbol.asyncDispose> {
  return {
    query: (request, signal) => others.query(request, signal),
    checkCommit: (request, signal) => others.checkCommit(request, signal),
    exportQuery: (request, signal) => others.exportQuery(request, signal),
    previewFile: (request, signal) => others.previewFile(request, signal),
    previewTable: (request, signal) => others.previewTable(request, signal),
    statistics: () => others.statistics(),
  };
}

function record(
  { statements, outcomes, commits }: Running,
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
    ...(output ? { written: { ...output, checks: checksOf(output.table, commits) } } : {}),
  });
}

function checksOf(table: string, commits: CommitChecks | undefined): CheckOutcome[] {
  const own = commits?.outcomes().filter((check) => check.table === table) ?? [];
  return own.map(({ name, severity, violations }) => ({ name, severity, violations }));
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
