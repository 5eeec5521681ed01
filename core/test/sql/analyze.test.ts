import assert from 'node:assert/strict';
import type { Dialect } from '@medallion/core/sql/contract.ts';
import { createDialect } from '@medallion/core/sql/dialect.ts';

/** A statement, the place of the one refusal in it, its code, and words of its message. */
type Refusal = readonly [sql: string, position: string, code: string, words: RegExp];

const refusals: readonly Refusal[] = [
  ['SELECT 1,\n  java_method(a) FROM t', '2:3', 'sql.not-emulated', /java_method/],
  [
    'CREATE OR REPLACE TEMPORARY FUNCTION f() RETURNS INT LANGUAGE PYTHON AS $$ return 1; $$',
    '1:54',
    'sql.not-emulated',
    /^A function in PYTHON is not/,
  ],
  ['CREATE OR REFRESH STREAMING TABLE t AS SELECT 1', '1:35', 'sql.not-streaming', /reads no stream/],
  ['CREATE TABLE t SHALLOW CLONE s', '1:16', 'sql.not-emulated', /CLONE/],
  ['CREATE TABLE t CLONE s', '1:16', 'sql.not-emulated', /CLONE/],
  ["CREATE TABLE t USING DELTA LOCATION '/x' AS SELECT 1", '1:28', 'sql.not-emulated', /LOCATION/],
  ["SELECT a RLIKE '(?=x)' FROM t", '1:16', 'sql.not-emulated', /lookaround/],
  ['SELECT sentences(a) FROM t', '1:8', 'sql.not-emulated', /sentences/],
  ['SELECT rand(1) FROM t', '1:8', 'sql.not-emulated', /rand with a seed/],
  ['SELECT (SELECT rand()) FROM t', '1:16', 'sql.not-emulated', /rand inside a subquery/],
  ['SELECT * FROM t TABLESAMPLE (10 PERCENT)', '1:17', 'sql.not-emulated', /TABLESAMPLE/],
  ['SELECT a FROM t VERSION AS OF a', '1:31', 'sql.not-emulated', /constant expression/],
  ['SELECT a FROM STREAM t', '1:15', 'sql.not-emulated', /STREAM outside/],
  ["SELECT * FROM {{ ref('orders') }}", '1:15', 'sql.not-emulated', /Jinja/],
  [
    'SELECT (SELECT d FROM VALUES (1, 2) s(c, d) WHERE c = a - 1 LIMIT 1) FROM VALUES (1) t(a)',
    '1:51',
    'sql.not-emulated',
    /something computed of the query around/,
  ],
  [
    'SELECT EXISTS (SELECT d FROM VALUES (1L, 2) s(c, d) WHERE c = a LIMIT 1) FROM VALUES (1) t(a)',
    '1:59',
    'sql.not-emulated',
    /something computed of the query around/,
  ],
  [
    'SELECT x FROM VALUES (1) t(a), LATERAL (SELECT d AS x FROM VALUES (1, 2) s(c, d) WHERE c = a - 1 LIMIT 1)',
    '1:88',
    'sql.not-emulated',
    /something computed of the query around/,
  ],
  [
    'SELECT (SELECT d FROM VALUES (1, 2) s(c, d) WHERE a < b ORDER BY d LIMIT 1) FROM VALUES (1, 2) t(a, b)',
    '1:51',
    'sql.not-emulated',
    /by other than =/,
  ],
  ['SELECT a FROM WHERE', '1:15', 'sql.syntax', /Expected a name/],
  ["SELECT 'open", '1:8', 'sql.syntax', /never ends/],
  ['SELEC 1', '1:1', 'sql.syntax', /SELEC/],
  ['WITH a AS (SELECT 1), a AS (SELECT 2) SELECT * FROM a', '1:23', 'sql.syntax', /twice/],
];

