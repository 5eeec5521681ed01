import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { type KnownLake, NOTHING_KNOWN } from '@medallion/core/sql/editor/known-lake.ts';
import { findTable, lineage, type Lineage, rootsOf } from '@medallion/core/sql/editor/lineage.ts';
import type { ColumnSource } from '@medallion/core/sql/editor/sources.ts';

const sample = new URL('../../../../samples/shopcom/src/', import.meta.url);
const parameters = new Map([
  ['catalog', 'shop'],
  ['landing', '/Volumes/shop/bronze/landing'],
]);
/** The files of ShopCom's daily job in its order. */
const files = [
  ...['transactions', 'reference', 'interactions', 'geo'].map((name) => `bronze/${name}.sql`),
  ...['reference', 'order_lines', 'interactions', 'geo'].map((name) => `silver/${name}.sql`),
  ...['daily_revenue', 'customer_360', 'top_products', 'conversion_funnel', 'geo_demand'].map(
    (name) => `gold/${name}.sql`,
  ),
];

async function shopcom(): Promise<Lineage> {
  const read = async (file: string) => ({ file, text: await readFile(new URL(file, sample), 'utf8'), parameters });
  return lineage(await Promise.all(files.map(read)), NOTHING_KNOWN);
}

function shown(all: Lineage): string {
  const source = ({ relation, column, assumed }: ColumnSource) => `${relation}.${column}${assumed ? '?' : ''}`;
  const lines = all.tables.flatMap(({ name, columns, more }) => [
    `${name}${more.length > 0 ? ` (and * of ${more.join(', ')})` : ''}`,
    ...columns.map(({ name: column, typeText, sources, unknown }) => {
      const of = (through: ColumnSource['through']) => sources.filter((one) => one.through === through).map(source);
      const [values, conditions] = [of('value'), of('condition')];
      const where = conditions.length > 0 ? `where ${conditions.join(', ')}` : '';
      const why = unknown.length > 0 ? `unknown: ${unknown.join(' ')}` : '';
      return [`  ${column} ${typeText ?? '?'} <-`, ...(values.length > 0 ? [values.join(', ')] : []), where + why]
        .join(' ')
        .trimEnd();
    }),
  ]);
  return [...lines, ...all.problems.map(({ file, line, message }) => `problem ${file}:${line}: ${message}`)].join('\n');
}

const lake: KnownLake = {
  schema: 's',
  volumes: [],
  relations: [
    {
      schema: 's',
      name: 'a',
      kind: 'table',
      source: 'contract',
      columns: [column('id', 'int'), column('x', 'string'), column('n', 'int')],
    },
    {
      schema: 's',
      name: 'b',
      kind: 'table',
      source: 'contract',
      columns: [column('id', 'int'), column('y', 'string'), column('l', 'array<string>')],
    },
    { schema: 's', name: 't', kind: 'table', source: 'contract', columns: [column('k', 'int'), column('v', 'string')] },
  ],
};

function column(name: string, typeText: string): { readonly name: string; readonly typeText: string } {
  return { name, typeText };
}

/** What the last table that the text writes comes from. */
function check(text: string, expected: string): void {
  assert.equal(shown(lineage([{ file: 'q.sql', text }], lake)).trim(), expected.replaceAll(/^ {6}/gm, '').trim());
}

