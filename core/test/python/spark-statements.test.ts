import assert from 'node:assert/strict';
import { sparkStatements } from '@medallion/core/python/spark-statements.ts';
import { thrown } from './thrown.ts';

const spark = (text: string): readonly string[] => sparkStatements({ text, file: 'a.sql' }).map((one) => one.spark);

describe('SQL for open-source Spark', () => {
  const same = [
    'SELECT 1',
    "SELECT ';' AS a, `;` FROM t -- ; no end\nWHERE x = :p",
    'MERGE INTO a USING b ON a.id = b.id WHEN MATCHED THEN UPDATE SET *',
    "SELECT 'it\\'s'",
  ];
  for (const text of same) it(`leaves ${text} as it is`, () => assert.deepEqual(spark(text), [text]));

  it('says USE for USE CATALOG', () => {
    assert.deepEqual(spark('USE CATALOG IDENTIFIER(:catalog);\nUSE SCHEMA silver'), [
      'USE  IDENTIFIER(:catalog)',
      'USE SCHEMA silver',
    ]);
  });

  it('leaves CLUSTER BY AUTO out of a new table', () => {
    assert.deepEqual(spark("CREATE TABLE t (a STRING COMMENT 'CLUSTER BY AUTO') CLUSTER BY AUTO AS SELECT 1"), [
      "CREATE TABLE t (a STRING COMMENT 'CLUSTER BY AUTO')  AS SELECT 1",
    ]);
    assert.deepEqual(spark('SELECT a FROM t CLUSTER BY auto'), ['SELECT a FROM t CLUSTER BY auto']);
  });

  it('escapes a doubled quote, which Spark 4.0 reads as two texts', () => {
    assert.deepEqual(spark("SELECT 'the shop''s', 'a\\'b', \"x\"\"y\", ''"), [
      "SELECT 'the shop\\'s', 'a\\'b', \"x\\\"y\", ''",
    ]);
  });

  it('writes QUALIFY as a query around it, at every depth', () => {
    assert.deepEqual(spark('SELECT a, row_number() OVER (ORDER BY a) AS n FROM t QUALIFY n <= 2 ORDER BY a'), [
      'SELECT * EXCEPT (_qualified) FROM (SELECT a, row_number() OVER (ORDER BY a) AS n , (n <= 2) AS _qualified FROM t ) WHERE _qualified ORDER BY a',
    ]);
    assert.deepEqual(spark('WITH p AS (SELECT a FROM t QUALIFY rank() OVER (ORDER BY a) = 1) SELECT * FROM p'), [
      'WITH p AS (SELECT * EXCEPT (_qualified) FROM (SELECT a , (rank() OVER (ORDER BY a) = 1) AS _qualified FROM t ) WHERE _qualified) SELECT * FROM p',
    ]);
  });

  it('makes a view of each read_files, its arguments left to Spark', () => {
    const text = `CREATE TABLE x AS SELECT a, _metadata.file_path FROM read_files(:landing || '/in', format => 'csv', schema => concat('a ', 'STRING'))`;
    const [statement] = sparkStatements({ text, file: 'a.sql' });
    assert.equal(statement?.kind, 'createTable');
    const [call] = statement.files;
    assert.ok(call);
    assert.deepEqual(
      { ...call, view: '' },
      {
        view: '',
        path: ":landing || '/in'",
        options: { format: "'csv'", schema: "concat('a ', 'STRING')" },
        usesMetadata: true,
      },
    );
    assert.equal(statement.spark, `CREATE TABLE x AS SELECT a, _metadata.file_path FROM ${call.view}`);
  });

  it('refuses what would show the helper column, with its place', () => {
    const text = "SELECT 1;\nSELECT *, _metadata.file_name FROM read_files('/x', format => 'csv')";
    const error = thrown(() => spark(text));
    assert.equal(error.code, 'python.sql-not-emulated');
    assert.deepEqual(error.range?.start, { line: 2, column: 8 });
  });
});
