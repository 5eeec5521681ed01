import assert from 'node:assert/strict';
import { type Completion, completions } from '@medallion/core/sql/editor/completions.ts';
import { duckdbText } from '@medallion/core/sql/editor/duckdb-text.ts';
import { hover } from '@medallion/core/sql/editor/hover.ts';
import type { KnownLake } from '@medallion/core/sql/editor/known-lake.ts';

const lake: KnownLake = {
  catalog: 'shop',
  schema: 'silver',
  volumes: ['/Volumes/shop/bronze/landing'],
  parameters: new Map([['run_date', '2024-05-01']]),
  relations: [
    {
      schema: 'silver',
      name: 'order_lines',
      kind: 'table',
      source: 'contract',
      description: 'Order lines that count.',
      columns: [
        { name: 'invoice_no', typeText: 'string', description: 'Number of the invoice.' },
        { name: 'net amount', typeText: 'decimal(18,4)' },
      ],
    },
    {
      catalog: 'shop',
      schema: 'gold',
      name: 'daily',
      kind: 'view',
      source: 'lake',
      columns: [{ name: 'day', typeText: 'date' }],
    },
  ],
};

/** `|` is the cursor. */
function at(marked: string): { readonly text: string; readonly offset: number } {
  const offset = marked.indexOf('|');
  return { text: marked.slice(0, offset) + marked.slice(offset + 1), offset };
}

function complete(marked: string): readonly Completion[] {
  const { text, offset } = at(marked);
  return completions({ file: 'q.sql', text }, offset, lake);
}

function labels(marked: string, ...kinds: readonly Completion['kind'][]): readonly string[] {
  return complete(marked).flatMap(({ kind, label, detail }) =>
    kinds.includes(kind) ? [`${label} ${detail ?? ''}`.trim()] : [],
  );
}

describe('completion', () => {
  it('offers relations by the levels that are typed', () => {
    assert.deepEqual(labels('SELECT * FROM |', 'table', 'view', 'schema', 'catalog'), [
      'silver',
      'order_lines contract',
      'shop',
      'gold',
    ]);
    assert.deepEqual(labels('SELECT * FROM gold.|', 'view'), ['daily lake']);
    assert.deepEqual(labels('SELECT * FROM shop.|', 'schema'), ['gold']);
    assert.deepEqual(labels('SELECT * FROM shop.gold.d|', 'view'), ['daily lake']);
  });

  it('offers the columns of what stands in FROM, in a statement that does not parse yet', () => {
    const columns = ['invoice_no string', 'net amount decimal(18,4)'];
    assert.deepEqual(labels('SELECT | FROM order_lines', 'column'), columns);
    assert.deepEqual(labels('SELECT l.| FROM order_lines l WHERE', 'column'), columns);
    assert.deepEqual(labels('SELECT l.inv| FROM silver.order_lines AS l JOIN gold.daily d ON (', 'column'), columns);
    assert.deepEqual(labels('SELECT d.| FROM silver.order_lines AS l JOIN gold.daily d ON', 'column'), ['day date']);
    assert.deepEqual(labels('SELECT * FROM order_lines WHERE EXISTS (SELECT 1 FROM gold.daily WHERE |', 'column'), [
      'day date',
      ...columns,
    ]);
  });

  it('knows common tables, subqueries, files and the tables of the statements before', () => {
    assert.deepEqual(
      labels('WITH c AS (SELECT `net amount` * 2 AS twice FROM order_lines) SELECT c.| FROM c', 'column'),
      ['twice decimal(20,4)'],
    );
    assert.deepEqual(labels('SELECT s.| FROM (SELECT day, 1 AS one FROM gold.daily) s', 'column'), [
      'day date',
      'one int',
    ]);
    assert.deepEqual(labels('CREATE TABLE t AS SELECT day AS d FROM gold.daily; SELECT | FROM t', 'column'), [
      'd date',
    ]);
    assert.deepEqual(labels('CREATE TEMPORARY VIEW v AS SELECT 1 AS n; SELECT * FROM |', 'view'), ['v statement']);
    assert.deepEqual(labels("SELECT f.| FROM read_files('/x', format => 'csv', schema => 'a INT') f", 'column'), [
      'a int',
    ]);
    assert.deepEqual(labels('SELECT | FROM order_lines UNION SELECT day FROM gold.daily', 'column'), [
      'invoice_no string',
      'net amount decimal(18,4)',
    ]);
  });

  it('offers functions with their arguments, parameters, volumes and what starts a statement', () => {
    assert.ok(labels('SELECT | FROM order_lines', 'function').includes('date_trunc date_trunc(arg1, arg2)'));
    assert.deepEqual(labels('SELECT * FROM gold.daily WHERE day = :|', 'parameter'), ['run_date 2024-05-01']);
    assert.deepEqual(labels("SELECT * FROM read_files('/Vol|", 'volume'), ['/Volumes/shop/bronze/landing']);
    assert.deepEqual(labels("SELECT 'a|b'", 'column', 'function', 'keyword'), []);
    assert.ok(labels('SELECT 1; |', 'keyword').includes('MERGE'));
  });

  it('quotes what must be quoted, says a contract’s words and replaces the word that is typed', () => {
    const [, amount] = complete('SELECT ne| FROM order_lines');
    assert.equal(amount?.insert, '`net amount`');
    assert.deepEqual(amount.replace, { start: 7, end: 9 });
    assert.equal(complete('SELECT | FROM order_lines')[0]?.description, 'Number of the invoice.');
  });

  it('answers at every place of a text, whatever stands there', () => {
    const text =
      'WITH c AS (SELECT * FROM t JOIN u USING (a)) MERGE INTO `x`.y AS z USING c ON z.a = c.a WHEN MATCHED /* never';
    for (let offset = 0; offset <= text.length; offset++)
      for (const piece of [text, text.slice(0, offset)]) completions({ file: 'q.sql', text: piece }, offset, lake);
  });
});