describe('column lineage', () => {
  it('follows ShopCom from gold to what was landed', async () => {
    const all = await shopcom();
    assert.deepEqual(all.problems, []);
    const golden = new URL('goldens/shopcom-lineage.txt', import.meta.url);
    const text = `${shown(all)}\n`;
    if (process.env['MEDALLION_WRITE_GOLDENS'] === '1') await writeFile(golden, text);
    assert.equal(text, await readFile(golden, 'utf8'));

    const lines = findTable(all, 'silver.order_lines');
    const amount = lines?.columns.find(({ name }) => name === 'net_amount');
    const direct = amount?.sources.filter(({ through }) => through === 'value') ?? [];
    assert.deepEqual(
      direct.map(({ relation, column: name }) => `${relation}.${name}`),
      ['shop.bronze.transactions.Quantity', 'shop.bronze.transactions.UnitPrice'],
    );
    const revenue = findTable(all, 'gold.daily_revenue');
    const net = revenue?.columns.find(({ name }) => name === 'net_revenue');
    assert.ok(revenue && net);
    assert.deepEqual(
      rootsOf(all, revenue, net).map(({ relation, column: name }) => `${relation}.${name}`),
      ['Quantity', 'UnitPrice'].map((name) => `/Volumes/shop/bronze/landing/transactions.${name}`),
    );
  });

  it('tells values from filters and joins', () => {
    check(
      'CREATE TABLE r AS SELECT a.x, b.y AS z FROM a JOIN b ON a.id = b.id WHERE n > 1',
      `s.r
        x string <- s.a.x where s.a.id, s.b.id, s.a.n
        z string <- s.b.y where s.a.id, s.b.id, s.a.n`,
    );
    check(
      'CREATE TABLE r AS SELECT id, upper(x) AS x FROM a JOIN b USING (id)',
      `s.r
        id int <- s.a.id where s.b.id
        x string <- s.a.x where s.a.id, s.b.id`,
    );
    check(
      'CREATE TABLE r AS SELECT x FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.id = a.id)',
      `s.r
        x string <- s.a.x where s.b.id, s.a.id`,
    );
  });

  it('goes through common tables, subqueries, set operations, pivots and generators', () => {
    check(
      'CREATE TABLE r AS WITH c AS (SELECT id AS i, x FROM a) SELECT i + 1 AS j FROM (SELECT * FROM c) UNION ALL SELECT id FROM b',
      `s.r
        j int <- s.a.id, s.b.id`,
    );
    check(
      'CREATE TABLE r AS SELECT id, e FROM b LATERAL VIEW explode(l) w AS e',
      `s.r
        id int <- s.b.id
        e string <- s.b.l`,
    );
    check(
      "CREATE TABLE r AS SELECT * FROM a PIVOT (sum(n) FOR x IN ('p' AS p))",
      `s.r
        id int <- s.a.id
        p bigint <- s.a.n, s.a.x`,
    );
    check(
      'CREATE TABLE r AS WITH RECURSIVE w AS (SELECT id AS i FROM a UNION ALL SELECT i + 1 FROM w JOIN b ON i = id) SELECT * FROM w',
      `s.r
        i int <- s.a.id where s.b.id`,
    );
    check(
      'CREATE TABLE r AS SELECT (SELECT max(y) FROM b WHERE b.id = a.id) AS m, n AS k, k + 1 AS k1 FROM a',
      `s.r
        m string <- s.b.y where s.b.id, s.a.id
        k int <- s.a.n
        k1 int <- s.a.n`,
    );
  });

  it('adds what INSERT, MERGE and UPDATE write to what a table had', () => {
    check(
      'CREATE TABLE r (p INT, q STRING); INSERT INTO r SELECT id, x FROM a; INSERT INTO r (q, p) SELECT y, id FROM b',
      `s.r
        p int <- s.a.id, s.b.id
        q string <- s.a.x, s.b.y`,
    );
    check(
      'MERGE INTO t USING (SELECT id, lower(y) AS y FROM b) AS src ON t.k = src.id WHEN MATCHED THEN UPDATE SET v = src.y WHEN NOT MATCHED THEN INSERT (k, v) VALUES (src.id, src.y)',
      `s.t
        k int <- s.b.id where s.t.k
        v string <- s.b.y where s.t.k, s.b.id`,
    );
    check(
      'UPDATE t SET v = concat(v, CAST(k AS STRING)) WHERE k > 1',
      `s.t
        k int <-
        v string <- s.t.k`,
    );
  });

  it('says why a column is not known', () => {
    check('CREATE TABLE r AS SELECT * FROM s.strange', `s.r (and * of s.strange)`);
    check(
      'CREATE TABLE r AS SELECT u, x FROM s.strange JOIN a ON u = id',
      `s.r
        u ? <- s.strange.u? where s.a.id
        x string <- s.a.x where s.strange.u?, s.a.id`,
    );
    check(
      'CREATE TABLE r AS SELECT u FROM s.strange, s.stranger',
      `s.r
        u ? <- unknown: u comes through * from s.strange or s.stranger, whose columns are not known.`,
    );
    check(
      'CREATE TABLE r AS SELECT x, reflect(n) AS f FROM a',
      `s.r
        x string <- s.a.x
        f ? <- unknown: The function reflect is not emulated locally.
      problem q.sql:1: The function reflect is not emulated locally.`,
    );
    check(
      'CREATE OR REPLACE TABLE t AS SELECT * FROM s.strange',
      `s.t (and * of s.strange)
        k int <- s.strange.k?
        v string <- s.strange.v?`,
    );
  });

  it('takes in what the steps of a script write', () => {
    check(
      'BEGIN IF (SELECT count(*) FROM a) > 0 THEN INSERT INTO t SELECT id, x FROM a; ELSE INSERT INTO t SELECT id, y FROM b; END IF; END',
      `s.t
        k int <- s.a.id, s.b.id
        v string <- s.a.x, s.b.y`,
    );
  });

  it('keeps tables of one name in two catalogs apart', () => {
    const text = `CREATE TABLE dev.s.r AS SELECT x FROM a; CREATE TABLE prod.s.r AS SELECT y FROM b;
      USE CATALOG prod; CREATE TABLE s.q AS SELECT * FROM s.r; CREATE TABLE s.p AS SELECT x FROM dev.s.r`;
    check(
      text,
      `dev.s.r
        x string <- s.a.x
      prod.s.r
        y string <- s.b.y
      prod.s.q
        y string <- prod.s.r.y
      prod.s.p
        x string <- dev.s.r.x`,
    );
  });

  it('reads a text of thousands of lines in time', () => {
    const text = Array.from(
      { length: 300 },
      (_, at) => `CREATE TABLE r${at} AS SELECT x, ${'n + '.repeat(50)} 1 AS m FROM a WHERE n > ${at};`,
    ).join('\n');
    const started = performance.now();
    assert.equal(lineage([{ file: 'q.sql', text }], lake).tables.length, 300);
    assert.ok(performance.now() - started < 10_000);
  });
});
