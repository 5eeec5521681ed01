import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import type { Engine } from '@medallion/core/engine/contract.ts';
import { script, startLake, warehouse } from '../core/test/engine/lake.ts';
import { databricksChild } from '../core/test/statements/databricks-lake.ts';
import { missingForPython, pythonEnvironment, virtualEnvironment } from '../tools/python-venv.mjs';
import { type Comparison, load, type Measured, timed } from './measure.ts';
import { type Answer, difference } from './tpcds/answers.ts';

/** Both of one version: the extension is built for it. The texts of the queries come with it too. */
const generator = ['duckdb==1.5.5', 'duckdb-extension-tpcds==1.5.5'];
const memoryLimitBytes = 2e9;

type Queries = ReadonlyMap<string, string>;

/** The 99 queries of TPC-DS: how many run here and agree with Spark, and the time of all against plain DuckDB and Spark. */
export async function tpcds(scale = 1): Promise<Measured> {
  const folder = tables(scale);
  const texts = JSON.parse(readFileSync(join(folder, 'queries.json'), 'utf8')) as string[];
  const plain = new Map(texts.map((text, at) => [`q${at + 1}`, text.replace(/;\s*$/, '')]));
  const queries = new Map([...plain].map(([name, text]) => [name, sparkText(text)]));
  const ours = await onMedallion(folder, queries);
  const theirs = await onDuckdb(folder, plain);
  const spark = missingForPython() === undefined ? onSpark(folder, queries) : undefined;
  const busy = load();
  const title = `TPC-DS at scale ${scale}, 99 queries`;
  const both = [...queries.keys()].filter((name) => answered(ours, name) && answered(theirs, name));
  const comparisons: Comparison[] = [
    row(
      `${title}: the ${both.length} that run on both, warm`,
      both,
      ours,
      theirs,
      'plain DuckDB on local Parquet',
      busy,
    ),
  ];
  const notes = [refusals(title, ours)];
  if (spark) {
    const names = [...queries.keys()].filter((name) => answered(ours, name) && answered(spark, name));
    comparisons.push(row(`${title}: the ${names.length} that run on both`, names, ours, spark, 'Spark local', busy));
    notes.push(agreement(title, ours, spark));
  } else notes.push(`${title}: not compared with Spark, ${missingForPython() ?? ''}.`);
  return { comparisons, notes };
}

function row(
  name: string,
  names: readonly string[],
  ours: ReadonlyMap<string, Answer>,
  theirs: ReadonlyMap<string, Answer>,
  against: string,
  busy: number,
): Comparison {
  const total = (answers: ReadonlyMap<string, Answer>): number =>
    names.reduce((sum, one) => sum + (answers.get(one)?.seconds ?? 0), 0);
  return { name, ours: total(ours), theirs: total(theirs), unit: 's', against, load: busy };
}

function answered(answers: ReadonlyMap<string, Answer>, name: string): boolean {
  const answer = answers.get(name);
  return answer !== undefined && !('error' in answer);
}

function refusals(title: string, ours: ReadonlyMap<string, Answer>): string {
  const refused = [...ours].flatMap(([name, answer]) => ('error' in answer ? [`${name} (${answer.error})`] : []));
  return `${title}: ${ours.size - refused.length} run here${refused.length > 0 ? `; not ${refused.join('; ')}` : ''}.`;
}

function agreement(title: string, ours: ReadonlyMap<string, Answer>, spark: ReadonlyMap<string, Answer>): string {
  const differing = [...ours].flatMap(([name, answer]) => {
    const theirs = spark.get(name);
    const found = theirs ? difference(answer, theirs) : 'no answer of Spark';
    return found === undefined ? [] : [`${name}: ${found}`];
  });
  for (const line of differing) process.stderr.write(`${line}\n`);
  const names = differing.map((line) => line.slice(0, line.indexOf(':')));
  return `${title}: ${ours.size - differing.length} agree with Spark, rows and types${names.length > 0 ? `; others: ${names.join(', ')}` : ''}. Rows are compared as sets, doubles by nine digits.`;
}

