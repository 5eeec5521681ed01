import assert from 'node:assert/strict';
import { needsSpark, sqlDefinitions } from '@medallion/core/python/pipeline-datasets.ts';
import { refusal } from '../engine/refusal.ts';

const read = (text: string) => sqlDefinitions({ text, file: 'etl/a.sql' }).datasets;

describe('what SQL defines in a pipeline with Python', () => {
  it('is read up to the query, which stays as it is written', () => {
    const [first, second] = read(`-- what is clean
CREATE OR REFRESH STREAMING TABLE silver.\`clean rows\` (
  CONSTRAINT positive EXPECT (amount > 0 AND f(amount)) ON VIOLATION DROP ROW,
  CONSTRAINT known EXPECT (country IN ('no')), CONSTRAINT few EXPECT (id < 9) ON VIOLATION FAIL UPDATE
) PARTITIONED BY (country) COMMENT 'it''s clean' TBLPROPERTIES ('quality' = 'silver', pipelines.reset.allowed = 'false')
AS WITH x AS (SELECT 1) SELECT * FROM STREAM(landed) -- all of it
;
CREATE PRIVATE MATERIALIZED VIEW m CLUSTER BY (a, b) AS SELECT * FROM LIVE.n;`);
    assert.deepEqual(first, {
      name: 'silver.`clean rows`',
      kind: 'streaming',
      isPrivate: false,
      expectations: [
        { name: 'positive', condition: 'amount > 0 AND f(amount)', action: 'drop' },
        { name: 'known', condition: "country IN ('no')", action: 'warn' },
        { name: 'few', condition: 'id < 9', action: 'fail' },
      ],
      comment: "it's clean",
      properties: { quality: 'silver', 'pipelines.reset.allowed': 'false' },
      partitionedBy: ['country'],
      clusteredBy: [],
      query: ' WITH x AS (SELECT 1) SELECT * FROM STREAM(landed)',
      files: [],
      line: 2,
    });
    assert.deepEqual(
      [second?.name, second?.kind, second?.isPrivate, second?.clusteredBy],
      ['m', 'materialized', true, ['a', 'b']],
    );
  });

  it('may be written as it was before: LIVE tables and views', () => {
    const kinds = read(
      `CREATE LIVE TABLE a AS SELECT 1; CREATE STREAMING LIVE TABLE b AS SELECT 1; CREATE TEMPORARY LIVE VIEW c AS SELECT 1;
CREATE TEMPORARY VIEW d AS SELECT 1`,
    ).map(({ kind }) => kind);
    assert.deepEqual(kinds, ['materialized', 'streaming', 'view', 'view']);
  });

  it('calls files through views, and is refused at its place where it is something else', async () => {
    const [one] = read("CREATE STREAMING TABLE a AS SELECT * FROM STREAM read_files('/x', format => 'json')");
    assert.equal(one?.query, ' SELECT * FROM STREAM __read_files_0_9');
    assert.deepEqual(one.files, [
      { view: '__read_files_0_9', path: "'/x'", options: { format: "'json'" }, usesMetadata: false },
    ]);
    for (const [text, code, line] of [
      ['SELECT 1', 'jobs.task-not-emulated', 1],
      ['CREATE FLOW f AS AUTO CDC INTO t FROM s', 'sql.syntax', 1],
      ['CREATE STREAMING TABLE a\n(id INT GENERATED ALWAYS AS IDENTITY)', 'sql.not-emulated', 2],
      ['CREATE STREAMING TABLE a\nROW FILTER f ON (x) AS SELECT 1', 'sql.not-emulated', 2],
      ['CREATE STREAMING TABLE a\n(id INT) AS SELECT 1', 'sql.not-emulated', 2],
      ['CREATE MATERIALIZED VIEW a', 'sql.syntax', 1],
    ] as const) {
      const error = await refusal(
        Promise.resolve().then(() => read(text)),
        code,
      );
      assert.deepEqual([error.range?.file, error.range?.start.line], ['etl/a.sql', line], text);
    }
  });

  it('may be flows into streaming tables that have no query of their own', () => {
    const { datasets, flows } = sqlDefinitions({
      file: 'etl/a.sql',
      text: `CREATE OR REFRESH STREAMING TABLE s.t (id INT, note STRING COMMENT 'a, b', CONSTRAINT c EXPECT (id > 0));
APPLY CHANGES INTO LIVE.t FROM STREAM(src) KEYS (id) APPLY AS DELETE WHEN op = 'D' SEQUENCE BY struct(at, n)
  COLUMNS * EXCEPT (op, at) STORED AS SCD TYPE 2 TRACK HISTORY ON (note);
CREATE FLOW more AS INSERT INTO ONCE s.t BY NAME SELECT * FROM old;
CREATE STREAMING TABLE u FLOW AUTO CDC FROM (SELECT * FROM STREAM read_files('/x', format => 'json')) KEYS (id) SEQUENCE BY n`,
    });
    assert.deepEqual(
      datasets.map(({ name, schema, query }) => [name, schema, query]),
      [
        ['s.t', "id INT, note STRING COMMENT 'a, b'", undefined],
        ['u', undefined, undefined],
      ],
    );
    const [changes, more, own] = flows;
    assert.deepEqual(changes, {
      target: 'LIVE.t',
      line: 2,
      kind: 'cdc',
      changes: {
        source: { name: 'src' },
        keys: ['id'],
        sequence: 'struct(at, n)',
        deletes: "op = 'D'",
        columns: { except: ['op', 'at'] },
        tracked: { only: ['note'] },
        scdType: '2',
      },
    });
    assert.deepEqual(more, {
      name: 'more',
      target: 's.t',
      line: 4,
      kind: 'once',
      query: 'SELECT * FROM old',
      files: [],
    });
    assert.ok(own?.kind === 'cdc' && 'query' in own.changes.source);
    assert.match(own.changes.source.query, /^SELECT \* FROM STREAM __read_files_\d+_\d+$/);
  });

  it('says which sources of SQL alone need Spark', () => {
    for (const [text, expected] of [
      ['CREATE STREAMING TABLE a AS SELECT * FROM STREAM b', false],
      ['CREATE OR REFRESH MATERIALIZED VIEW flow AS SELECT 1', false],
      ['-- APPLY CHANGES\nCREATE LIVE TABLE a AS SELECT 1', false],
      ['CREATE STREAMING TABLE a', true],
      ['SELECT 1; APPLY CHANGES INTO a FROM b KEYS (c) SEQUENCE BY d', true],
      ['CREATE TEMPORARY VIEW a AS SELECT 1', true],
      ['CREATE PRIVATE STREAMING TABLE a AS SELECT 1', true],
    ] as const)
      assert.equal(needsSpark(text), expected, text);
  });
});
