import assert from 'node:assert/strict';
import { type DatabricksLake, startDatabricksLake } from './databricks-lake.ts';

describe('CHAR and VARCHAR of Delta tables', function () {
  this.timeout(60_000);
  let lake: DatabricksLake;
  before(async () => {
    lake = await startDatabricksLake();
    await lake.run(
      "CREATE TABLE silver.coded (c CHAR(5) COMMENT 'code', v VARCHAR(3), a ARRAY<VARCHAR(2)>, s STRUCT<x: CHAR(3)>)",
    );
    await lake.run("INSERT INTO silver.coded VALUES ('ab', 'abc', array('a'), named_struct('x', 'q'))");
  });
  after(() => lake[Symbol.asyncDispose]());

  it('the log says STRING, and the declared type where Spark looks for it', async () => {
    const { schema } = await lake.snapshot('silver.coded');
    assert.deepEqual(
      schema.fields.map(({ type, metadata }) => [
        typeof type === 'string' ? type : type.type,
        metadata['__CHAR_VARCHAR_TYPE_STRING'],
      ]),
      [
        ['string', 'char(5)'],
        ['string', 'varchar(3)'],
        ['array', 'array<varchar(2)>'],
        ['struct', 'struct<x:char(3)>'],
      ],
    );
  });

  it('a CHAR is read with spaces at its end, and compared with a constant as long as it', async () => {
    assert.deepEqual(
      await lake.rows(
        "SELECT c || '|', v || '|', s.x || '|', c = 'ab', c IN ('ab', 'x'), c LIKE 'ab' FROM silver.coded WHERE c = 'ab     '",
      ),
      [['ab   |', 'abc|', 'q  |', true, true, false]],
    );
  });

  it('a text that is too long is refused, as Delta refuses it, and nothing is written', async () => {
    const { version } = await lake.snapshot('silver.coded');
    for (const values of [
      "('abcdef', 'a', null, null)",
      "('ab', 'abc ', null, null)",
      "('ab', 'a', array('abc'), null)",
      "('ab', 'a', null, named_struct('x', 'abcd'))",
    ])
      await lake.refused(`INSERT INTO silver.coded VALUES ${values}`, 'delta.text-too-long');
    assert.equal((await lake.snapshot('silver.coded')).version, version);
    await lake.refused("UPDATE silver.coded SET c = 'x' WHERE c = 'ab'", 'sql.not-emulated');
    await lake.refused('ALTER TABLE silver.coded ALTER COLUMN v TYPE VARCHAR(9)', 'delta.type-widening-not-enabled');
  });

  it('DESCRIBE and tables and views made from it keep the declared type and the comment', async () => {
    await lake.run(
      'CREATE TABLE silver.copied AS SELECT c, v AS w, upper(c) AS u FROM silver.coded; CREATE VIEW gold.coded AS SELECT c, v FROM silver.coded',
    );
    assert.deepEqual(
      (await lake.rows('DESCRIBE silver.copied')).map(([name, type]) => [name, type]),
      [
        ['c', 'char(5)'],
        ['w', 'varchar(3)'],
        ['u', 'string'],
      ],
    );
    assert.deepEqual(await lake.rows('DESCRIBE gold.coded'), [
      ['c', 'char(5)', 'code'],
      ['v', 'varchar(3)', null],
    ]);
    assert.deepEqual(await lake.rows("SELECT c = 'ab' FROM gold.coded"), [[true]]);
    assert.deepEqual(await lake.rows('DESCRIBE QUERY SELECT c, v AS w FROM silver.coded'), [
      ['c', 'string', 'code'],
      ['w', 'string', null],
    ]);
  });

  it('SHOW CREATE TABLE writes the statement that makes the table', async () => {
    await lake.run(
      "CREATE TABLE silver.made (c CHAR(2) NOT NULL COMMENT 'it''s', d DECIMAL(5,2), p INT) PARTITIONED BY (p) COMMENT 'm' TBLPROPERTIES ('k' = 'v')",
    );
    const [[text]] = (await lake.rows('SHOW CREATE TABLE silver.made')) as [[string]];
    assert.match(
      text,
      /^CREATE TABLE shop\.silver\.made \(\n {2}c CHAR\(2\) NOT NULL COMMENT 'it\\'s',\n {2}d DECIMAL\(5,2\),\n {2}p INT\)\nUSING delta\nPARTITIONED BY \(p\)\nCOMMENT 'm'\n/,
    );
    await lake.run("INSERT INTO silver.made VALUES ('a', 1, 7), ('b', 2, 8)");
    assert.deepEqual(await lake.rows('SHOW PARTITIONS silver.made'), [['p=7'], ['p=8']]);
    assert.deepEqual(await lake.rows('SHOW PARTITIONS silver.made PARTITION (p = 8)'), [['p=8']]);
    await lake.refused('SHOW PARTITIONS silver.coded', 'catalog.no-partitions');
    const [row] = await lake.rows("SHOW TABLE EXTENDED IN silver LIKE 'made'");
    assert.match(String(row?.[3]), /Provider: delta\n[\s\S]*Partition Columns: \[`p`\]\nSchema: root\n/);
  });
});
