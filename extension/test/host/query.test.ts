import * as assert from 'node:assert/strict';
import { createDialect } from '@medallion/core/sql/dialect.ts';
import { csvText } from '../../src/preview/csv-text.ts';
import { queryAt } from '../../src/query/query-text.ts';

const script = `USE CATALOG shop; -- the lake
CREATE OR REPLACE TABLE gold.a AS SELECT 1 AS n;

SELECT n FROM gold.a;
CREATE OR REPLACE TEMPORARY VIEW v AS SELECT 2 AS n; SELECT *
FROM v;
`;

describe('the query at the cursor', () => {
  const at = async (line: number) =>
    queryAt(script, (await createDialect()).analyze({ text: script, file: 'a.sql' }), line);

  it('is asked with what it stands on, on its own lines, and nothing that writes', async () => {
    const { text, line } = await at(4);
    assert.equal(line, 4);
    assert.equal(text.trimEnd(), 'USE CATALOG shop;             \n' + ' '.repeat(48) + '\n\nSELECT n FROM gold.a');
    const last = await at(6);
    assert.equal(last.line, 5);
    assert.doesNotMatch(last.text, /CREATE OR REPLACE TABLE|gold\.a/);
    assert.match(last.text, /TEMPORARY VIEW v AS SELECT 2 AS n;/);
    assert.equal(last.text.split('\n').length, 6);
  });

  it('refuses what is no query, by its line', async () => {
    await assert.rejects(at(2), { code: 'query.writes', message: /line 2/ });
    assert.throws(() => queryAt('', [], 1), { code: 'query.none' });
  });
});

describe('rows as CSV', () => {
  it('quotes what would be read otherwise, and tells null from an empty text', () => {
    const rows = [
      [1, 'plain', null],
      ['', 'a "b", c', 'two\nlines'],
      [true, '=1+1', '\t'],
    ];
    assert.equal(
      csvText(['n', 'a,b', 'c'], rows),
      'n,"a,b",c\r\n1,plain,\r\n"","a ""b"", c","two\nlines"\r\ntrue,=1+1,\t\r\n',
    );
  });
});
