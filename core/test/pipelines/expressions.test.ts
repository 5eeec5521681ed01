import assert from 'node:assert/strict';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { evaluate } from '@medallion/core/pipelines/expressions/evaluate.ts';
import type { Scope, Value } from '@medallion/core/pipelines/expressions/value.ts';

const scope: Scope = {
  pipeline: () => ({ parameters: { folder: 'in', limit: 7, list: ['a', 'b'] }, globalParameters: { account: 'lake' } }),
  dataset: () => ({ name: "it's" }),
  activity: ([name]) => ({ output: { filesRead: name === 'Copy data' ? 3 : 0 } }),
};

const check = (written: Value, value: Value) =>
  assert.deepEqual(evaluate(written, scope), value, JSON.stringify(written));

const refusal = (written: Value, problem: RegExp) =>
  assert.throws(
    () => evaluate(written, scope),
    (error) => error instanceof ExpectedError && error.code === 'pipelines.expression' && problem.test(error.message),
  );

describe('expressions of Data Factory', () => {
  it('keeps the type of a whole expression and makes text of one inside text', () => {
    check('@pipeline().parameters.limit', 7);
    check('n=@{pipeline().parameters.limit}', 'n=7');
    check('@{pipeline().parameters.folder}/@{dataset().name}.csv', "in/it's.csv");
    check('@{pipeline().parameters.list}', '["a","b"]');
    check({ value: "@concat('a-', pipeline().globalParameters.account)", type: 'Expression' }, 'a-lake');
    check({ deep: ['@pipeline().parameters.folder', 1, null] }, { deep: ['in', 1, null] });
  });

  it('takes doubled signs as themselves, as the documentation lists them', () => {
    check('@@', '@');
    check('@@pipeline()', '@pipeline()');
    check('@@{pipeline().parameters.limit}', '@{pipeline().parameters.limit}');
    check('Answer is: @@{pipeline().parameters.limit}', 'Answer is: @{pipeline().parameters.limit}');
    check('me@example.com', 'me@example.com');
  });

  it('reads names without regard to case, members by index and by key, and optional ones', () => {
    check("@PIPELINE().Parameters['FOLDER']", 'in');
    check('@pipeline().parameters.list[1]', 'b');
    check("@activity('Copy data').output.filesRead", 3);
    check('@pipeline().parameters?.nothing', null);
    check("@coalesce(pipeline().parameters?.nothing, 'else')", 'else');
  });

  it('computes texts', () => {
    check("@concat('it''s', ' ', toUpper('x'), toLower('Y'), trim(' z '))", "it's Xyz");
    check("@replace('a.b', '.', '$&')", 'a$&b');
    check("@substring('2026-11-23', 0, 7)", '2026-11');
    check("@split('a/b', '/')", ['a', 'b']);
    check("@join(createArray('a', 'b'), '-')", 'a-b');
    check("@if(and(startsWith('Orders', 'ord'), not(endsWith('x', 'y'))), 'yes', 'no')", 'yes');
    check("@indexOf('landing', 'D')", 3);
  });

  it('computes with collections and numbers', () => {
    check("@length('abc')", 3);
    check('@first(pipeline().parameters.list)', 'a');
    check("@last('abc')", 'c');
    check("@contains(pipeline().parameters.list, 'b')", true);
    check("@empty(split('', ','))", false);
    check("@empty('')", true);
    check('@add(div(7, 2), mod(7, 2))', 4);
    check("@greater(int('12'), 3)", true);
  });

  it('formats and shifts dates in UTC', () => {
    check("@formatDateTime('2026-03-05T04:06:07.5Z', 'yyyy/MM/dd HH:mm:ss.fff')", '2026/03/05 04:06:07.500');
    check("@formatDateTime('2026-03-05T23:30:00-02:00', 'dddd d MMM')", 'Friday 6 Mar');
    check("@formatDateTime('2026-03-05')", '2026-03-05T00:00:00.0000000Z');
    check("@addDays('2026-02-28', 1, 'yyyy-MM-dd')", '2026-03-01');
    check("@startOfMonth(addHours('2026-02-28T23:00:00Z', 2), 'yyyyMMdd')", '20260301');
    check("@equals(length(utcNow('yyyy-MM-dd')), 10)", true);
  });

  it('refuses by name what it does not know, and says where an expression is broken', () => {
    refusal('@xpath(1, 2)', /the function xpath is not emulated/);
    refusal("@formatDateTime('2026-03-05', 'yyyy K')", /'K' is not emulated/);
    refusal("@formatDateTime('yesterday')", /no date/);
    refusal('@pipeline().parameters.nothing', /there is no "nothing"/);
    refusal("@concat('a'", /its end/);
    refusal('x @{concat(1, 2)', /has no }/);
    refusal("@toUpper('a', 'b')", /2 arguments/);
    refusal('@toUpper(1)', /1 is not a string/);
    refusal('@div(1, 0)', /zero/);
    refusal("@substring('abc', 1, 5)", /outside/);
  });
});
