import assert from 'node:assert/strict';
import { SparkSession } from './spark-session.ts';

type Row = readonly (string | null)[];
/** A query, its columns with Spark's types, and its rows. */
type Case = readonly [sql: string, columns: string, ...rows: Row[]];

/** Each answer is Spark 4's with ANSI on; `t` has the rows (1, 'a', 1.50), (2, 'B', NULL), (NULL, 'é', 0.25). */
const answers: readonly Case[] = [
  ['SELECT 7 / 2 AS v', 'v:double', ['3.5']],
  ['SELECT 7 DIV 2 AS v, -7 % 2 AS r', 'v:bigint, r:int', ['3', '-1']],
  ['SELECT 1 + 1L AS v', 'v:bigint', ['2']],
  ['SELECT 1.5 + 1.25 AS v', 'v:decimal(4,2)', ['2.75']],
  ['SELECT CAST(2 AS INT) * CAST(1.5 AS DECIMAL(12, 4)) AS v', 'v:decimal(23,4)', ['3.0000']],
  ['SELECT CAST(1 AS DECIMAL(10, 2)) / CAST(3 AS DECIMAL(10, 2)) AS v', 'v:decimal(23,13)', ['0.3333333333333']],
  ['SELECT CAST(2 AS DECIMAL(10, 2)) / CAST(3 AS DECIMAL(10, 2)) AS v', 'v:decimal(23,13)', ['0.6666666666667']],
  ['SELECT CAST(-2 AS DECIMAL(10, 2)) / 3 AS v', 'v:decimal(14,6)', ['-0.666667']],
  ['SELECT 2.5 > 2 AS a, NULL = 1 AS b, NULL <=> NULL AS c', 'a:boolean, b:boolean, c:boolean', ['true', null, 'true']],
  ["SELECT '10' > 9 AS v", 'v:boolean', ['true']],
  ['SELECT n FROM t ORDER BY n', 'n:int', [null], ['1'], ['2']],
  ['SELECT n FROM t ORDER BY n DESC', 'n:int', ['2'], ['1'], [null]],
  ['SELECT n FROM t ORDER BY n NULLS LAST LIMIT 1', 'n:int', ['1']],
  ['SELECT s FROM t ORDER BY s', 's:string', ['B'], ['a'], ['é']],
  ['SELECT *, n AS again FROM t WHERE n = 2', 'n:int, s:string, d:decimal(4,2), again:int', ['2', 'B', null, '2']],
  ["SELECT T.* FROM t AS T WHERE S = 'a'", 'n:int, s:string, d:decimal(4,2)', ['1', 'a', '1.50']],
  [
    'SELECT count(*) AS a, count(n) AS b, sum(n) AS c, sum(d) AS d, min(s) AS e, max(n) AS f FROM t',
    'a:bigint, b:bigint, c:bigint, d:decimal(14,2), e:string, f:int',
    ['3', '2', '3', '1.75', 'B', '2'],
  ],
  ['SELECT avg(n) AS a, avg(d) AS b FROM t', 'a:double, b:decimal(8,6)', ['1.5', '0.875000']],
  ['SELECT sum(n) AS v FROM t WHERE false', 'v:bigint', [null]],
  [
    'SELECT n > 1 AS big, count(*) AS c FROM t GROUP BY n > 1 ORDER BY big',
    'big:boolean, c:bigint',
    [null, '1'],
    ['false', '1'],
    ['true', '1'],
  ],
  [
    'SELECT n AS k, count(*) AS c FROM t GROUP BY k HAVING c > 0 AND k IS NOT NULL ORDER BY k DESC',
    'k:int, c:bigint',
    ['2', '1'],
    ['1', '1'],
  ],
  [
    'SELECT n, row_number() OVER (ORDER BY n DESC) AS r, ntile(2) OVER (ORDER BY s) AS q, max(n) OVER () AS m FROM t ORDER BY r',
    'n:int, r:int, q:int, m:int',
    ['2', '1', '1', '2'],
    ['1', '2', '1', '2'],
    [null, '3', '2', '2'],
  ],
  ['SELECT n FROM t QUALIFY row_number() OVER (ORDER BY n DESC) = 1', 'n:int', ['2']],
  [
    'SELECT a.n, b.s FROM t AS a LEFT JOIN t AS b ON b.n = a.n + 1 ORDER BY a.n',
    'n:int, s:string',
    [null, null],
    ['1', 'B'],
    ['2', null],
  ],
  ['SELECT n FROM t WHERE n NOT IN (1, 3)', 'n:int', ['2']],
  ['SELECT n FROM t WHERE n NOT IN (1, NULL)', 'n:int'],
  ['SELECT n FROM t WHERE n = (SELECT max(n) FROM t)', 'n:int', ['2']],
  ['WITH x AS (SELECT n FROM t), y AS (SELECT n + 1 AS m FROM x) SELECT sum(m) AS v FROM y', 'v:bigint', ['5']],
  ['SELECT CASE WHEN n = 1 THEN 1 ELSE 2.5 END AS v FROM t ORDER BY n', 'v:decimal(11,1)', ['2.5'], ['1.0'], ['2.5']],
  ["SELECT CASE n WHEN 1 THEN 'one' END AS v FROM t WHERE n IS NOT NULL ORDER BY n", 'v:string', ['one'], [null]],
  ['SELECT COALESCE(NULL, n, 0L) AS v, NULLIF(n, 1) AS w FROM t WHERE n = 1', 'v:bigint, w:int', ['1', null]],
  ['SELECT 1 AS v UNION ALL SELECT 2.5', 'v:decimal(11,1)', ['1.0'], ['2.5']],
  ["SELECT s LIKE 'a%' AS a, s LIKE '_' AS b FROM t WHERE n IS NULL", 'a:boolean, b:boolean', ['false', 'true']],
  ["SELECT trim('  a ') AS a, upper('aé') AS b, lower('AÉ') AS c", 'a:string, b:string, c:string', ['a', 'AÉ', 'aé']],
  [
    "SELECT regexp_replace('10.0', '[.]0$', '') AS a, regexp_replace('aXbX', '(X)', '<$1>') AS b, regexp_extract('f-2024-01-02.csv', '([0-9]{4}-[0-9]{2}-[0-9]{2})[.]csv$', 1) AS c, regexp_extract('x', '(y)', 1) AS d",
    'a:string, b:string, c:string, d:string',
    ['10', 'a<X>b<X>', '2024-01-02', ''],
  ],
  [
    "SELECT datediff(DATE '2024-03-01', DATE '2024-02-01') AS a, date_format(TIMESTAMP '2024-03-01 04:05:06', 'yyyy-MM-dd HH:mm:ss') AS b",
    'a:int, b:string',
    ['29', '2024-03-01 04:05:06'],
  ],
  [
    "SELECT date_trunc('MONTH', TIMESTAMP '2024-03-05 04:05:06') AS a, date_trunc('month', DATE '2024-03-05') AS b",
    'a:timestamp, b:timestamp',
    ['2024-03-01 00:00:00+00', '2024-03-01 00:00:00+00'],
  ],
  [
    "SELECT TIMESTAMP '2024-03-05 04:05:06' + INTERVAL 25 HOUR AS a, DATE '2024-01-31' + INTERVAL 1 MONTH AS b",
    'a:timestamp, b:date',
    ['2024-03-06 05:05:06+00', '2024-02-29'],
  ],
  [
    'SELECT floor(-1.5D) AS a, floor(2.75) AS b, abs(-3) AS c, abs(-1.5) AS d',
    'a:bigint, b:decimal(2,0), c:int, d:decimal(2,1)',
    ['-2', '2', '3', '1.5'],
  ],
  ['SELECT from_json(\'{"a":1,"b":"x","c":1.5}\', \'a INT, b STRING, c DOUBLE\').b AS v', 'v:string', ['x']],
  [
    "SELECT get_json_object('{\"a\":{\"b\":1}}', '$.a') AS a, get_json_object('{\"a\":\"t\"}', '$.a') AS b, get_json_object('{', '$') AS c",
    'a:string, b:string, c:string',
    ['{"b":1}', 't', null],
  ],
  ['SELECT current_timestamp() = current_timestamp() AS v', 'v:boolean', ['true']],
  [
    'SELECT count(DISTINCT n) AS a, count(DISTINCT CASE WHEN n > 1 THEN s END) AS b FROM t',
    'a:bigint, b:bigint',
    ['2', '1'],
  ],
  ['SELECT CAST(1 AS TINYINT) AS v UNION ALL SELECT 2.5D', 'v:double', ['1.0'], ['2.5']],
  ['SELECT try_add(2147483647, 1) AS a, try_divide(n, 0) AS b FROM t WHERE n = 1', 'a:int, b:double', [null, null]],
  ['SELECT * FROM t NATURAL JOIN t AS u NATURAL JOIN t AS v', 'n:int, s:string, d:decimal(4,2)', ['1', 'a', '1.50']],
  ['SELECT u.s FROM t JOIN t AS u USING (n) WHERE n = 2', 's:string', ['B']],
];

