import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { json, medallion } from './support/medallion.ts';

interface Tested {
  readonly passed: number;
  readonly failed: number;
  readonly tests: readonly { readonly name: string; readonly failures: readonly string[] }[];
}

const bundle = `bundle: {name: shop}
resources:
  schemas:
    bronze: {name: bronze, catalog_name: shop, storage_root: abfss://bronze@devstoreaccount1.dfs.core.windows.net/}
    gold: {name: gold, catalog_name: shop, storage_root: abfss://gold@devstoreaccount1.dfs.core.windows.net/}
  jobs:
    daily:
      parameters: [{name: least, default: "0"}]
      tasks: [{task_key: sums, sql_task: {warehouse_id: w, file: {path: sums.sql}}}]
`;

const sums = `USE CATALOG shop;
CREATE OR REPLACE TABLE gold.sums AS
SELECT country, sum(amount) AS amount FROM bronze.sales WHERE amount > CAST(:least AS INT) GROUP BY country;`;

const given = `given:
  bronze.sales:
    columns: {country: STRING, amount: "DECIMAL(10,2)"}
    rows: [{country: no, amount: 1.25}, {country: no, amount: 2}, {country: "O'Neil \\\\", amount: 3}, {amount: 4}]
`;

function project(tests: Readonly<Record<string, string>>): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'medallion-test-'));
  for (const [file, text] of Object.entries({ 'databricks.yml': bundle, 'sums.sql': sums, ...tests })) {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    writeFileSync(join(path, file), text);
  }
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

describe('medallion test', function () {
  this.timeout(180_000);

  it('passes where the tables hold the rows, tells what they lack or hold beside, and leaves nothing', async () => {
    using folder = project({
      'tests/right.yaml': `name: right\njob: daily\n${given}then:\n  gold.sums:\n    columns: {country: STRING, amount: "DECIMAL(20,2)"}\n    rows: [{amount: 4}, {country: no, amount: 3.25}, {country: "O'Neil \\\\", amount: 3}]\n`,
      'tests/wrong.yaml': `name: wrong\njob: daily\nparameters: {least: "2"}\n${given}then:\n  gold.sums: [{country: no, amount: 3.25}, {country: null, amount: 4}]\n`,
      'tests/broken.yaml': 'name: broken\njob: daily\nthen:\n  gold.sums: [{country: no}]\n',
    });
    const state = join(folder.path, '.medallion');
    const ended = await medallion('test', '--project', folder.path, '--state', state, '--json');
    assert.equal(ended.code, 1, ended.stderr);
    const { passed, failed, tests } = json<Tested>(ended);
    assert.deepEqual([passed, failed], [1, 2]);
    const failures = Object.fromEntries(tests.map(({ name, failures: own }) => [name, own]));
    assert.deepEqual(failures['right'], []);
    assert.deepEqual(failures['wrong'], [
      'gold.sums lacks 1 row: ["no","3.25"]',
      `gold.sums holds, beside what is expected, 1 row: ["O'Neil \\\\","3.00"]`,
    ]);
    assert.match(failures['broken']?.[0] ?? '', /^The task sums failed: .*sales/);
    assert.equal(existsSync(join(state, 'runs')), false, 'the runs of tests vouch for nothing');
  });

  it('refuses a test that says what it cannot, at its place', async () => {
    using folder = project({ 'tests/odd.yaml': 'job: daily\ngivn: {}\nthen: {gold.sums: [{a: {b: 1}}]}\n' });
    const ended = await medallion('test', '--project', folder.path, '--json');
    assert.equal(ended.code, 1);
    assert.match(ended.stderr, /tests\/odd\.yaml:2/);
    assert.match(ended.stderr, /A test has no 'givn'/);
    assert.match(ended.stderr, /gold\.sums\.a is no single value/);
  });

  it('passes those of the sample', async () => {
    const state = mkdtempSync(join(tmpdir(), 'medallion-test-'));
    const sample = join(import.meta.dirname, '../../samples/shopcom');
    const ended = await medallion('test', '--project', sample, '--state', state);
    rmSync(state, { recursive: true, force: true });
    assert.equal(ended.code, 0, ended.stdout + ended.stderr);
    assert.match(ended.stdout, /1 passed, 0 failed/);
  });
});
