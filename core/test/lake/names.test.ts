import assert from 'node:assert/strict';
import {
  formatLakePath,
  formatTableName,
  joinLakePath,
  parseLakeUrl,
  parseTableName,
} from '@medallion/core/lake/names.ts';
import { nearestName, suggestName } from '@medallion/core/lake/nearest-name.ts';

const code = (expected: string) => (error: unknown) => (error as { code?: unknown }).code === expected;

describe('lake names', () => {
  it('parses one to three levels, with backticks', () => {
    const cases: readonly [string, { catalog?: string; schema?: string }, string[]][] = [
      ['a.b.c', {}, ['a', 'b', 'c']],
      ['`shopcom-dev`.silver.`my ``table`. ', {}, []],
      ['`shopcom-dev` . silver . `my ``table`', {}, ['shopcom-dev', 'silver', 'my `table']],
      ['silver.orders', { catalog: 'dev' }, ['dev', 'silver', 'orders']],
      ['orders', { catalog: 'dev', schema: 'gold' }, ['dev', 'gold', 'orders']],
      ['silver.orders', {}, []],
      ['a.b.c.d', {}, []],
      ['', {}, []],
      ['a..b', {}, []],
      ['`open', {}, []],
    ];
    for (const [text, defaults, parts] of cases) {
      if (parts.length === 0) assert.throws(() => parseTableName(text, defaults), code('catalog.invalid-name'), text);
      else {
        const [catalog = '', schema = '', table = ''] = parts;
        const name = parseTableName(text, defaults);
        assert.deepEqual(name, { catalog, schema, table });
        assert.deepEqual(parseTableName(formatTableName(name)), name);
      }
    }
    assert.equal(
      formatTableName({ catalog: 'shopcom-dev', schema: 'silver', table: 'orders' }),
      '`shopcom-dev`.silver.orders',
    );
  });

  it('parses and formats lake URLs', () => {
    const place = { account: 'shop', container: 'silver', path: 'a/b c' };
    assert.deepEqual(parseLakeUrl('abfss://silver@shop.dfs.core.windows.net/a/b c/'), place);
    assert.equal(formatLakePath(place), 'abfss://silver@shop.dfs.core.windows.net/a/b c');
    assert.deepEqual(joinLakePath({ ...place, path: '' }, '/x/'), { ...place, path: 'x' });
    assert.throws(() => parseLakeUrl('s3://bucket/key'), code('catalog.unsupported-path'));
  });

  it('suggests the nearest name', () => {
    assert.equal(nearestName('custmers', ['orders', 'customers']), 'customers');
    assert.equal(nearestName('zzz', ['orders', 'customers']), undefined);
    assert.equal(suggestName('zzz', ['orders'], 'tables'), 'There are the tables orders.');
    assert.equal(suggestName('zzz', [], 'tables'), 'There are no tables yet.');
  });
});
