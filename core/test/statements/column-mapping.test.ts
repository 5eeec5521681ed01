import assert from 'node:assert/strict';
import { type DatabricksLake, startDatabricksLake } from './databricks-lake.ts';

describe('Column mapping and type widening', function () {
  this.timeout(120_000);
  let lake: DatabricksLake;
  before(async () => {
    lake = await startDatabricksLake();
  });
  after(() => lake[Symbol.asyncDispose]());
  const mapped = "TBLPROPERTIES ('delta.columnMapping.mode' = 'name')";

  it('names columns in files by their own names, and what the log says of them too', async () => {
    await lake.run(
      `CREATE TABLE silver.m (id INT, \`odd name\` STRUCT<a: INT, b: ARRAY<STRUCT<c: STRING>>>, p STRING) PARTITIONED BY (p) ${mapped}`,
    );
    await lake.run("INSERT INTO silver.m VALUES (1, struct(2, array(struct('x'))), 'one'), (2, NULL, 'two')");
    const { schema, metadata, protocol, files } = await lake.snapshot('silver.m');
    assert.deepEqual([protocol.minReaderVersion, protocol.minWriterVersion], [3, 7]);
    assert.ok(protocol.readerFeatures?.includes('columnMapping'));
    assert.equal(metadata.configuration['delta.columnMapping.maxColumnId'], '6');
    const physical = schema.fields.map((field) => String(field.metadata['delta.columnMapping.physicalName']));
    assert.deepEqual(
      schema.fields.map((field) => field.metadata['delta.columnMapping.id']),
      [1, 2, 6],
    );
    for (const { partitionValues, stats = '' } of files) {
      assert.deepEqual(Object.keys(partitionValues), [physical[2]]);
      const { minValues } = JSON.parse(stats) as { minValues: Record<string, unknown> };
      assert.equal(Object.keys(minValues)[0], physical[0]);
    }
    const rows = 'SELECT id, `odd name`.a, `odd name`.b[0].c, p FROM silver.m ORDER BY id';
    assert.deepEqual(await lake.rows(rows), [
      [1, 2, 'x', 'one'],
      [2, null, null, 'two'],
    ]);
    await lake.run(
      "UPDATE silver.m SET id = 10 WHERE p = 'two'; INSERT OVERWRITE silver.m PARTITION (p = 'one') VALUES (3, NULL)",
    );
    assert.deepEqual(await lake.rows('SELECT id, p FROM silver.m ORDER BY id'), [
      [3, 'one'],
      [10, 'two'],
    ]);
  });

  it('renames and drops columns without a file written anew', async () => {
    await lake.run(
      "CREATE TABLE silver.r (id INT, s STRUCT<a: INT, b: STRING>, v STRING); INSERT INTO silver.r VALUES (1, struct(2, 'x'), 'v')",
    );
    await lake.refused('ALTER TABLE silver.r RENAME COLUMN id TO key', 'delta.column-mapping-needed');
    await lake.run("ALTER TABLE silver.r SET TBLPROPERTIES ('delta.columnMapping.mode' = 'name')");
    const { files } = await lake.snapshot('silver.r');
    await lake.run(
      'ALTER TABLE silver.r RENAME COLUMN id TO key; ALTER TABLE silver.r RENAME COLUMN s.a TO first; ALTER TABLE silver.r DROP COLUMNS (s.b, v)',
    );
    await lake.run('ALTER TABLE silver.r ADD COLUMN v INT; INSERT INTO silver.r VALUES (2, struct(3), 4)');
    const rows = await lake.rows('SELECT key, s.first, v FROM silver.r ORDER BY key');
    assert.deepEqual(rows, [
      [1, 2, null],
      [2, 3, 4],
    ]);
    const after = await lake.snapshot('silver.r');
    assert.ok(after.files.some(({ path }) => path === files[0]?.path));
    assert.equal(after.metadata.configuration['delta.columnMapping.maxColumnId'], '6');
    assert.deepEqual(
      after.schema.fields.map(({ metadata }) => metadata['delta.columnMapping.physicalName']).slice(0, 2),
      ['id', 's'],
    );
    await lake.refused('ALTER TABLE silver.r RENAME COLUMN key TO V', 'delta.column-exists');
    await lake.refused('ALTER TABLE silver.r DROP COLUMN nothing', 'delta.no-such-column');
    await lake.run('ALTER TABLE silver.r DROP COLUMN IF EXISTS nothing');
    await lake.run('ALTER TABLE silver.r ADD CONSTRAINT positive CHECK (key > 0)');
    await lake.refused('ALTER TABLE silver.r DROP COLUMN key', 'delta.dependent-column');
    await lake.refused(
      "ALTER TABLE silver.r UNSET TBLPROPERTIES ('delta.columnMapping.mode')",
      'delta.unsupported-alteration',
    );
    await lake.run('RESTORE TABLE silver.r TO VERSION AS OF 2');
    assert.deepEqual(await lake.rows('SELECT * EXCEPT (s) FROM silver.r'), [[1, 'v']]);
    assert.equal((await lake.snapshot('silver.r')).metadata.configuration['delta.columnMapping.maxColumnId'], '6');
  });

  it('grows and changes a mapped table as any other', async () => {
    await lake.run(`CREATE TABLE silver.g ${mapped} AS SELECT 1 AS id, 'a' AS v`);
    await lake.run("ALTER TABLE silver.g SET TBLPROPERTIES ('delta.enableChangeDataFeed' = 'true')");
    await lake.run(
      "MERGE WITH SCHEMA EVOLUTION INTO silver.g t USING (SELECT * FROM VALUES (1, 'b', 5), (2, 'c', 6) AS s(id, v, n)) s ON t.id = s.id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *",
    );
    assert.deepEqual(await lake.rows('SELECT * FROM silver.g ORDER BY id'), [
      [1, 'b', 5],
      [2, 'c', 6],
    ]);
    assert.deepEqual(await lake.rows("SELECT id, v, n, _change_type FROM table_changes('silver.g', 2) ORDER BY ALL"), [
      [1, 'a', null, 'update_preimage'],
      [1, 'b', 5, 'update_postimage'],
      [2, 'c', 6, 'insert'],
    ]);
    await lake.run('OPTIMIZE silver.g');
    assert.deepEqual(await lake.rows('SELECT sum(n) FROM silver.g WHERE id > 1'), [[6]]);
  });

  it('widens types without a file written anew', async () => {
    await lake.run(
      "CREATE TABLE silver.w (a SMALLINT, d DATE, n STRUCT<x: INT>, l ARRAY<INT>, m DECIMAL(5,2)); INSERT INTO silver.w VALUES (1, DATE'2024-05-01', struct(2), array(3), 1.25)",
    );
    await lake.refused('ALTER TABLE silver.w ALTER COLUMN a TYPE INT', 'delta.type-widening-not-enabled');
    await lake.run("ALTER TABLE silver.w SET TBLPROPERTIES ('delta.enableTypeWidening' = 'true')");
    await lake.refused('ALTER TABLE silver.w ALTER COLUMN d TYPE TIMESTAMP_NTZ', 'delta.feature-not-enabled');
    await lake.run("ALTER TABLE silver.w SET TBLPROPERTIES ('delta.feature.timestampNtz' = 'supported')");
    const { files } = await lake.snapshot('silver.w');
    await lake.run(
      [
        'a TYPE INT',
        'a TYPE BIGINT',
        'd TYPE TIMESTAMP_NTZ',
        'n.x TYPE BIGINT',
        'l.element TYPE BIGINT',
        'm TYPE DECIMAL(10,4)',
      ]
        .map((change) => `ALTER TABLE silver.w ALTER COLUMN ${change}`)
        .join('; '),
    );
    await lake.run(
      "INSERT INTO silver.w VALUES (5000000000, TIMESTAMP_NTZ'2024-05-01 01:02:03', struct(5000000000), array(5000000000), 123456.7891)",
    );
    const { schema, protocol, files: after } = await lake.snapshot('silver.w');
    assert.ok(protocol.readerFeatures?.includes('typeWidening'));
    assert.ok(after.some(({ path }) => path === files[0]?.path));
    assert.deepEqual(schema.fields[0]?.metadata['delta.typeChanges'], [
      { fromType: 'short', toType: 'integer' },
      { fromType: 'integer', toType: 'long' },
    ]);
    assert.deepEqual(schema.fields[3]?.metadata['delta.typeChanges'], [
      { fromType: 'integer', toType: 'long', fieldPath: 'element' },
    ]);
    assert.deepEqual(
      await lake.rows(
        'SELECT CAST(a AS STRING), CAST(d AS STRING), CAST(n.x AS STRING), CAST(l[0] AS STRING), CAST(m AS STRING) FROM silver.w ORDER BY a',
      ),
      [
        ['1', '2024-05-01 00:00:00', '2', '3', '1.2500'],
        ['5000000000', '2024-05-01 01:02:03', '5000000000', '5000000000', '123456.7891'],
      ],
    );
    assert.deepEqual(await lake.rows("SELECT count(*) FROM silver.w WHERE d < TIMESTAMP_NTZ'2024-05-01 00:30:00'"), [
      [1],
    ]);
    await lake.refused('ALTER TABLE silver.w ALTER COLUMN a TYPE INT', 'delta.unsupported-alteration');
  });

  it('keeps statistics of the columns that the properties name', async () => {
    const statistics = async (table: string): Promise<string[]> => {
      const { files } = await lake.snapshot(table);
      const stats = JSON.parse(files[0]?.stats ?? '') as { nullCount: Record<string, unknown> };
      return Object.keys(stats.nullCount);
    };
    await lake.run(
      'CREATE TABLE silver.s1 TBLPROPERTIES (delta.dataSkippingNumIndexedCols = 1) AS SELECT 1 AS a, 2 AS b',
    );
    assert.deepEqual(await statistics('silver.s1'), ['a']);
    await lake.run(
      "CREATE TABLE silver.s2 TBLPROPERTIES ('delta.dataSkippingStatsColumns' = 'b, `c`.d') AS SELECT 1 AS a, 2 AS b, named_struct('d', 1, 'e', 2) AS c",
    );
    assert.deepEqual(await statistics('silver.s2'), ['b', 'c']);
    await lake.refused(
      "CREATE TABLE silver.s3 (a INT) TBLPROPERTIES ('delta.dataSkippingStatsColumns' = 'z')",
      'delta.invalid-property',
    );
    await lake.refused(
      "CREATE TABLE silver.s3 (a INT) TBLPROPERTIES (delta.dataSkippingNumIndexedCols = '-2')",
      'delta.invalid-property',
    );
  });
});
