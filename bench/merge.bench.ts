import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Engine } from '@medallion/core/engine/contract.ts';
import { script, startLake, type TestLake } from '../core/test/engine/lake.ts';
import { databricksChild } from '../core/test/statements/databricks-lake.ts';
import { missingForPython, pythonEnvironment } from '../tools/python-venv.mjs';
import { type Comparison, load, type Measured, median, timed } from './measure.ts';

const memoryLimitBytes = 2e9;
const files = 20;
const rounds = 3;

interface Answer {
  readonly seconds: number;
  readonly rows: number;
  readonly amount: string;
}

/** MERGE of 900 changed and 100 new rows into a table of twenty files, of which one holds all that change. */
export async function merge(rows = 10_000_000): Promise<Measured> {
  const scratch = mkdtempSync(join(tmpdir(), 'medallion-merge-'));
  try {
    await using lake = await startLake();
    await using engine = await lake.engine({ childEntry: databricksChild, memoryLimitBytes });
    await fill(engine, rows);
    const tables = { sales: join(scratch, 'sales'), changes: join(scratch, 'changes') };
    const paths = {
      sales: await copyTable(lake, 'sales', tables.sales),
      changes: await copyTable(lake, 'changes', tables.changes),
    };
    const ours: (Answer & { readonly bytes: number; readonly rewritten: number })[] = [];
    const plain: Answer[] = [];
    for (let round = 0; round < rounds; round++) {
      ours.push(await onMedallion(engine, round));
      plain.push(await onDuckdb(paths, join(scratch, `plain-${round}.parquet`)));
    }
    const busy = load();
    const spark = missingForPython() === undefined ? onSpark(tables, scratch) : undefined;
    const [first] = ours;
    assert.ok(first);
    for (const answer of [...ours, ...plain, ...(spark ?? [])])
      assert.deepEqual([answer.rows, answer.amount], [first.rows, first.amount]);
    const name = `MERGE of 1,000 rows into ${rows.toLocaleString('en')}`;
    const seconds = (answers: readonly Answer[]): number => median(answers.map((answer) => answer.seconds));
    const row = (theirs: readonly Answer[], against: string): Comparison => ({
      name,
      ours: seconds(ours),
      theirs: seconds(theirs),
      unit: 's',
      against,
      load: busy,
    });
    const whole = paths.sales.reduce((sum, { bytes }) => sum + bytes, 0);
    return {
      comparisons: [
        row(plain, 'plain DuckDB that writes the touched file anew'),
        ...(spark ? [row(spark.slice(1), 'Spark with Delta, after a first MERGE')] : []),
        {
          name: `${name}: bytes written`,
          ours: first.bytes,
          theirs: whole,
          unit: 'bytes',
          against: `the whole table, ${files} files`,
        },
      ],
      notes: [
        `${name}: ${first.rewritten} of ${files} files written anew; the same count and sum on every side. ${spark ? 'Each on its own copy of the same table.' : `Spark was not measured: ${missingForPython() ?? ''}.`}`,
      ],
    };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Files of ranges of ids, as loads of one day after the other leave them. */
async function fill(engine: Engine, rows: number): Promise<void> {
  const step = rows / files;
  for (let file = 0; file < files; file++) {
    const into = file === 0 ? 'CREATE TABLE gold.sales AS' : 'INSERT INTO gold.sales';
    await engine.runScript(
      script(`${into} SELECT id, CAST(id % 1000 AS INT) AS customer, CONCAT('item ', id % 5000) AS item,
        CAST(id % 97 AS DECIMAL(12, 2)) AS amount, DATE '2026-01-01' + CAST(id DIV 30000 AS INT) AS day
        FROM range(${file * step}, ${(file + 1) * step})`),
    );
  }
  await engine.runScript(
    script(`CREATE TABLE gold.changes AS
      SELECT id, customer, item, CAST(amount + 1 AS DECIMAL(12, 2)) AS amount, day FROM gold.sales
      WHERE id >= ${rows - 90_000} AND id % 100 = 0
      UNION ALL SELECT id + ${rows}, 1, 'new', CAST(1 AS DECIMAL(12, 2)), DATE '2026-12-31' FROM range(100)`),
  );
}

interface LocalFile {
  readonly path: string;
  readonly bytes: number;
}

/** A Delta table of the lake as a local folder. Resolves to its data files. */
async function copyTable({ storage, resolver }: TestLake, table: string, folder: string): Promise<LocalFile[]> {
  const { location } = await resolver.table({ catalog: 'shop', schema: 'gold', table });
  const data: LocalFile[] = [];
  for await (const { path, isDirectory, size } of storage.list(location, { recursive: true })) {
    if (isDirectory) continue;
    const local = join(folder, path.slice(location.path.length + 1));
    mkdirSync(dirname(local), { recursive: true });
    writeFileSync(local, await storage.read({ container: location.container, path }));
    if (local.endsWith('.parquet') && !path.includes('/_delta_log/')) data.push({ path: local, bytes: size });
  }
  return data;
}

const clauses = 'ON t.id = s.id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *';
const totals = 'SELECT count(*), CAST(sum(amount) AS STRING)';

async function onMedallion(engine: Engine, round: number): Promise<Answer & { bytes: number; rewritten: number }> {
  // Each time from the table as it was.
  if (round > 0) await engine.runScript(script(`RESTORE TABLE gold.sales TO VERSION AS OF ${files - 1}`));
  const { value, seconds } = await timed(() =>
    engine.runScript(script(`MERGE INTO gold.sales AS t USING gold.changes AS s ${clauses}`)),
  );
  const written = value.statements.at(-1)?.written;
  const { lastQuery } = await engine.runScript(script(`${totals} FROM gold.sales`));
  const [row = []] = lastQuery?.rows ?? [];
  return {
    seconds,
    rows: Number(row[0]),
    amount: String(row[1]),
    bytes: written?.bytes ?? 0,
    rewritten: written?.files ?? 0,
  };
}

/** By hand: which files hold an id that changes, and those files' rows with the changes and the new rows into one. */
async function onDuckdb(
  { sales, changes }: { readonly sales: readonly LocalFile[]; readonly changes: readonly LocalFile[] },
  out: string,
): Promise<Answer> {
  const limits = { threads: '2', memory_limit: `${memoryLimitBytes}B` };
  const connection = await (await DuckDBInstance.create(':memory:', limits)).connect();
  const list = (paths: readonly string[]): string => `[${paths.map((path) => `'${path}'`).join(', ')}]`;
  const source = `read_parquet(${list(changes.map(({ path }) => path))})`;
  const all = sales.map(({ path }) => path);
  try {
    let touched: string[] = [];
    const { seconds } = await timed(async () => {
      const found = await connection.runAndReadAll(
        `SELECT DISTINCT filename FROM read_parquet(${list(all)}, filename = true) AS t SEMI JOIN ${source} AS s ON t.id = s.id`,
      );
      touched = found.getRows().map(([path]) => String(path));
      await connection.run(
        `COPY (
          SELECT t.id, coalesce(s.customer, t.customer) AS customer, coalesce(s.item, t.item) AS item, coalesce(s.amount, t.amount) AS amount, coalesce(s.day, t.day) AS day
          FROM read_parquet(${list(touched)}) AS t LEFT JOIN ${source} AS s ON s.id = t.id
          UNION ALL SELECT s.* FROM ${source} AS s ANTI JOIN read_parquet(${list(all)}) AS t ON t.id = s.id
        ) TO '${out}' (FORMAT parquet)`,
      );
    });
    const rest = [...all.filter((path) => !touched.includes(path)), out];
    const answer = await connection.runAndReadAll(
      `SELECT count(*), CAST(sum(amount) AS VARCHAR) FROM read_parquet(${list(rest)})`,
    );
    return { seconds, rows: Number(answer.value(0, 0)), amount: String(answer.value(1, 0)) };
  } finally {
    connection.closeSync();
  }
}

function onSpark({ sales, changes }: { readonly sales: string; readonly changes: string }, scratch: string): Answer[] {
  const copies = Array.from({ length: rounds + 1 }, (_, at) => join(scratch, `spark-${at}`));
  for (const copy of copies) cpSync(sales, copy, { recursive: true });
  const answer = execFileSync(
    pythonEnvironment(),
    [join(import.meta.dirname, 'merge', 'spark.py'), changes, ...copies],
    {
      stdio: ['ignore', 'pipe', 2],
    },
  );
  return JSON.parse(answer.toString().trim().split('\n').at(-1) ?? '[]') as Answer[];
}
