import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import type { Engine } from '@medallion/core/engine/contract.ts';
import { createStorageClient } from '@medallion/core/azure/storage.ts';
import { resolverFor } from '@medallion/core/lake/project-lake.ts';
import type { RunRecord } from '@medallion/core/jobs/run.generated.ts';
import { runJob, type RunJobOptions } from '@medallion/core/jobs/run-job.ts';
import type { BundleTask } from '@medallion/core/project/bundle-job.ts';
import { compareTables, isSame, type RunClock, type TableDifference } from '@medallion/core/python/compare-tables.ts';
import { shadowNames } from '@medallion/core/python/shadow-names.ts';
import { type SparkEngine, sparkEngine } from '@medallion/core/python/spark-engine.ts';
import { pythonSettings } from '@medallion/core/project/python-settings.ts';
import type { ResolvedTable } from '@medallion/core/lake/resolver.ts';
import { parseTableName, tableKey } from '@medallion/core/lake/names.ts';

const engines = ['duckdb', 'spark', 'both'] as const;

/** What runs the SQL of a job; Python tasks always run on Spark. */
export type EngineChoice = (typeof engines)[number];

/** @throws ExpectedError `usage.engine` */
export function engineChoice(given: string | undefined): EngineChoice {
  const found = engines.find((name) => name === (given ?? 'duckdb'));
  if (found) return found;
  throw new ExpectedError({
    code: 'usage.engine',
    message: `--engine takes duckdb, spark or both, not '${given ?? ''}'.`,
    nextStep: 'Give one of them, or leave the option out for duckdb.',
    kind: 'environment',
  });
}

/** Local Spark as the engine of a run; `others` answers queries. */
export async function sparkFor(options: RunJobOptions, others: Engine): Promise<SparkEngine> {
  return sparkEngine(await sparkOptions(options, others));
}

async function sparkOptions(options: RunJobOptions, others: Engine): Promise<Parameters<typeof sparkEngine>[0]> {
  const { root, environment, stateFolder } = options;
  return { root, environment, stateFolder, settings: await pythonSettings(root), log: () => undefined, others };
}

export interface ComparedTable extends Partial<TableDifference> {
  readonly table: string;
  readonly same: boolean;
}

export interface BothRuns {
  readonly duckdb: RunRecord;
  /** Absent where the first run failed: there is nothing to compare. */
  readonly spark?: RunRecord;
  readonly tables: readonly ComparedTable[];
}

const shadowContainer = 'medallion-shadow';

/**
 * Runs the job on DuckDB, then its SQL on Spark beside the lake, under the same names, and compares what they made. Every task runs.
 * @throws ExpectedError `python.both-needs-sql`
 */
export async function runBoth(options: RunJobOptions, others: Engine): Promise<BothRuns> {
  refusePrograms(options.job.tasks);
  const duckdb = await runJob({ ...options, force: true });
  if (duckdb.state !== 'succeeded') return { duckdb, tables: [] };
  // A task that this run was not asked for shows what it once made, which Spark did not make again.
  const ran = duckdb.tasks.filter(({ state }) => state === 'succeeded');
  const written = ran.flatMap(({ outputs }) => outputs.map(({ table }) => tableKey(parseTableName(quoted(table)))));
  const storage = createStorageClient(options.environment);
  await storage.createContainer(shadowContainer);
  const root = { account: storage.accountName, container: shadowContainer, path: duckdb.id };
  const shadow = shadowNames(root, new Set(written));
  await using engine = sparkEngine({ ...(await sparkOptions(options, others)), names: shadow.over });
  try {
    const resolver = shadow.over(resolverFor(options.environment));
    const alone = { ...options, force: true, engine, checks: {}, lake: { resolver, storage } };
    const spark = await runJob({ ...alone, quarantines: {}, stateFolder: `${options.stateFolder}/shadow` });
    if (spark.state !== 'succeeded') return { duckdb, spark, tables: [] };
    const clocks = [clockOf(duckdb), clockOf(spark)] as const;
    return { duckdb, spark, tables: await compareAll(options, engine, shadow.made(), written, clocks) };
  } finally {
    await storage.delete(root);
  }
}

