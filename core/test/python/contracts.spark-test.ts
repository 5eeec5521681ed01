import assert from 'node:assert/strict';
import { startEngine } from '@medallion/core/engine/client.ts';
import type { Engine, TableCheck } from '@medallion/core/engine/contract.ts';
import { sparkEngine } from '@medallion/core/python/spark-engine.ts';
import { pythonEnvironment } from '../../../tools/python-venv.mjs';
import { script, startLake, type TestLake } from '../engine/lake.ts';
import { refusal } from '../engine/refusal.ts';
import { fixture, fixtures, runFixture, watched } from './program.ts';

const rule = (name: string, sql: string, more: Partial<TableCheck> = {}): TableCheck => ({
  name,
  sql,
  scope: 'row',
  severity: 'error',
  source: 'sales.odcs.yaml:3',
  ...more,
});

const checks = {
  'gold.sales': [
    rule('amount is a column', "SELECT count(*) FROM (DESCRIBE __staged) WHERE column_name = 'amount'", {
      scope: 'table',
      passes: 'value = 1',
    }),
    rule('amount is not negative', 'amount < 0'),
    rule('id is unique', 'SELECT count(*) - count(DISTINCT id) FROM __staged', { scope: 'table', passes: 'value = 0' }),
    rule('amount is small', 'amount > 8', { severity: 'warning' }),
  ],
};

describe('contracts of tables that Spark writes', function () {
  this.timeout(600_000);
  let lake: TestLake;
  let engine: Engine;
  before(async () => {
    lake = await startLake();
    engine = await startEngine({ environment: lake.azure.environment, stateFolder: lake.stateFolder, threads: 1 });
  });
  after(async () => {
    await engine[Symbol.asyncDispose]();
    await lake[Symbol.asyncDispose]();
  });

  it('are kept before each commit of a Python task: nobody sees a row that breaks one', async () => {
    const seen = watched();
    const contracts = { checks, engine };
    const notebook = { kind: 'notebook', file: fixture('contracts.py') } as const;
    const outcome = await runFixture(lake, notebook, seen, { contracts });
    const told = seen.lines.filter((line) => /^(done|refused|exists|rows|versions)/.test(line));
    assert.deepEqual(
      told.toSorted(),
      [
        'refused new table with a bad row contract.violated',
        'exists False',
        'done new table',
        'refused append of a duplicate contract.violated',
        'refused append of a bad row contract.violated',
        'refused append by path contract.violated',
        'refused update contract.violated',
        'refused replace without a column contract.violated',
        'done append of a good row',
        'refused in a thread 4 contract.violated',
        'done in a thread 6',
        'done a table without a contract',
        'rows [(1, 5.0), (2, 7.0), (3, 9.0), (6, 1.0)]',
        'versions 3',
      ].toSorted(),
      seen.lines.join('\n'),
    );
    assert.deepEqual(outcome.checks, [
      { table: 'shop.gold.sales', name: 'amount is a column', severity: 'error', violations: 0 },
      { table: 'shop.gold.sales', name: 'amount is not negative', severity: 'error', violations: 0 },
      { table: 'shop.gold.sales', name: 'id is unique', severity: 'error', violations: 0 },
      { table: 'shop.gold.sales', name: 'amount is small', severity: 'warning', violations: 1 },
    ]);
    assert.match(outcome.warnings[0]?.message ?? '', /amount is small is violated by 1 row/);
    const failing = runFixture(lake, notebook, watched(), { contracts, parameters: { fail: 'yes' } });
    const error = await refusal(failing, 'contract.violated');
    assert.match(error.message, /shop\.gold\.sales was not written: .*amount is not negative is violated by 1 row/);
    assert.equal(error.range?.file, 'contracts.py');
  });

  it('are kept where --engine spark runs the SQL, with the outcome in the statement’s record', async () => {
    const log = (): void => undefined;
    const settings = { interpreter: pythonEnvironment() };
    const { stateFolder, azure } = lake;
    const { environment } = azure;
    await using spark = sparkEngine({ root: fixtures, environment, stateFolder, settings, log, others: engine });
    const create = (amount: number): string =>
      `USE CATALOG shop; CREATE OR REPLACE TABLE gold.sales AS SELECT 1 AS id, CAST(${amount} AS DOUBLE) AS amount`;
    const good = await spark.runScript(script(create(9), {}, { checks }));
    assert.deepEqual(
      good.statements[1]?.written?.checks.map(({ name, violations }) => [name, violations]),
      [
        ['amount is a column', 0],
        ['amount is not negative', 0],
        ['id is unique', 0],
        ['amount is small', 1],
      ],
    );
    assert.equal(good.warnings.length, 1);
    const error = await refusal(spark.runScript(script(create(-1), {}, { checks })), 'contract.violated');
    assert.equal(error.range?.start.line, 1);
    const rows = await engine.query({ ...script('SELECT id, amount FROM shop.gold.sales'), maxRows: 9 });
    assert.deepEqual(rows.rows, [[1, 9]]);
  });
});