describe('analyze', () => {
  let dialect: Dialect;
  before(async () => {
    dialect = await createDialect();
  });

  for (const [sql, position, code, words] of refusals) {
    it(`refuses ${sql.replaceAll('\n', ' ').slice(0, 60)}`, () => {
      const [statement, more] = dialect.analyze({ text: sql, file: 'a.sql' });
      assert.equal(more, undefined);
      assert.equal(statement?.verdict, 'refused');
      const [diagnostic, another] = statement.diagnostics;
      assert.equal(another, undefined);
      assert.equal(diagnostic?.code, code);
      assert.match(diagnostic.message, words);
      assert.equal(`${diagnostic.range?.start.line}:${diagnostic.range?.start.column}`, position);
      assert.ok(diagnostic.nextStep);
    });
  }

  it('cuts a script at its semicolons and keeps a compound statement whole', () => {
    const text =
      "SELECT ';' AS a; -- ; no\n/* ; /* ; */ ; */ SELECT 2;\nBEGIN SELECT 1; IF x THEN SELECT 2; END IF; END; SELECT 3";
    const statements = dialect.analyze({ text, file: 'a.sql', firstLine: 11 });
    assert.deepEqual(
      statements.map((statement) => [statement.text, statement.range.start.line, statement.range.start.column]),
      [
        ["SELECT ';' AS a", 11, 1],
        ['SELECT 2', 12, 19],
        ['BEGIN SELECT 1; IF x THEN SELECT 2; END IF; END', 13, 1],
        ['SELECT 3', 13, 50],
      ],
    );
  });

  it('tells what is read and written; CTEs and temporary views are no tables of the lake', () => {
    const text = `CREATE TEMPORARY VIEW v AS SELECT * FROM bronze.a;
      CREATE OR REPLACE TABLE silver.b AS WITH c AS (SELECT * FROM v) SELECT * FROM c JOIN dev.bronze.d USING (id)`;
    const [view, table] = dialect.analyze({ text, file: 'a.sql' });
    assert.deepEqual(
      view?.reads.map(({ schema, table: name }) => [schema, name]),
      [['bronze', 'a']],
    );
    assert.deepEqual(
      table?.reads.map(({ catalog, schema, table: name }) => [catalog, schema, name]),
      [['dev', 'bronze', 'd']],
    );
    assert.equal(table.writes?.table, 'b');
  });

  it('takes names from parameters as names, whatever their values hold', () => {
    const parameters = new Map([
      ['catalog', 'shop; DROP TABLE x'],
      ['schema', 'my`schema'],
    ]);
    const [refused] = dialect.analyze({ text: 'USE CATALOG IDENTIFIER(:catalog)', file: 'a.sql' }, parameters);
    assert.equal(refused?.diagnostics[0]?.code, 'sql.invalid-identifier');
    const [unbound] = dialect.analyze({ text: 'SELECT :day', file: 'a.sql' }, parameters);
    assert.equal(unbound?.diagnostics[0]?.code, 'sql.unbound-parameter');
    const [unknown] = dialect.analyze({
      text: "CREATE TABLE IDENTIFIER(:s || '.t') AS SELECT * FROM `{{x}}`.b",
      file: 'a.sql',
    });
    assert.equal(unknown?.verdict, 'here');
  });

  it('never throws, whatever the text', () => {
    const words =
      "SELECT FROM ( ) , a b.c * 1.5 'x' `z` -- /* */ ; WHERE GROUP BY CASE WHEN END BEGIN AS INTERVAL :p {{q}} [ ] :: -> => OVER WITH JOIN explode( IDENTIFIER( VALUES IN NOT AND LIKE cast( struct< USE CATALOG {% x'1 é \u0000".split(
        ' ',
      );
    let seed = 7;
    const next = (below: number): number => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return Math.floor((seed / 2147483648) * below);
    };
    for (let round = 0; round < 5000; round++) {
      const text = Array.from({ length: 1 + next(20) }, () => words[next(words.length)]).join(' ');
      for (const { diagnostics } of dialect.analyze({ text, file: 'a.sql' }))
        for (const { range } of diagnostics) assert.ok(range && range.start.line >= 1 && range.start.column >= 1, text);
    }
    const [deep] = dialect.analyze({ text: `SELECT ${'('.repeat(30_000)}1${')'.repeat(30_000)}`, file: 'a.sql' });
    assert.equal(deep?.diagnostics[0]?.code, 'sql.not-emulated');
  });
});