async function compareAll(
  { environment, signal, report }: RunJobOptions,
  engine: SparkEngine,
  made: readonly ResolvedTable[],
  written: readonly string[],
  [left, right]: readonly [RunClock, RunClock],
): Promise<readonly ComparedTable[]> {
  const lake = resolverFor(environment);
  const session = await engine.session();
  const shadows = new Map(made.map((table) => [tableKey(table.name), table]));
  const compared: ComparedTable[] = [];
  for (const table of [...new Set([...written, ...shadows.keys()])].sort()) {
    const started = performance.now();
    report?.({ kind: 'started', step: table, title: `compare ${table}` });
    const [ours, theirs] = [await lake.findTable(parseTableName(quoted(table))), shadows.get(table)];
    const both = ours && theirs ? { ours, theirs } : undefined;
    const difference = both
      ? await compareTables(
          session,
          { location: both.ours.location, clock: left },
          { location: both.theirs.location, clock: right },
          signal,
        )
      : undefined;
    const same = difference !== undefined && isSame(difference);
    compared.push({ table, same, ...difference });
    const seconds = (performance.now() - started) / 1000;
    report?.({ kind: 'finished', step: table, seconds, summary: same ? 'the same' : 'DIFFERENT' });
  }
  return compared;
}

function clockOf({ startedAt, endedAt }: RunRecord): RunClock {
  return [Date.parse(startedAt) / 1000 - 1, Date.parse(endedAt ?? startedAt) / 1000 + 1];
}

/** A record's `catalog.schema.table`, whose catalog may need backticks. */
function quoted(table: string): string {
  const [catalog = '', schema = '', ...rest] = table.split('.');
  return [catalog, schema, rest.join('.')].map((part) => `\`${part}\``).join('.');
}

const programs = new Set(['notebook_task', 'spark_python_task', 'python_wheel_task', 'run_job_task']);

function refusePrograms(tasks: readonly BundleTask[]): void {
  const found = tasks.flatMap((task) => [task, task.nested]).find((task) => programs.has(task?.kind ?? ''));
  if (!found) return;
  throw new ExpectedError({
    code: 'python.both-needs-sql',
    message: `--engine both compares jobs of SQL; task ${found.key} is a ${found.kind ?? ''}.`,
    nextStep: 'Compare the SQL tasks in a job of their own: programs run on Spark anyway.',
    range: found.range,
  });
}

/** For people: a line a table, then what differs. */
export function bothText({ duckdb, spark, tables }: BothRuns): string {
  if (!spark) return `DuckDB ${duckdb.state}: there is nothing to compare.`;
  const lines = tables.map(({ table, same, leftRows, rightRows, clockColumns = [], objectColumns = [] }) => {
    const notes = [
      ...clockColumns.map((name) => `${name}: each run's own clock, not compared`),
      ...objectColumns.map((name) => `${name}: compared as JSON objects`),
    ];
    const noted = notes.length === 0 ? '' : ` (${notes.join('; ')})`;
    return `${same ? 'same      ' : 'DIFFERENT '} ${table}  ${leftRows ?? 'missing'} / ${rightRows ?? 'missing'} rows${noted}`;
  });
  const details = tables.filter(({ same }) => !same).flatMap(differenceLines);
  const seconds = `DuckDB ${duckdb.seconds.toFixed(1)} s (${duckdb.state}), Spark ${spark.seconds.toFixed(1)} s (${spark.state})`;
  const errors = spark.tasks.flatMap(({ key, error }) =>
    error ? [`spark: ${key}: ${error.message} [${error.code}]`] : [],
  );
  return [...lines, ...details, ...errors, seconds].join('\n');
}

function differenceLines({ table, types = [], columns, onlyLeft = [], onlyRight = [] }: ComparedTable): string[] {
  const row = (side: string) => (cells: readonly (string | null)[]) => `  ${table}: only ${side}: ${cells.join(' | ')}`;
  return [
    ...types.map((text) => `  ${table}: type of ${text}`),
    ...(columns ? [`  ${table}: columns ${columns[0].join(', ')} and ${columns[1].join(', ')}`] : []),
    ...onlyLeft.map(row('DuckDB')),
    ...onlyRight.map(row('Spark')),
  ];
}