/** The texts are standard SQL but for names in double quotes, which Spark writes in backticks. */
function sparkText(text: string): string {
  return text.replace(/"([^"\n]+)"/g, '`$1`');
}

function tables(scale: number): string {
  const folder = join(import.meta.dirname, '..', '.cache', `tpcds-${scale}`);
  if (existsSync(join(folder, 'queries.json'))) return folder;
  mkdirSync(folder, { recursive: true });
  const python = virtualEnvironment('tpcds-venv', generator);
  execFileSync(python, [join(import.meta.dirname, 'tpcds', 'generate.py'), folder, String(scale)], {
    stdio: ['ignore', 2, 2],
  });
  return folder;
}

function parquetFiles(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.parquet'));
}

/** Delta tables on local Azure, through the engine as it ships. Each query twice: the second time is that of a warm cache. */
async function onMedallion(folder: string, queries: Queries): Promise<Map<string, Answer>> {
  await using lake = await startLake();
  await using engine = await lake.engine({ childEntry: databricksChild, memoryLimitBytes });
  for (const file of parquetFiles(folder)) {
    await lake.land(`tpcds/${file}`, readFileSync(join(folder, file)));
    const source = `read_files('/Volumes/shop/bronze/landing/tpcds/${file}', format => 'parquet')`;
    const columns = `* EXCEPT (_rescued_data)`;
    await engine.runScript(
      script(`CREATE TABLE gold.${basename(file, '.parquet')} AS SELECT ${columns} FROM ${source}`),
    );
  }
  const answers = new Map<string, Answer>();
  for (const [name, text] of queries) {
    const first = await onEngine(engine, text);
    answers.set(name, 'error' in first ? first : await onEngine(engine, text));
  }
  return answers;
}

async function onEngine(engine: Engine, text: string): Promise<Answer> {
  const request = { ...script(text), profile: warehouse, schema: 'gold', maxRows: 1_000_000 };
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  try {
    const { columns, rows } = await engine.query(request);
    return { seconds: seconds(), columns: columns.map(({ typeText }) => typeText), rows };
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    return { seconds: seconds(), error: `${error.code} ${error.message}` };
  }
}

/** The generator's own texts over the Parquet files, each twice as above. */
async function onDuckdb(folder: string, queries: Queries): Promise<Map<string, Answer>> {
  const limits = { threads: '2', memory_limit: `${memoryLimitBytes}B` };
  const connection = await (await DuckDBInstance.create(':memory:', limits)).connect();
  try {
    for (const file of parquetFiles(folder))
      await connection.run(`CREATE VIEW ${basename(file, '.parquet')} AS FROM '${join(folder, file)}'`);
    const answers = new Map<string, Answer>();
    for (const [name, text] of queries) {
      await connection.runAndReadAll(text);
      const { value, seconds } = await timed(() => connection.runAndReadAll(text));
      const rows = value.getRows().map((cells) => cells.map(String));
      answers.set(name, { seconds, columns: value.columnTypes().map(String), rows });
    }
    return answers;
  } finally {
    connection.closeSync();
  }
}

/** Spark with its own views over the same files, each query once in a process that is warm after the first ones. */
function onSpark(folder: string, queries: Queries): Map<string, Answer> {
  const scratch = mkdtempSync(join(tmpdir(), 'medallion-tpcds-'));
  try {
    const [texts, answers] = [join(scratch, 'queries.json'), join(scratch, 'answers.json')];
    writeFileSync(texts, JSON.stringify(Object.fromEntries(queries)));
    execFileSync(pythonEnvironment(), [join(import.meta.dirname, 'tpcds', 'spark.py'), folder, texts, answers], {
      stdio: ['ignore', 2, 2],
    });
    return new Map(Object.entries(JSON.parse(readFileSync(answers, 'utf8')) as Record<string, Answer>));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