describe('hover', () => {
  const over = (marked: string) => {
    const { text, offset } = at(marked);
    return hover({ file: 'q.sql', text }, offset, lake);
  };

  it('tells a column’s type, words and source', () => {
    const found = over('SELECT l.inv|oice_no FROM order_lines l');
    assert.equal(found?.kind, 'expression');
    assert.equal(found.typeText, 'string');
    assert.equal(found.description, 'Number of the invoice.');
    assert.deepEqual(
      found.sources.map(({ relation, column }) => `${relation}.${column}`),
      ['silver.order_lines.invoice_no'],
    );
  });

  it('tells a function’s result and a table’s columns', () => {
    const call = over('SELECT\n  su|m(`net amount`)\nFROM order_lines');
    assert.equal(call?.kind === 'expression' && call.typeText, 'decimal(28,4)');
    const table = over('SELECT 1\nFROM silver.order_|lines');
    assert.equal(table?.kind, 'relation');
    assert.equal(table.description, 'Order lines that count.');
    assert.equal(table.columns?.length, 2);
  });

  it('says why it is not known', () => {
    const found = over('SELECT x| FROM unheard_of');
    assert.equal(found?.kind, 'expression');
    assert.equal(found.typeText, undefined);
    assert.equal(found.why.length, 1);
    assert.equal(over('SELECT FROM WHERE |'), undefined);
  });
});

describe('the text for DuckDB', () => {
  it('stands beside each statement, or its refusal does', () => {
    const text = 'USE shop.silver;\nSELECT 1 / 2 AS h FROM order_lines;\nSELECT * FROM unheard_of;\nSELECT reflect(1)';
    const [use, query, unknown, refused] = duckdbText({ file: 'q.sql', text }, lake);
    assert.deepEqual(use?.queries, []);
    assert.deepEqual(use.refusals, []);
    assert.match(query?.queries[0]?.sql ?? '', /"__lake_0"/);
    assert.deepEqual(query?.queries[0]?.relations, [{ placeholder: '__lake_0', name: 'silver.order_lines' }]);
    assert.equal(query.range.start.line, 2);
    assert.deepEqual(unknown?.queries[0]?.unknown, ['shop.silver.unheard_of']);
    assert.deepEqual(refused?.queries, []);
    assert.match(refused.refusals[0]?.message ?? '', /reflect/);
  });
});
