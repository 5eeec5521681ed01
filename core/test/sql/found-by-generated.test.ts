import assert from 'node:assert/strict';
import { ansi, SparkSession } from './spark-session.ts';

/** What generated statements found; each gave another answer or DuckDB's own error. The rows as DuckDB shows them. */
const ANSWERS: readonly (readonly [string, readonly (readonly (string | null)[])[]])[] = [
  // DuckDB takes a lambda's field in HAVING for a column.
  ['SELECT id FROM VALUES (1), (2) AS t(id) GROUP BY id HAVING mode() WITHIN GROUP (ORDER BY id) > 1', [['2']]],
  [
    'SELECT id FROM VALUES (1), (2) AS t(id) GROUP BY id HAVING any_value(1) IS NOT NULL AND max_by(id, id) > 1',
    [['2']],
  ],
  ['SELECT id FROM VALUES (1, 2.5), (2, 3.5) AS t(id, k) GROUP BY id HAVING sum(k) * sum(k) > 10', [['2']]],
  // The same lambda has the same text, by which DuckDB knows the key of a group.
  ['SELECT transform(a, x -> x + 1) AS k FROM VALUES (array(1)) AS t(a) GROUP BY transform(a, x -> x + 1)', [['[2]']]],
  [
    'SELECT transform(a, x -> transform(b, x -> transform(c, y -> x + y))) AS k FROM VALUES (array(1), array(10, 20), array(300)) AS t(a, b, c)',
    [['[[[310], [320]]]']],
  ],
  // DuckDB's parser ends at the character 0.
  ["SELECT length('x\\0y') AS a, hex('x\\0y') AS b", [['3', '780079']]],
  [
    "SELECT concat_ws(s, array(a, 'x'), a) AS c, array_join(array(a, 'x'), s) AS j FROM VALUES ('-', 'a') AS t(s, a)",
    [['a-x-a', 'a-x']],
  ],
  ['SELECT greatest(a, a) AS g FROM VALUES (array(array(1))), (NULL) AS t(a) ORDER BY a', [[null], ['[[1]]']]],
  // Seconds are cut towards 1970, and those without a zone are counted without one.
  [
    "SELECT unix_timestamp(timestamp'1969-12-31 12:00:00.123456') AS a, unix_timestamp(timestamp_ntz'2024-01-01 00:00:00') AS b",
    [['-43199', '1704067200']],
  ],
  ["SELECT typeof(nanvl(CAST('NaN' AS FLOAT), 1.5F)) AS t, typeof(nanvl(1.5F, 1)) AS u", [['float', 'double']]],
  [
    'SELECT array(1) BETWEEN array(1L) AND array(2S) AS b, array(1) IS DISTINCT FROM array(1L) AS d',
    [['true', 'false']],
  ],
  [
    'SELECT try_make_timestamp_ntz(2024, 2, array(d)[0], 1, 1, 1.5) AS t FROM VALUES (29), (30), (0) AS t(d) ORDER BY d',
    [[null], ['2024-02-29 01:01:01.5'], [null]],
  ],
];

const RAISED: readonly (readonly [string, RegExp])[] = [
  ["SELECT array(1) BETWEEN array(1) AND array('a')", /ARRAY<STRING>/],
  ["SELECT array(1) IS DISTINCT FROM array('a')", /ARRAY<STRING>/],
  [
    'SELECT count(*) OVER (ORDER BY a DESC RANGE BETWEEN 100 PRECEDING AND CURRENT ROW) FROM VALUES (1S), (32767S) AS t(a)',
    /BINARY_ARITHMETIC_OVERFLOW/,
  ],
  ['SELECT CAST(9223372036854775807L AS TIMESTAMP)', /NOT_EMULATED/],
  ["SELECT CAST(X'61FF' AS STRING)", /NOT_EMULATED/],
];

describe('found by generated statements', () => {
  for (const [sql, rows] of ANSWERS)
    it(sql, async () => {
      await using session = await SparkSession.open({ ...ansi, timeZone: 'Etc/UTC' });
      assert.deepEqual((await session.run(sql))?.rows, rows);
    });
  for (const [sql, message] of RAISED)
    it(`${sql} raises`, async () => {
      await using session = await SparkSession.open(ansi);
      await assert.rejects(session.run(sql), message);
    });
});
