import assert from 'node:assert/strict';
import { DuckDBInstance } from '@duckdb/node-api';
import { registerNativeFunctions } from '@medallion/core/engine/child/native-functions.ts';
import type { RankedRows } from '@medallion/core/sql/contract.ts';
import { createDialect } from '@medallion/core/sql/dialect.ts';
import { ansi } from './spark-session.ts';

const columns = [
  { name: 'k', duckdbType: 'VARCHAR' },
  { name: 'n', duckdbType: 'INTEGER' },
  { name: 's', duckdbType: 'STRUCT(a VARCHAR, d DOUBLE)' },
  { name: 'd', duckdbType: 'DOUBLE' },
];

/** Rows alone in their partition, copies, NULLs as keys, NULLs as what is ordered by. */
const rows = `SELECT * FROM (VALUES ('one', 1, {'a': 'x', 'd': 0.0}, 0.0::DOUBLE), ('two', 2, {'a': 'x', 'd': 1.0}, -0.0), ('two', 1, {'a': 'x', 'd': 2.0}, 1.0),
  ('two', NULL, {'a': 'x', 'd': 3.0}, 1.0), (NULL, 5, {'a': NULL, 'd': 4.0}, 'nan'::DOUBLE), (NULL, 4, {'a': NULL, 'd': 5.0}, 'nan'::DOUBLE), ('three', 3, NULL, NULL),
  ('four', NULL, {'a': 'y', 'd': 6.0}, 2.0)) AS t(k, n, s, d)`;

describe('a row_number() over rows that are kept', () => {
  const bound = async (text: string): Promise<{ duckdbSql: string; ranked?: RankedRows }> => {
    const compiled = (await createDialect()).compile({ text, file: 'ranked.sql' }, new Map(), ansi);
    assert.ok(compiled.ok);
    const [statement] = compiled.statements;
    assert.equal(statement?.kind, 'createTemporaryView');
    return statement.query.bind(() => columns);
  };

  const parts = [
    'SELECT *, row_number() OVER (PARTITION BY k ORDER BY n) AS place FROM lake.s.t',
    'SELECT *, row_number() OVER (PARTITION BY k ORDER BY n DESC NULLS FIRST) AS place FROM lake.s.t WHERE d < 2 OR d IS NULL',
    'WITH c AS (SELECT *, upper(k) AS u FROM lake.s.t) SELECT u, row_number() OVER w AS place, s, n FROM c WINDOW w AS (PARTITION BY u, s.a ORDER BY n)',
    'SELECT k AS k, n AS n, row_number() OVER (PARTITION BY k ORDER BY n, k) AS place FROM lake.s.t AS x',
  ];
  for (const text of parts)
    it(`gives in two parts what it gives as a whole: ${text}`, async () => {
      const { duckdbSql, ranked } = await bound(`CREATE TEMPORARY VIEW v AS ${text}`);
      assert.ok(ranked);
      const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
      const connection = await instance.connect();
      try {
        const dialect = await createDialect();
        registerNativeFunctions(connection, dialect.functions);
        for (const statement of dialect.prelude(ansi)) await connection.run(statement);
        await connection.run(`CREATE TABLE "__lake_0" AS ${rows}`);
        await connection.run(`CREATE TABLE rows AS ${ranked.rowsSql}`);
        await connection.run(`CREATE TABLE places AS ${ranked.placesSql('rows')}`);
        const all = async (sql: string): Promise<readonly string[]> => {
          const answer = await connection.runAndReadAll(sql);
          return [
            answer.columnNames().join(),
            answer.columnTypes().join(),
            ...answer
              .getRowsJson()
              .map((row) => JSON.stringify(row))
              .sort(),
          ];
        };
        assert.deepEqual(await all(ranked.sql('rows', 'places')), await all(duckdbSql));
        // Only the rows that share their partition are sorted: most have it for themselves.
        const [first] = (await connection.runAndReadAll('SELECT count(*) FROM places')).getRows();
        assert.ok(Number(first?.[0]) <= 3);
      } finally {
        connection.closeSync();
        instance.closeSync();
      }
    });

  const whole = [
    // An expression may fail in a row that has its partition for itself: the window as a whole says so.
    'SELECT *, row_number() OVER (PARTITION BY k ORDER BY CAST(k AS INT)) AS place FROM lake.s.t',
    // Equal doubles may have other bits.
    'SELECT *, row_number() OVER (PARTITION BY d ORDER BY n) AS place FROM lake.s.t',
    'SELECT *, row_number() OVER (PARTITION BY k ORDER BY d) AS place FROM lake.s.t',
    'SELECT *, rank() OVER (PARTITION BY k ORDER BY n) AS place FROM lake.s.t',
    'SELECT *, row_number() OVER (ORDER BY n) AS place FROM lake.s.t',
    // What it is ordered by is not kept.
    'SELECT k, row_number() OVER (PARTITION BY k ORDER BY n) AS place FROM lake.s.t',
    'SELECT n AS k, k AS n, row_number() OVER (PARTITION BY k ORDER BY n) AS place FROM lake.s.t',
    'SELECT *, row_number() OVER (PARTITION BY k ORDER BY n) + 1 AS place FROM lake.s.t',
    'SELECT *, row_number() OVER (PARTITION BY k ORDER BY n) AS place, place + 1 AS next FROM lake.s.t',
    'SELECT *, row_number() OVER (PARTITION BY k ORDER BY n) AS place FROM lake.s.t QUALIFY place = 1',
    'SELECT *, row_number() OVER (PARTITION BY k ORDER BY n) AS place FROM lake.s.t LIMIT 3',
    'SELECT DISTINCT *, row_number() OVER (PARTITION BY k ORDER BY n) AS place FROM lake.s.t',
    'SELECT *, n AS rowid, row_number() OVER (PARTITION BY k ORDER BY n) AS place FROM lake.s.t',
  ];
  for (const text of whole)
    it(`stays one: ${text}`, async () => {
      assert.equal((await bound(`CREATE TEMPORARY VIEW v AS ${text}`)).ranked, undefined);
    });
});
