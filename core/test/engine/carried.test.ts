import assert from 'node:assert/strict';
import { carries, withoutPlace } from '@medallion/core/engine/child/relations/carried.ts';

const list = (alias: string, ...more: readonly string[]) =>
  ['body', '__row_place', ...more]
    .map((name) => (name.includes(' ') ? name : `${alias}."${name}" AS "${name}"`))
    .join(', ');
const first = `SELECT ${list('r0', `json(r0."body") AS "event"`)} FROM "__lake_0" AS r0 WHERE r0."body" <> 'JOIN'`;
const chain = `WITH c1 AS (${first}) SELECT ${list('r2', 'event')} FROM c1 AS r2`;
const is = (sql: string) => carries(sql, '__lake_0', 'body');

describe('a column that a query hands on', () => {
  it('comes with its row through SELECTs of one relation each', () => {
    assert.equal(is(first), true);
    assert.equal(is(chain), true);
    assert.equal(is(`${chain} WHERE r2."event" IS NULL`), true);
    assert.equal(carries(chain, '__lake_0', 'event'), false, 'computed');
    assert.equal(carries(chain, '__lake_1', 'body'), false);
  });

  it('does not where another column has its name, or rows come from elsewhere, too', () => {
    assert.equal(is(chain.replace('r0."body" AS "body"', 'lower(r0."body") AS "body"')), false);
    assert.equal(is(chain.replace('r2."body" AS "body"', 'r2."event" AS "body"')), false);
    for (const [from, to] of [
      ['FROM c1 AS r2', 'FROM c1 AS r2 JOIN c1 AS r3 ON true'],
      ['FROM c1 AS r2', 'FROM c1 AS r2, c1 AS r3'],
      ['FROM c1 AS r2', 'FROM "__lake_0" AS r2'],
      ['FROM c1 AS r2', 'FROM (SELECT 1) AS r2'],
      ['FROM c1 AS r2', 'FROM c1 AS r2 GROUP BY ALL'],
      ['SELECT r2', 'SELECT DISTINCT r2'],
      ['FROM c1 AS r2', 'FROM c1 AS r2 UNION ALL SELECT 1, 2, 3'],
      ['FROM c1 AS r2', 'FROM c1 AS r2 WHERE (SELECT count(*) FROM c1 AS r9) > 1'],
    ] as const)
      assert.equal(is(chain.replace(from, to)), false, to);
  });

  it('leaves the text as it was without the place', () => {
    assert.equal(
      withoutPlace(`SELECT r0."a" AS "a", r0."__row_place" AS "__row_place" FROM x`),
      'SELECT r0."a" AS "a" FROM x',
    );
    const used = `SELECT hash(r0."a", r0."__row_place") AS "a" FROM x`;
    assert.equal(withoutPlace(used), used);
  });
});
