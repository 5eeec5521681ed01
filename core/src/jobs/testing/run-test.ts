import type { Cell, QueryResult } from '../../engine/contract.ts';
import { warehouseProfile } from '../compute-profile.ts';
import type { RunJobOptions } from '../job-run.ts';
import { runJob } from '../run-job.ts';
import type { JobTest, TestRows } from './job-test.ts';
import { quoted, rowsSql, seedSql } from './test-sql.ts';

/** How a test came out. */
export interface TestResult {
  readonly name: string;
  readonly file: string;
  readonly passed: boolean;
  /** One sentence for each thing that is not as the test says; empty where it passed. */
  readonly failures: readonly string[];
  readonly seconds: number;
}

/** More rows than a person writes into a test. */
const mostRows = 10_000;

/**
 * Runs one test on a lake that is its own: makes the given tables and files, runs the job's tasks, compares. Rejects only with what
 * is wrong with the test itself, such as a type that does not exist.
 * @param options of the run; `only` and `parameters` are the test's.
 * @param catalog in which names of two levels are.
 */
export async function runJobTest(
  test: JobTest,
  options: Omit<RunJobOptions, 'only' | 'parameters'>,
  catalog: string | undefined,
): Promise<TestResult> {
  const started = performance.now();
  await prepareLake(test, options, catalog);
  const record = await runJob({
    ...options,
    parameters: test.parameters,
    ...(test.tasks === undefined ? {} : { only: test.tasks }),
    force: true,
  });
  const failures = record.tasks.flatMap(({ key, error }) =>
    error ? [`The task ${key} failed: ${error.message} [${error.code}]`] : [],
  );
  if (failures.length === 0) {
    for (const expected of test.then) failures.push(...(await differences(expected, options, catalog)));
  }
  const { name, file } = test;
  return { name, file, passed: failures.length === 0, failures, seconds: (performance.now() - started) / 1000 };
}

async function prepareLake(
  test: JobTest,
  { engine, lake, signal }: Pick<RunJobOptions, 'engine' | 'lake' | 'signal'>,
  catalog: string | undefined,
): Promise<void> {
  for (const { path, text } of test.files) {
    const [container = '', ...rest] = path.split('/');
    await lake.storage.write({ container, path: rest.join('/') }, Buffer.from(text));
  }
  for (const given of test.given) {
    const source = { text: seedSql(given), file: test.file };
    await engine.runScript(
      { source, parameters: {}, profile: warehouseProfile, checks: {}, ...(catalog === undefined ? {} : { catalog }) },
      signal,
    );
  }
}

/** What a table holds beside what is expected of it, as a bag of rows: order says nothing, number does. */
async function differences(
  expected: TestRows,
  { engine, signal }: Pick<RunJobOptions, 'engine' | 'signal'>,
  catalog: string | undefined,
): Promise<readonly string[]> {
  const ask = (text: string): Promise<QueryResult> =>
    engine.query(
      {
        source: { text, file: expected.range.file },
        parameters: {},
        profile: warehouseProfile,
        maxRows: mostRows,
        ...(catalog === undefined ? {} : { catalog }),
      },
      signal,
    );
  const names = expected.columns.map(({ name }) => quoted(name)).join(', ');
  const actual = await ask(`SELECT ${names} FROM ${expected.table.split('.').map(quoted).join('.')}`);
  const types = expected.columns.map(({ typeText }, index) => typeText ?? actual.columns[index]?.typeText ?? 'string');
  const wanted = expected.rows.length === 0 ? [] : (await ask(rowsSql(expected, types))).rows;
  const left = counted(wanted);
  const surplus: string[] = [];
  for (const row of actual.rows) {
    const key = JSON.stringify(row);
    const count = left.get(key) ?? 0;
    if (count === 0) surplus.push(key);
    else left.set(key, count - 1);
  }
  const missing = [...left].flatMap(([key, count]) => Array<string>(count).fill(key));
  return [
    ...wrongTypes(expected, actual),
    ...said(`${expected.table} lacks`, missing),
    ...said(`${expected.table} holds, beside what is expected,`, surplus),
    ...(actual.truncated ? [`${expected.table} holds more than ${mostRows} rows.`] : []),
  ];
}

/** A type that the test writes is the column's own. */
function wrongTypes({ table, columns }: TestRows, { columns: actual }: QueryResult): readonly string[] {
  return columns.flatMap(({ name, typeText }, index) => {
    const found = actual[index]?.typeText ?? '';
    const same = typeText === undefined || typeText.toLowerCase().replaceAll(' ', '') === found.toLowerCase();
    return same ? [] : [`${table}.${name} is ${found}, not ${typeText.toLowerCase()}.`];
  });
}

function counted(rows: readonly (readonly Cell[])[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(JSON.stringify(row), (counts.get(JSON.stringify(row)) ?? 0) + 1);
  return counts;
}

function said(what: string, rows: readonly string[]): readonly string[] {
  if (rows.length === 0) return [];
  const shown = rows.slice(0, 5).join(' ');
  return [`${what} ${rows.length} row${rows.length === 1 ? '' : 's'}: ${shown}${rows.length > 5 ? ' ...' : ''}`];
}
