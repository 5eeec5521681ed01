import assert from 'node:assert/strict';
import { type DatabricksLake, startDatabricksLake } from './databricks-lake.ts';

/** Which files a statement opens is what it costs in the cloud. */
describe('Files that cannot hold a row which matters are not read', function () {
  this.timeout(120_000);
  let lake: DatabricksLake;
  before(async () => {
    lake = await startDatabricksLake();
    await lake.run(`CREATE TABLE silver.days (k INT, v STRING, n DECIMAL(20,2), t TIMESTAMP, f FLOAT, d DATE) PARTITIONED BY (d);
      INSERT INTO silver.days VALUES (1, 'a', 1.5, TIMESTAMP'2024-05-01 10:00:00.123456', 0.1, DATE'2024-05-01');
      INSERT INTO silver.days VALUES (2, 'b', 12345678901234567.25, TIMESTAMP'2024-05-02 10:00:00', 2, DATE'2024-05-02');
      INSERT INTO silver.days VALUES (3, NULL, NULL, NULL, NULL, DATE'2024-05-03');
      INSERT INTO silver.days VALUES (9007199254740993 % 1000, '😀', -3, TIMESTAMP'1969-01-01 00:00:00', -1, NULL)`);
    await lake.run('CREATE TABLE silver.other (k INT); INSERT INTO silver.other VALUES (1), (2)');
  });
  after(() => lake[Symbol.asyncDispose]());

  async function scanned(sql: string): Promise<{ files: number; answer: unknown }> {
    const before = await lake.engine.statistics();
    const answer = await lake.rows(sql);
    const after = await lake.engine.statistics();
    return { files: after.filesScanned - before.filesScanned, answer };
  }

  const cases: readonly (readonly [where: string, files: number, rows: number])[] = [
    ['k = 1', 1, 1],
    ['2 <= k AND k < 4', 2, 2],
    ['k IN (1, 3)', 2, 2],
    ['k BETWEEN 2 AND 3', 2, 2],
    ['k = 77', 0, 0],
    ["d = DATE'2024-05-02'", 1, 1],
    ["d = '2024-05-02'", 1, 1],
    ["d > DATE'2024-05-01'", 2, 2],
    ['d IS NULL', 1, 1],
    ['v IS NULL', 1, 1],
    ['v IS NOT NULL', 3, 3],
    ["v > 'b'", 1, 1],
    ["v >= '\uFFFF'", 1, 1],
    ['n > 12345678901234567.24', 1, 1],
    ['n > 12345678901234567.25', 0, 0],
    ['n < 0', 1, 1],
    ["t = TIMESTAMP'2024-05-01 10:00:00.123456'", 1, 1],
    ["t > '2024-05-01 10:00:00.123'", 2, 2],
    ["t < TIMESTAMP'1970-01-01 00:00:00'", 1, 1],
    // The value of the FLOAT 0.1 is 0.10000000149: greater than the number 0.1.
    ['f > 0.1D', 2, 2],
    ['k = 1 OR k = 2', 4, 2],
    ['k + 0 = 1', 4, 1],
    ['NOT k = 1', 4, 3],
    ["k = '1'", 4, 1],
  ];
  for (const [where, files, rows] of cases) {
    it(`WHERE ${where}: ${files}`, async () => {
      const found = await scanned(`SELECT k FROM silver.days WHERE ${where}`);
      assert.equal((found.answer as unknown[]).length, rows);
      assert.equal(found.files, files);
    });
  }

  it('only where every place of the table in the statement allows it', async () => {
    const both = 'SELECT a.k FROM silver.days a JOIN silver.days b ON a.k = b.k WHERE a.k = 1 AND b.k = 2';
    assert.deepEqual(await scanned(both), { files: 2, answer: [] });
    const one = 'SELECT count(*) FROM silver.days WHERE k = 1 UNION ALL SELECT count(*) FROM silver.days';
    assert.deepEqual(await scanned(one), { files: 4, answer: [[1], [4]] });
  });

  it('through joins, by the name of the table', async () => {
    const inner = 'SELECT x.v FROM silver.other o JOIN silver.days x ON o.k = x.k AND x.k = 2';
    assert.deepEqual(await scanned(inner), { files: 2, answer: [['b']] });
    const left = 'SELECT o.k, x.v FROM silver.other o LEFT JOIN silver.days x ON o.k = x.k AND x.k = 2 ORDER BY o.k';
    assert.deepEqual(await scanned(left), {
      files: 2,
      answer: [
        [1, null],
        [2, 'b'],
      ],
    });
    // What the outer join makes NULL is not the table's own NULL.
    const missing = 'SELECT o.k FROM silver.other o LEFT JOIN silver.days x ON o.k = x.k WHERE x.v IS NULL';
    assert.deepEqual(await scanned(missing), { files: 5, answer: [] });
    const unqualified = 'SELECT o.k FROM silver.other o JOIN silver.days x ON o.k = x.k WHERE n = 1.5';
    assert.deepEqual(await scanned(unqualified), { files: 5, answer: [[1]] });
  });

  it('by UPDATE, DELETE and MERGE too', async () => {
    await lake.run('CREATE TABLE silver.parts (k INT, p STRING) PARTITIONED BY (p)');
    await lake.run("INSERT INTO silver.parts VALUES (1, 'a'), (2, 'b'), (3, 'c')");
    const effort = async (sql: string): Promise<number> => {
      const before = await lake.engine.statistics();
      await lake.run(sql);
      return (await lake.engine.statistics()).filesScanned - before.filesScanned;
    };
    assert.equal(await effort("UPDATE silver.parts SET k = 10 WHERE p = 'a'"), 1);
    assert.equal(await effort('DELETE FROM silver.parts WHERE k = 2'), 1);
    const merge = (clause: string): string =>
      `MERGE INTO silver.parts t USING (SELECT 3 AS k) s ON t.k = s.k AND t.p = 'c' ${clause}`;
    assert.equal(await effort(merge('WHEN MATCHED THEN UPDATE SET k = 30')), 1);
    assert.equal(await effort(merge('WHEN NOT MATCHED BY SOURCE AND t.k = 10 THEN DELETE')), 2);
    assert.deepEqual(await lake.rows('SELECT k FROM silver.parts'), [[30]]);
  });
});
