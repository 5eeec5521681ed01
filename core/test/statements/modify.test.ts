import assert from 'node:assert/strict';
import { type DatabricksLake, startDatabricksLake } from './databricks-lake.ts';

describe('UPDATE, DELETE and MERGE', function () {
  this.timeout(60_000);
  let lake: DatabricksLake;
  before(async () => {
    lake = await startDatabricksLake();
  });
  after(() => lake[Symbol.asyncDispose]());
  const paths = async (name: string): Promise<Set<string>> =>
    new Set((await lake.snapshot(name)).files.map(({ path }) => path));

  it('write anew only the files that hold a changed row', async () => {
    await lake.run('CREATE TABLE silver.parts (k INT, p STRING) PARTITIONED BY (p)');
    await lake.run("INSERT INTO silver.parts VALUES (1, 'a'), (2, 'b'), (3, 'c')");
    const before = await paths('silver.parts');
    assert.equal(before.size, 3);
    const { statements } = await lake.run('UPDATE silver.parts SET k = 20 WHERE k = 2');
    assert.equal(statements[0]?.written?.rows, 1);
    const after = await paths('silver.parts');
    assert.equal([...before].filter((path) => after.has(path)).length, 2);
    await lake.run('DELETE FROM silver.parts WHERE k = 1');
    assert.equal((await paths('silver.parts')).size, 2, 'a file without rows is not written');
    await lake.run(
      "MERGE INTO silver.parts t USING (SELECT 3 AS k UNION ALL SELECT 4) s ON t.k = s.k WHEN MATCHED THEN UPDATE SET p = 'd' WHEN NOT MATCHED THEN INSERT (k, p) VALUES (s.k, 'e')",
    );
    assert.deepEqual(await lake.rows('SELECT k, p FROM silver.parts ORDER BY k'), [
      [3, 'd'],
      [4, 'e'],
      [20, 'b'],
    ]);
  });

  it('commit nothing where nothing changes', async () => {
    await lake.run('CREATE TABLE silver.same AS SELECT 1 AS a');
    for (const sql of [
      'UPDATE silver.same SET a = 2 WHERE a = 9',
      'DELETE FROM silver.same WHERE a = 9',
      'MERGE INTO silver.same t USING (SELECT 9 AS a) s ON t.a = s.a WHEN MATCHED THEN DELETE',
    ]) {
      const { statements } = await lake.run(sql);
      assert.equal(statements[0]?.written, undefined, sql);
    }
    assert.equal((await lake.snapshot('silver.same')).version, 0);
  });

  it('take subqueries in their conditions', async () => {
    await lake.run('CREATE TABLE silver.keys AS SELECT 2 AS k UNION ALL SELECT 3');
    await lake.run('CREATE TABLE silver.subs AS SELECT * FROM VALUES (1, 0), (2, 0), (3, 0), (NULL, 0) AS t(k, v)');
    await lake.run(
      'UPDATE silver.subs AS x SET v = (SELECT max(k) FROM silver.keys) WHERE k IN (SELECT k FROM silver.keys WHERE k < 3)',
    );
    await lake.run('DELETE FROM silver.subs WHERE NOT EXISTS (SELECT 1 FROM silver.keys s WHERE s.k = silver.subs.k)');
    assert.deepEqual(await lake.rows('SELECT k, v FROM silver.subs ORDER BY k'), [
      [2, 3],
      [3, 0],
    ]);
  });

  it('are refused before an earlier statement has an effect, by names and types', async () => {
    await lake.run('CREATE TABLE silver.guard AS SELECT 1 AS a');
    const cases: readonly (readonly [string, string])[] = [
      ['UPDATE silver.guard SET b = 1', 'sql.unresolved-column'],
      ['UPDATE silver.guard SET a = array(1)', 'delta.schema-mismatch'],
      ['DELETE FROM silver.guard WHERE b = 1', 'sql.unresolved-column'],
      [
        'MERGE INTO silver.guard t USING silver.nope s ON t.a = s.a WHEN MATCHED THEN DELETE',
        'catalog.table-not-found',
      ],
      [
        'MERGE INTO silver.guard t USING (SELECT 1 AS a) s ON t.a = s.b WHEN MATCHED THEN DELETE',
        'sql.unresolved-column',
      ],
      [
        'MERGE INTO silver.guard t USING (SELECT 1 AS b) s ON t.a = s.b WHEN MATCHED THEN UPDATE SET *',
        'sql.unresolved-column',
      ],
    ];
    for (const [sql, code] of cases) {
      await lake.refused(`INSERT INTO silver.guard VALUES (2); ${sql}`, code);
      assert.equal((await lake.snapshot('silver.guard')).version, 0, sql);
    }
  });

  it('two that change one table at once end in one change and a clear conflict, or in both', async () => {
    await lake.run('CREATE TABLE silver.raced AS SELECT 1 AS a');
    const sql = 'UPDATE silver.raced SET a = a + 1';
    const results = await Promise.allSettled([lake.run(sql), lake.run(sql), lake.run(sql)]);
    const won = results.filter(({ status }) => status === 'fulfilled').length;
    for (const result of results)
      if (result.status === 'rejected')
        assert.equal((result.reason as { code: string }).code, 'delta.concurrent-write');
    assert.ok(won >= 1);
    assert.deepEqual(await lake.rows('SELECT a FROM silver.raced'), [[1 + won]]);
  });

  it('move rows between partitions, that of NULL too', async () => {
    await lake.run(
      "CREATE TABLE silver.nulls (a INT, p DATE) PARTITIONED BY (p); INSERT INTO silver.nulls VALUES (1, NULL), (2, DATE'2024-05-01')",
    );
    await lake.run('UPDATE silver.nulls SET a = a + 1, p = NULL WHERE p IS NOT NULL');
    assert.deepEqual(await lake.rows('SELECT a, p FROM silver.nulls ORDER BY a'), [
      [1, null],
      [3, null],
    ]);
  });

  it('match the fields of structs by their names, however deep they are', async () => {
    await lake.run(
      'CREATE TABLE silver.structs (k INT, s STRUCT<a: INT, b: INT>, l ARRAY<STRUCT<a: INT, b: INT>>); INSERT INTO silver.structs VALUES (1, struct(1, 2), array(struct(1, 2)))',
    );
    const swapped = "named_struct('b', 50, 'a', 60)";
    await lake.run(
      `MERGE INTO silver.structs t USING (SELECT 1 AS k, ${swapped} AS s, array(${swapped}, NULL) AS l UNION ALL SELECT 2, ${swapped}, NULL) s ON t.k = s.k WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *`,
    );
    const rows = 'SELECT k, s.a, s.b, l[0].a, l[0].b, size(l) FROM silver.structs ORDER BY k';
    assert.deepEqual(await lake.rows(rows), [
      [1, 60, 50, 60, 50, 2],
      [2, 60, 50, null, null, null],
    ]);
    await lake.run("UPDATE silver.structs SET s = named_struct('b', 7, 'a', 8) WHERE k = 2");
    assert.deepEqual((await lake.rows(rows))[1]?.slice(0, 3), [2, 8, 7]);
    await lake.refused("UPDATE silver.structs SET s = named_struct('a', 7, 'c', 8)", 'delta.schema-mismatch');
    await lake.refused(`INSERT INTO silver.structs BY NAME SELECT 3 AS k, ${swapped} AS s`, 'delta.schema-mismatch');
    await lake.run(`INSERT INTO silver.structs SELECT 4, ${swapped}, NULL`);
    assert.deepEqual((await lake.rows(rows))[2]?.slice(0, 3), [4, 50, 60]);
  });
});
