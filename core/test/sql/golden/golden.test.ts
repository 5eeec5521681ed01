import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { DuckDBIntervalValue, DuckDBListValue, DuckDBStructValue } from '@duckdb/node-api';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { parseBlocks } from './blocks.ts';
import { excludedBecause } from './exclusions.ts';
import type { Floor } from './floor.ts';
import { hiveText } from './hive-text.ts';
import { judge } from './judge.ts';
import { differences } from './report.ts';
import { judgeFolder } from './run.ts';
import { Settings } from './settings.ts';
import { targetsIn } from './targets.ts';
import { totalsOf } from './totals.ts';

const text = { instant: String, binary: 'UTF8' as const };

function block(sql: string, output: string, schema = 'struct<a:int>'): ReturnType<typeof parseBlocks>[number] {
  const [only] = parseBlocks(`-- !query\n${sql}\n-- !query schema\n${schema}\n-- !query output\n${output}\n`);
  assert.ok(only);
  return only;
}

function answered(...rows: number[]): Parameters<typeof judge>[1] {
  const columns = [{ name: 'a', typeText: 'int' }];
  return { kind: 'answer', answer: { columns, rows: rows.map((row) => [row]) } };
}

describe('the judge of golden files', () => {
  it('takes rows in any order where no ORDER BY stands, and in its order where one does', () => {
    assert.equal(judge(block('SELECT a FROM t', '1\n2'), answered(2, 1), text).verdict, 'same');
    assert.equal(judge(block('SELECT a FROM t ORDER BY a', '1\n2'), answered(2, 1), text).verdict, 'different');
    assert.equal(judge(block('SELECT a FROM t', '1\n2'), answered(1, 3), text).verdict, 'different');
  });

  it('tells an answer where Spark raises, and a type that is another', () => {
    const raises = block('SELECT 1', 'org.apache.spark.SparkException\n{}', 'struct<>');
    assert.equal(judge(raises, answered(1), text).verdict, 'different');
    assert.equal(judge(block('SELECT a', '1', 'struct<a:bigint>'), answered(1), text).verdict, 'different');
    const named = judge(block('SELECT a', '1', 'struct<b:int>'), answered(1), text);
    assert.deepEqual([named.verdict, named.otherNames], ['same', true]);
  });

  it('tells a refusal from a defect', () => {
    const refusal = new ExpectedError({ code: 'sql.not-emulated', message: 'x', nextStep: 'y' });
    const verdict = (error: unknown): string => judge(block('SELECT a', '1'), { kind: 'error', error }, text).verdict;
    assert.equal(verdict(refusal), 'refused');
    assert.equal(verdict(new Error('Invalid Input Error: [NOT_EMULATED] x')), 'refused');
    assert.equal(verdict(new Error('Binder Error: x')), 'failed');
  });

  it("writes values as Spark's suite does", () => {
    const list = new DuckDBListValue(['a', null]);
    assert.equal(hiveText(list, 'array<string>', text), '["a",null]');
    assert.equal(
      hiveText(new DuckDBStructValue({ x: 1.5, y: list }), 'struct<x:double,y:array<string>>', text),
      '{"x":1.5,"y":["a",null]}',
    );
    assert.equal(hiveText(1e7, 'double', text), '1.0E7');
    assert.equal(hiveText(new DuckDBIntervalValue(-14, 0, 0n), 'interval year to month', text), '-1-2');
    assert.equal(
      hiveText(new DuckDBIntervalValue(0, 1, 7_384_000_005n), 'interval day to second', text),
      '1 02:03:04.000005000',
    );
  });

  it('follows settings, and sets aside what stands under one that it does not follow', () => {
    const settings = new Settings('nonansi/x.sql.out');
    assert.equal(settings.ansi, false);
    assert.equal(settings.read('SET spark.sql.ansi.enabled = true'), true);
    assert.deepEqual([settings.ansi, settings.unfollowed()], [true, undefined]);
    settings.read('set spark.sql.legacy.timeParserPolicy=LEGACY');
    assert.match(settings.unfollowed() ?? '', /timeparserpolicy=LEGACY/);
    settings.read('reset spark.sql.legacy.timeParserPolicy');
    assert.equal(settings.unfollowed(), undefined);
    assert.equal(settings.read('SELECT 1'), false);
  });

  it('knows what a refused statement would have changed', () => {
    assert.deepEqual(targetsIn('INSERT INTO s.t SELECT * FROM u'), ['t']);
    assert.deepEqual(targetsIn("EXECUTE IMMEDIATE 'create or replace temp view `v` as select 1'"), ['v']);
    assert.deepEqual(targetsIn('SELECT * FROM t'), []);
  });

  it('excludes with a reason', () => {
    assert.equal(excludedBecause('explain.sql.out', block('EXPLAIN SELECT 1', 'x'))?.reason, 'EXPLAIN output');
    assert.equal(excludedBecause('cte.sql.out', block('SELECT 1', '1')), undefined);
  });
});

const folder = process.env['MEDALLION_SPARK_GOLDEN'];

describe("Spark's golden files [data: MEDALLION_SPARK_GOLDEN]", function () {
  this.timeout(600_000);

  it('give what they gave, or more', async function () {
    if (folder === undefined) return this.skip();
    const files = await judgeFolder(folder, { workers: 2 });
    const { totals, sparkRefuses, emptyResults, excluded } = totalsOf(files);
    const floor = JSON.parse(readFileSync(new URL('golden-floor.json', import.meta.url), 'utf8')) as Floor;
    assert.ok(excluded.answered <= 0.15 * (totals.answered + excluded.answered), 'more than 15% are excluded');
    const share = (totals.different + sparkRefuses.missed) / (totals.answered + sparkRefuses.total);
    assert.ok(share <= 0.01, differences(files, 'different'));
    // The figures are those of one folder; another is only held to the shares above.
    if (floor.answered !== totals.answered || floor.sparkRefuses !== sparkRefuses.total) return;
    assert.ok(totals.same >= floor.same, `${totals.same} same, before ${floor.same}`);
    assert.ok(emptyResults.same >= floor.emptySame, `${emptyResults.same} without rows, before ${floor.emptySame}`);
    assert.ok(totals.different <= floor.different, differences(files, 'different'));
    assert.ok(sparkRefuses.missed <= floor.missed, differences(files, 'different'));
    assert.ok(totals.failed <= floor.failed, differences(files, 'failed'));
  });
});
