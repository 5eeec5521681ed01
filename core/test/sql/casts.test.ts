import assert from 'node:assert/strict';
import { SparkSession } from './spark-session.ts';

/** Text to each type, as TRY_CAST answers; CAST gives the same value, or raises where TRY_CAST gives NULL. */
const readings: readonly (readonly [string, string, string | null])[] = [
  ['INT', ' 12\t', '12'],
  ['INT', '+6', '6'],
  ['INT', '6.5', null],
  ['INT', '1e3', null],
  ['INT', '1_000', null],
  ['INT', '', null],
  ['INT', '2147483648', null],
  ['BIGINT', '2147483648', '2147483648'],
  ['DECIMAL(12, 4)', '1.23455', '1.2346'],
  ['DECIMAL(12, 4)', '-1.23455', '-1.2346'],
  ['DECIMAL(12, 4)', '.5', '0.5000'],
  ['DECIMAL(12, 4)', '1e3', '1000.0000'],
  ['DECIMAL(12, 4)', '123456789', null],
  ['DECIMAL(12, 4)', '12,50', null],
  ['DOUBLE', ' 1.5 ', '1.5'],
  ['DOUBLE', '1d', '1.0'],
  ['DOUBLE', '0x10', null],
  ['BOOLEAN', ' Yes ', 'true'],
  ['BOOLEAN', '0', 'false'],
  ['BOOLEAN', '2', null],
  ['DATE', '2024', '2024-01-01'],
  ['DATE', '2024-2-3', '2024-02-03'],
  ['DATE', '2024-02-03 anything', '2024-02-03'],
  ['DATE', '2024-02-30', null],
  ['DATE', '03/02/2024', null],
  ['TIMESTAMP', '2024-02', '2024-02-01 00:00:00'],
  ['TIMESTAMP', '2024-02-03 4', '2024-02-03 04:00:00'],
  ['TIMESTAMP', '2024-02-03T04:05', '2024-02-03 04:05:00'],
  ['TIMESTAMP', '2024-02-03 04:05:06.1234567', '2024-02-03 04:05:06.123456'],
  ['TIMESTAMP', '2024-02-03T04:05:06Z', '2024-02-03 04:05:06'],
  ['TIMESTAMP', '2024-02-03 04:05:06+02:30', '2024-02-03 01:35:06'],
  ['TIMESTAMP', '2024-02-03 04:05:06 Europe/Paris', '2024-02-03 03:05:06'],
  ['TIMESTAMP', '2024-02-03 24:00:00', null],
  ['TIMESTAMP', '2024-02-03T', null],
  ['TIMESTAMP', '12/1/2010 8:26', null],
  ['TIMESTAMP', 'soon', null],
];

/** What Spark may read and this dialect does not: no answer rather than another one. */
const unreadable: readonly (readonly [string, string])[] = [
  ['TIMESTAMP', '2024-02-03 04:05:06 PST'],
  ['TIMESTAMP', '2024-02-03 04:05:06 GMT+8'],
  ['TIMESTAMP', '+2024-02-03 04:05:06'],
  ['DATE', '+2024-02-03'],
];

/** Values of other types: an expression and its text. */
const conversions: readonly (readonly [string, string | null])[] = [
  ['CAST(2.7 AS INT)', '2'],
  ['CAST(-2.7D AS INT)', '-2'],
  ['CAST(1.005D AS DECIMAL(9, 2))', '1.01'],
  ['CAST(-1.25 AS DECIMAL(3, 1))', '-1.3'],
  ['TRY_CAST(1234.5 AS DECIMAL(3, 1))', null],
  ['CAST(true AS INT)', '1'],
  ['CAST(0 AS BOOLEAN)', 'false'],
  ['CAST(1e7 AS STRING)', '1.0E7'],
  ['CAST(0.0001D AS STRING)', '1.0E-4'],
  ['CAST(0.1D + 0.2D AS STRING)', '0.30000000000000004'],
  ["CAST(TIMESTAMP '2024-02-03 04:05:06.120' AS STRING)", '2024-02-03 04:05:06.12'],
  ["CAST(TIMESTAMP '2024-02-03 04:05:06' AS DATE)", '2024-02-03'],
  ["CAST(X'C3A9' AS STRING)", 'é'],
];

describe('casts', () => {
  let spark: SparkSession;
  before(async () => (spark = await SparkSession.open()));
  after(() => spark[Symbol.asyncDispose]());

  async function value(expression: string): Promise<string | null | undefined> {
    return (await spark.run(`SELECT CAST(${expression} AS STRING) AS v`))?.rows[0]?.[0];
  }

  for (const [type, text, expected] of readings) {
    it(`reads ${JSON.stringify(text)} as ${type}`, async () => {
      await spark.define(`t_${type}_${text}`.toLowerCase(), `SELECT '${text}' AS s`);
      const from = `\`t_${type}_${text}\``.toLowerCase();
      const tried = await spark.run(`SELECT CAST(TRY_CAST(s AS ${type}) AS STRING) AS v FROM ${from}`);
      assert.equal(tried?.rows[0]?.[0], expected);
      const strict = spark.run(`SELECT CAST(CAST(s AS ${type}) AS STRING) AS v FROM ${from}`);
      if (expected === null) await assert.rejects(strict, /CAST_INVALID_INPUT|NUMERIC_VALUE_OUT_OF_RANGE/);
      else assert.equal((await strict)?.rows[0]?.[0], expected);
    });
  }

  for (const [type, text] of unreadable) {
    it(`raises for ${JSON.stringify(text)} as ${type}`, async () => {
      await assert.rejects(value(`TRY_CAST('${text}' AS ${type})`), /NOT_EMULATED/);
    });
  }

  for (const [expression, expected] of conversions) {
    it(expression, async () => assert.equal(await value(expression), expected));
  }
});