/** What Spark raises is raised here. */
const failures: readonly (readonly [string, RegExp])[] = [
  ['SELECT 1 / 0', /DIVIDE_BY_ZERO/],
  ['SELECT 1 % 0', /REMAINDER_BY_ZERO/],
  ['SELECT try_add(1, n + 2147483647) FROM t WHERE n = 1', /[Oo]ut of [Rr]ange|Overflow/],
  ['SELECT 2147483647 + 1', /[Oo]ut of [Rr]ange|Overflow/],
  ["SELECT CAST('x' AS INT)", /CAST_INVALID_INPUT/],
];

/** What is not emulated is refused with its place, and what Spark would not understand with its reason. */
const refusals: readonly (readonly [string, string])[] = [
  ['SELECT java_method(s) FROM t', 'sql.not-emulated'],
  ["SELECT regexp_replace(s, '(?<=a)b', '') FROM t", 'sql.not-emulated'],
  ["SELECT regexp_replace(s, '(a)\\\\1', '') FROM t", 'sql.not-emulated'],
  ["SELECT date_format(current_timestamp(), 'YYYY') FROM t", 'sql.syntax'],
  ['SELECT * FROM t TABLESAMPLE (10 PERCENT)', 'sql.not-emulated'],
  ['SELECT missing FROM t', 'sql.unresolved-column'],
  ['SELECT true + 1', 'sql.type-mismatch'],
  ["SELECT '1' + '1'", 'sql.type-mismatch'],
  ['SELECT FROM WHERE', 'sql.syntax'],
  ['SELECT :missing', 'sql.unbound-parameter'],
];

describe('answers of Databricks SQL', () => {
  let spark: SparkSession;
  before(async () => {
    spark = await SparkSession.open();
    await spark.define(
      't',
      "SELECT * FROM (VALUES (1::INTEGER, 'a', 1.50::DECIMAL(4,2)), (2, 'B', NULL), (NULL, 'é', 0.25)) AS t(n, s, d)",
    );
  });
  after(() => spark[Symbol.asyncDispose]());

  for (const [sql, columns, ...rows] of answers) {
    it(sql, async () => assert.deepEqual(await spark.run(sql), { columns: columns.split(/, (?![0-9])/), rows }));
  }
  for (const [sql, message] of failures) {
    it(`${sql} raises`, async () => assert.rejects(spark.run(sql), message));
  }
  for (const [sql, code] of refusals) {
    it(`${sql} is refused`, async () =>
      assert.rejects(
        spark.run(sql),
        (error: unknown) => error instanceof Error && 'code' in error && error.code === code,
      ));
  }
});
