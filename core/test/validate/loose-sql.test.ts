import assert from 'node:assert/strict';
import { createDialect } from '@medallion/core/sql/dialect.ts';
import { scanLooseSql } from '@medallion/core/validate/scan-statements.ts';

const dialect = await createDialect();
const scanned = (text: string) =>
  scanLooseSql('sql/some.sql', text, dialect).items.map(({ kind, line, verdict, code }) => [kind, line, verdict, code]);

describe('a file of SQL that no task names', () => {
  it('is judged as a template with values in the places that a program fills', () => {
    const text = `-- {not} a marker: a comment
CREATE TABLE {catalog}.gold.{prefix}_days (day DATE);
SELECT count(*) AS n FROM \${catalog}.gold.x_\${suffix} WHERE name = 'in {catalog}';
SELECT {{p}} AS own;
SELECT ai_query('m', 'x') FROM {catalog}.gold.t;`;
    assert.deepEqual(scanned(text), [
      ['statement', 2, 'here', 'scan.template'],
      ['statement', 3, 'here', 'scan.template'],
      ['statement', 4, 'here', 'scan.template'],
      ['statement', 5, 'refused', 'sql.not-emulated'],
    ]);
  });

  it('is the query of a streaming table where it is a query alone that reads a stream', () => {
    const text = '-- WITH what\nSELECT id\nFROM STREAM({schema}.orders)';
    const [item, ...more] = scanLooseSql('a.sql', text, dialect).items;
    assert.match(item?.name ?? '', /^SELECT id FROM STREA/);
    assert.deepEqual([item?.line, item?.code, more.length], [2, 'scan.template', 0]);
  });

  it('is named once where it is the SQL of another database', () => {
    for (const text of [
      'CREATE TABLE t (id SERIAL PRIMARY KEY);\nCREATE INDEX i ON t (id);',
      "INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING;\nSELECT 'CREATE INDEX'",
      'SET IDENTITY_INSERT dbo.t ON;\nINSERT INTO dbo.t VALUES (1);',
      'INSERT INTO dbo.t VALUES (1)\nGO\nSELECT 1',
      'CREATE TABLE t (id INT IDENTITY(1, 1), name NVARCHAR(20))',
      'CREATE MULTISET VOLATILE TABLE t (id INT);\nBT;\nET;',
      'USE ROLE accountadmin;\nCREATE DATABASE d;',
      'CREATE OR REPLACE ICEBERG TABLE t (id INT)',
    ])
      assert.deepEqual(scanned(text), [['note', 1, 'refused', 'scan.other-dialect']]);
    for (const text of [
      "SELECT 'GO' AS go",
      'SELECT go\nFROM t',
      'CREATE TABLE t (id BIGINT GENERATED ALWAYS AS IDENTITY (START WITH 1))',
    ])
      assert.deepEqual(scanned(text), [['statement', 1, 'here', '']]);
    assert.deepEqual(scanned("-- no CREATE INDEX here\nSELECT 'x' AS a"), [['statement', 2, 'here', '']]);
  });
});
