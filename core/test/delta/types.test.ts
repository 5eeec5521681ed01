import assert from 'node:assert/strict';
import { deltaToDuckdb, duckdbToDelta } from '@medallion/core/delta/duckdb-types.ts';
import { deltaToSpark, sparkToDelta } from '@medallion/core/delta/spark-types.ts';

const code = (error: unknown) => (error as { code?: unknown }).code === 'delta.unsupported-type';

/** Spark's text, Delta's primitive or Spark's normal text, DuckDB's text. */
const same: readonly (readonly [spark: string, duckdb: string])[] = [
  ['bigint', 'BIGINT'],
  ['int', 'INTEGER'],
  ['smallint', 'SMALLINT'],
  ['tinyint', 'TINYINT'],
  ['double', 'DOUBLE'],
  ['float', 'FLOAT'],
  ['boolean', 'BOOLEAN'],
  ['string', 'VARCHAR'],
  ['binary', 'BLOB'],
  ['date', 'DATE'],
  ['timestamp', 'TIMESTAMP WITH TIME ZONE'],
  ['timestamp_ntz', 'TIMESTAMP'],
  ['decimal(10,2)', 'DECIMAL(10,2)'],
  ['array<array<decimal(5,0)>>', 'DECIMAL(5,0)[][]'],
  ['map<string,array<int>>', 'MAP(VARCHAR, INTEGER[])'],
  ['struct<a:int,`b c`:struct<d:timestamp>>', 'STRUCT("a" INTEGER, "b c" STRUCT("d" TIMESTAMP WITH TIME ZONE))'],
];

describe('types of Spark, Delta and DuckDB', () => {
  for (const [spark, duckdb] of same) {
    it(`${spark} is ${duckdb}`, () => {
      const type = sparkToDelta(spark);
      assert.equal(deltaToDuckdb(type), duckdb);
      assert.equal(deltaToSpark(duckdbToDelta(duckdb)), spark);
    });
  }

  it('reads what teams write', () => {
    assert.deepEqual(sparkToDelta('DECIMAL'), 'decimal(10,0)');
    assert.deepEqual(sparkToDelta(' Numeric ( 8 ) '), 'decimal(8,0)');
    assert.deepEqual(sparkToDelta('VARCHAR(20)'), 'string');
    assert.deepEqual(sparkToDelta("STRUCT<a: INT NOT NULL COMMENT 'it''s', `b``` STRING>"), {
      type: 'struct',
      fields: [
        { name: 'a', type: 'integer', nullable: false, metadata: { comment: "it's" } },
        { name: 'b`', type: 'string', nullable: true, metadata: {} },
      ],
    });
  });

  it('reads what DuckDB describes', () => {
    const cases: readonly [string, string][] = [
      ['STRUCT(a INTEGER, "b ""c" VARCHAR[])', 'struct<a:int,`b "c`:array<string>>'],
      ['INTEGER[3]', 'array<int>'],
      ["ENUM('x', 'it''s')", 'string'],
      ['HUGEINT', 'decimal(38,0)'],
      ['UBIGINT', 'decimal(20,0)'],
      ['TIMESTAMP_NS', 'timestamp_ntz'],
      ['UUID', 'string'],
      ['JSON', 'string'],
    ];
    for (const [duckdb, spark] of cases) assert.equal(deltaToSpark(duckdbToDelta(duckdb)), spark);
  });

  it('refuses what Delta or DuckDB lacks, and what is no type', () => {
    for (const text of ['interval', 'int int', 'array<int', 'decimal(1,2', 'struct<a>', '', 'geography'])
      assert.throws(() => sparkToDelta(text), code, text);
    for (const text of ['INTERVAL', 'TIME', 'BIT', 'UNION(a INTEGER)', '"NULL"'])
      assert.throws(() => duckdbToDelta(text), code, text);
    assert.throws(() => deltaToDuckdb('variant'), code);
  });
});
