import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { type DatabricksLake, startDatabricksLake } from './databricks-lake.ts';

interface Case {
  readonly name: string;
  readonly setup: readonly string[];
  readonly statement: string;
}

/** What Spark 4.0.1 with Delta 4.0.0 says; see goldens/record.py. */
type Answer = { readonly columns: readonly string[]; readonly rows: readonly string[] } | { readonly refused: string };

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`./goldens/${name}`, import.meta.url), 'utf8'));
const cases = read('cases.json') as readonly Case[];
const answers = read('answers.json') as Readonly<Record<string, Answer>>;

describe("statements give Spark's and Delta's answers", function () {
  this.timeout(120_000);
  let lake: DatabricksLake;
  before(async () => {
    lake = await startDatabricksLake();
  });
  after(() => lake[Symbol.asyncDispose]());

  for (const { name, setup, statement } of cases) {
    it(name, async () => {
      const answer = answers[name];
      assert.ok(answer, 'recorded');
      await lake.run('USE SCHEMA silver; DROP TABLE IF EXISTS t; DROP TABLE IF EXISTS s');
      await lake.run(['USE SCHEMA silver', ...setup].join(';\n'));
      const { version } = await lake.snapshot('silver.t');
      const ran = lake.run(`USE SCHEMA silver; ${statement}`);
      if ('refused' in answer) {
        await assert.rejects(ran, ExpectedError);
        assert.equal((await lake.snapshot('silver.t')).version, version, 'nothing was committed');
        return;
      }
      await ran;
      const { lastQuery } = await lake.run('SELECT * FROM silver.t');
      assert.ok(lastQuery);
      const columns = lastQuery.columns.map(({ name: column, typeText }) => `${column}:${typeText}`);
      assert.deepEqual(columns, answer.columns);
      const texts = columns.map((column) => `CAST(\`${column.slice(0, column.indexOf(':'))}\` AS STRING)`);
      const isFlat = !answer.columns.some((column) => /<|struct/.test(column));
      const rows = isFlat ? await lake.rows(`SELECT ${texts.join(', ')} FROM silver.t`) : lastQuery.rows;
      if (isFlat) assert.deepEqual(rows.map((row) => jsonText(row)).sort(), answer.rows);
      else assert.equal(rows.length, answer.rows.length);
    });
  }
});

/** As Python's `json.dumps` writes a list. */
function jsonText(row: readonly unknown[]): string {
  return `[${row.map((cell) => JSON.stringify(cell)).join(', ')}]`;
}
