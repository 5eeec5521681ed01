import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { silentLogger } from '@medallion/core/base/logger.ts';
import type { SupervisedEngine } from '@medallion/core/engine/client.ts';
import { lakeTableStore } from '@medallion/core/delta/lake-store.ts';
import { readSnapshot } from '@medallion/core/delta/snapshot.ts';
import { script, startLake, type TestLake, warehouse } from './lake.ts';
import { refusal } from './refusal.ts';

/** Long enough to be met in the middle on any machine: a cross product that DuckDB cannot shorten. */
const endless =
  'SELECT count(*) AS n FROM range(1000000) a, range(1000000) b WHERE hash(a.range + b.range) = 5 -> n:bigint';

const landing = '/Volumes/shop/bronze/landing';

describe('engine', function () {
  this.timeout(60_000);
  let lake: TestLake;
  let engine: SupervisedEngine;
  before(async () => {
    lake = await startLake();
    engine = await lake.engine();
  });
  after(async () => {
    await engine[Symbol.asyncDispose]();
    await lake[Symbol.asyncDispose]();
  });

  const rows = async (sql: string): Promise<unknown> => (await engine.query({ ...script(sql), maxRows: 100 })).rows;

  it('writes tables from files, through a view, partitioned, and appends to them', async () => {
    await lake.land('t/2024-01-01.csv', 'a,b\n1,x\n2\n3,z,extra\n');
    const files = `@files{${landing}/t|format=csv|header=true|schema=a STRING, b STRING|rescueddatacolumn=_rescued_data}`;
    const before = await engine.statistics();
    const result = await engine.runScript(
      script(`CREATE OR REPLACE TABLE bronze.t AS
SELECT a, b, _rescued_data, _metadata.file_path AS f FROM ${files} -> a:string, b:string, _rescued_data:string, f:string;
CREATE TEMPORARY VIEW v AS SELECT plus_one(CAST(a AS INT)) AS a, b, DATE '2024-01-01' + CAST(a AS INT) AS d FROM @{bronze.t} -> a:int, b:string, d:date;
CREATE TABLE silver.t PARTITIONED BY (d) AS SELECT a, b, d FROM @{v} -> a:int, b:string, d:date;
INSERT INTO silver.t SELECT 9, NULL, NULL -> a:int, b:void, d:void;
SELECT a, b, d FROM @{silver.t} ORDER BY a -> a:int, b:string, d:date`),
    );
    assert.deepEqual(
      result.statements.map(({ kind, line, written }) => [
        kind,
        line,
        written?.table,
        written?.version,
        written?.rows,
        written?.files,
      ]),
      [
        ['createTableAs', 1, 'shop.bronze.t', 0, 3, 1],
        ['createTemporaryView', 3, undefined, undefined, undefined, undefined],
        ['createTableAs', 4, 'shop.silver.t', 0, 3, 3],
        ['insert', 5, 'shop.silver.t', 1, 1, 1],
        ['query', 6, undefined, undefined, undefined, undefined],
      ],
    );
    const { tableId } = await lake.resolver.table({ catalog: 'shop', schema: 'bronze', table: 't' });
    assert.deepEqual(result.statements[2]?.reads, [{ table: 'shop.bronze.t', tableId, version: 0 }]);
    assert.deepEqual(
      result.statements[0]?.readFiles.map(({ path }) => path),
      [`dbfs:${landing}/t/2024-01-01.csv`],
    );
    assert.deepEqual(result.lastQuery?.rows, [
      [2, 'x', '2024-01-02'],
      [3, null, '2024-01-03'],
      [4, 'z', '2024-01-04'],
      [9, null, null],
    ]);
    assert.deepEqual(
      await rows('SELECT a, _rescued_data FROM @{bronze.t} WHERE _rescued_data IS NOT NULL -> a:string, r:string'),
      [['3', `{"_c2":"extra","_file_path":"dbfs:${landing}/t/2024-01-01.csv"}`]],
    );
    const after = await engine.statistics();
    assert.equal(after.statements - before.statements, 6);
    // The landed file alone came over the wire: what the engine had written itself it had kept.
    assert.deepEqual([after.filesFetched - before.filesFetched, after.bytesFetched - before.bytesFetched], [1, 20]);
  });

  it('keeps partition values and statistics in the log', async () => {
    const table = await lake.resolver.table({ catalog: 'shop', schema: 'silver', table: 't' });
    const snapshot = await readSnapshot(lakeTableStore(lake.storage, table.location), { version: 0 });
    assert.deepEqual(snapshot.files.map(({ partitionValues }) => partitionValues['d']).sort(), [
      '2024-01-02',
      '2024-01-03',
      '2024-01-04',
    ]);
    assert.match(snapshot.files[0]?.stats ?? '', /"numRecords":1,"minValues":\{"a":\d/);
    assert.match(snapshot.files[0]?.path ?? '', /^d=2024-01-0\d\/part-[0-9a-f-]+\.snappy\.parquet$/);
  });

  it('reads one version of a table while it is replaced, and each version stays readable', async () => {
    await engine.runScript(
      script(
        'CREATE TABLE gold.v AS SELECT 1 AS n -> n:int; CREATE OR REPLACE TABLE gold.v AS SELECT n + 1 AS n FROM @{gold.v} -> n:int',
      ),
    );
    assert.deepEqual(await rows('SELECT n FROM @{gold.v} -> n:int'), [[2]]);
    await refusal(
      engine.runScript(script('CREATE TABLE gold.v AS SELECT 1 AS n -> n:int')),
      'catalog.table-already-exists',
    );
    const kept = await engine.runScript(script('CREATE TABLE IF NOT EXISTS gold.v AS SELECT 7 AS n -> n:int'));
    const [statement] = kept.statements;
    assert.deepEqual([statement?.reads.map(({ version }) => version), statement?.written], [[1], undefined]);
  });

  it('names the place of what cannot be done', async () => {
    const unknown = await refusal(
      engine.runScript(script('USE CATALOG shop;\n\nSELECT x FROM @{bronze.nope} -> x:int')),
      'catalog.table-not-found',
    );
    assert.deepEqual(unknown.range, { file: 'script.sql', start: { line: 3, column: 1 } });
    const before = await engine.statistics();
    const refused = await refusal(
      engine.runScript(script('CREATE TABLE bronze.never AS SELECT 1 AS n -> n:int;\nNOT EMULATED')),
      'sql.not-emulated',
    );
    assert.equal(refused.range?.start.line, 2);
    assert.deepEqual(await engine.statistics(), before, 'nothing of a refused file runs');
    const failed = await refusal(
      engine.runScript(script("SELECT CAST('x' AS INT) AS n -> n:int")),
      'engine.statement-failed',
    );
    assert.match(failed.message, /Could not convert string 'x'/);
    await refusal(engine.runScript(script('SELECT nope AS n FROM @{bronze.t} -> n:int')), 'engine.analysis-failed');
    const mismatch = await refusal(
      engine.runScript(script('INSERT INTO silver.t SELECT 1 -> a:int')),
      'delta.schema-mismatch',
    );
    assert.match(mismatch.message, /takes 3 columns \(a, b, d\)/);
    const types = await refusal(
      engine.runScript(script("INSERT INTO silver.t SELECT 'x', 'y', NULL -> a:string, b:string, d:void")),
      'delta.schema-mismatch',
    );
    assert.match(types.message, /a is int, and the query gives string/);
    await refusal(
      engine.runScript({
        source: { text: 'SELECT n FROM @{s.t} -> n:int', file: 'f' },
        parameters: {},
        profile: warehouse,
        checks: {},
      }),
      'engine.no-current-catalog',
    );
    const option = await refusal(
      engine.runScript(script(`SELECT 1 AS a FROM @files{${landing}/t|format=csv|badrecordspath=/x} -> a:int`)),
      'engine.option-not-emulated',
    );
    assert.match(option.message, /badrecordspath/);
    await refusal(
      engine.runScript(script(`SELECT a FROM @files{${landing}/nothing|format=csv|schema=a STRING} -> a:string`)),
      'engine.path-not-found',
    );
  });

  it('runs checks before the commit: an error keeps the table as it was, a warning is told', async () => {
    const check = (severity: 'error' | 'warning', sql: string) => ({
      name: 'n is positive',
      sql,
      scope: 'row' as const,
      severity,
      source: 'c.odcs.yaml:3',
    });
    const sql = 'CREATE OR REPLACE TABLE gold.checked AS SELECT unnest([1, -1, -2]) AS n -> n:int';
    const filesOfGold = async (): Promise<string[]> => {
      const found = await Array.fromAsync(lake.storage.list({ container: 'gold', path: '' }, { recursive: true }));
      return found.filter(({ isDirectory }) => !isDirectory).map(({ path }) => path);
    };
    const before = await filesOfGold();
    const error = await refusal(
      engine.runScript(script(sql, {}, { checks: { 'gold.checked': [check('error', 'n < 0')] } })),
      'contract.violated',
    );
    assert.match(error.message, /n is positive is violated by 2 rows \[c\.odcs\.yaml:3\]/);
    assert.equal(await lake.resolver.findTable({ catalog: 'shop', schema: 'gold', table: 'checked' }), undefined);
    assert.deepEqual(await filesOfGold(), before, 'what went up while it was checked was taken back');
    const warned = await engine.runScript(script(sql, {}, { checks: { 'gold.checked': [check('warning', 'n < 0')] } }));
    assert.equal(warned.warnings.length, 1);
    assert.deepEqual(warned.statements[0]?.written?.checks, [
      { name: 'n is positive', severity: 'warning', violations: 2 },
    ]);
    assert.equal((await filesOfGold()).length, before.length + 2, 'a data file and a commit');
  });

  it('cancels a statement, a second caller is not harmed, and the engine goes on', async () => {
    const abort = new AbortController();
    const cancelled = refusal(engine.query({ ...script(endless), maxRows: 1 }, abort.signal), 'engine.cancelled');
    const other = rows('SELECT n FROM @{gold.v} -> n:int');
    abort.abort();
    await cancelled;
    assert.deepEqual(await other, [[2]]);
    await refusal(engine.query({ ...script(endless), maxRows: 1 }, AbortSignal.abort()), 'engine.cancelled');
  });

  it('runs two scripts at once, each with its own views', async () => {
    const run = (n: number) =>
      engine.runScript(
        script(
          `CREATE TEMPORARY VIEW same AS SELECT ${n} AS n -> n:int; CREATE OR REPLACE TABLE gold.at_once_${n} AS SELECT n FROM @{same} -> n:int`,
        ),
      );
    await Promise.all([run(1), run(2)]);
    assert.deepEqual(await rows('SELECT a.n, b.n FROM @{gold.at_once_1} a, @{gold.at_once_2} b -> a:int, b:int'), [
      [1, 2],
    ]);
  });

  it('is killed in the middle: the call is told, no half-written table is visible, the next call works', async () => {
    const first = engine.pid!;
    const lines: string[] = [];
    await using victim = await lake.engine({ logger: { ...silentLogger, warn: (line) => lines.push(line) } });
    const running = refusal(victim.runScript(script(`CREATE TABLE gold.killed AS ${endless}`)), 'engine.died');
    const pid = victim.pid!;
    await staged(lake.stateFolder, pid);
    process.kill(pid, 'SIGKILL');
    const error = await running;
    assert.match(error.message, /was ended by SIGKILL/);
    assert.equal(error.kind, 'environment');
    assert.equal(await lake.resolver.findTable({ catalog: 'shop', schema: 'gold', table: 'killed' }), undefined);
    const answer = await victim.query({ ...script('SELECT n FROM @{gold.v} -> n:int'), maxRows: 1 });
    assert.deepEqual(answer.rows, [[2]]);
    assert.notEqual(victim.pid, pid);
    assert.deepEqual(lines, ['engine: the process had died; starting a new one']);
    assert.ok(
      !existsSync(join(lake.stateFolder, 'staging', String(pid))),
      'the new process removed what the old one had staged',
    );
    assert.equal(engine.pid, first, 'another engine is not harmed');
  });

  it('gives exact cells with paging', async () => {
    const page = await engine.query({
      ...script('SELECT range AS n FROM range(10) -> n:bigint'),
      maxRows: 3,
      offset: 4,
    });
    assert.deepEqual(page.rows, [[4], [5], [6]]);
    assert.equal(page.truncated, true);
    const cells = await rows(
      `SELECT 9007199254740993, 1.50::DECIMAL(10,2), TIMESTAMPTZ '2024-05-01 10:00:00.25+00', DATE '0001-02-03', {'a': [1, NULL]}, MAP {'k': TIMESTAMPTZ '1969-12-31 23:59:59.5+00'}, 'NaN'::DOUBLE, 'ab'::BLOB, true -> a:bigint, b:decimal(10,2), c:timestamp, d:date, e:struct<a:array<int>>, f:map<string,timestamp>, g:double, h:binary, i:boolean`,
    );
    assert.deepEqual(cells, [
      [
        '9007199254740993',
        '1.50',
        '2024-05-01 10:00:00.25',
        '0001-02-03',
        '{"a":[1,null]}',
        '{"k":"1969-12-31 23:59:59.5"}',
        'NaN',
        'YWI=',
        true,
      ],
    ]);
  });

  it('says how to raise the memory limit', async () => {
    await using small = await lake.engine({ memoryLimitBytes: 60_000_000 });
    const sql = "SELECT string_agg(repeat('x', 1000) || range, '') AS s FROM range(200000) -> s:string";
    const error = await refusal(small.query({ ...script(sql), maxRows: 1 }), 'engine.out-of-memory');
    assert.match(error.message, /limit of 60 MB/);
    assert.deepEqual((await small.query({ ...script('SELECT 1 AS a -> a:int'), maxRows: 1 })).rows, [[1]]);
  });

  it('previews files, and names what is corrupt', async () => {
    await lake.land('p/good.csv', 'a,b\n1,x\n');
    await lake.land('p/bad.parquet', 'no parquet at all');
    const good = await engine.previewFile({
      path: 'abfss://landing@devstoreaccount1.dfs.core.windows.net/p/good.csv',
      maxRows: 5,
    });
    assert.deepEqual([good.columns.map(({ name }) => name), good.rows], [['a', 'b'], [['1', 'x']]]);
    await refusal(engine.previewFile({ path: `${landing}/p/bad.parquet`, maxRows: 5 }), 'engine.statement-failed');
    await refusal(engine.previewFile({ path: `/nowhere/${randomUUID()}.parquet`, maxRows: 5 }), 'file.not-found');
    await refusal(engine.previewFile({ path: 'a.xlsx', maxRows: 5 }), 'engine.preview-unsupported');
  });

  it('previews a Delta table by its folder, page by page, and only what is one', async () => {
    await engine.runScript(
      script('CREATE OR REPLACE TABLE gold.by_path AS SELECT range AS n FROM range(7) -> n:bigint'),
    );
    const { location } = await lake.resolver.table({ catalog: 'shop', schema: 'gold', table: 'by_path' });
    const path = `abfss://${location.container}@${location.account}.dfs.core.windows.net/${location.path}`;
    const first = await engine.previewTable({ path, maxRows: 4 });
    assert.deepEqual([first.columns, first.truncated], [[{ name: 'n', typeText: 'bigint' }], true]);
    const rest = await engine.previewTable({ path, maxRows: 4, offset: 4 });
    assert.deepEqual([...first.rows, ...rest.rows].map(([n]) => Number(n)).sort(), [0, 1, 2, 3, 4, 5, 6]);
    assert.equal(rest.truncated, false);
    await refusal(engine.previewTable({ path: `${landing}/p`, maxRows: 5 }), 'delta.not-a-table');
  });

  it('ends with its owner and leaves nothing staged', async () => {
    const other = await lake.engine();
    const pid = other.pid!;
    await other.runScript(script('CREATE OR REPLACE TABLE gold.last AS SELECT 1 AS n -> n:int'));
    await other[Symbol.asyncDispose]();
    assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
    assert.ok(!readdirSync(join(lake.stateFolder, 'staging')).includes(String(pid)));
    await refusal(other.statistics(), 'engine.stopped');
  });
});

/** Waits until the process has begun a statement: each has a folder of its own. */
async function staged(stateFolder: string, pid: number): Promise<void> {
  const folder = join(stateFolder, 'staging', String(pid));
  for (;;) {
    if (existsSync(folder) && readdirSync(folder).some((name) => name.length === 36)) return;
    await setImmediate();
  }
}
