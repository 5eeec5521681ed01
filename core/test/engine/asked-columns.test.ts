import assert from 'node:assert/strict';
import { askedColumns, onlyAsked } from '@medallion/core/engine/child/relations/asked-columns.ts';

const names = ['body', 'event', 'reason', 'Other Name', 'a"b'];
const asked = (...texts: string[]) => {
  const found = askedColumns(texts, names);
  return found && { columns: [...found.columns], fields: [...found.fields].map(([name, of]) => [name, ...of]) };
};

describe('what texts ask of a relation', () => {
  it('is every name that stands in them, in quotes or not, and of structs the fields alone', () => {
    assert.deepEqual(
      asked(`SELECT struct_extract(r0."event", 'id') AS "id" FROM "v" AS r0 WHERE r0."reason" IS NULL`),
      {
        columns: ['reason'],
        fields: [['event', 'id']],
      },
    );
    assert.deepEqual(asked('SELECT BODY FROM v', `SELECT "other name", "a""b" FROM v`), {
      columns: ['body', 'other name', 'a"b'],
      fields: [],
    });
    const both = `SELECT struct_extract(r0."event", 'Id'), struct_extract(r0."event", 'it''s') FROM v AS r0`;
    assert.deepEqual(asked(both, both), { columns: [], fields: [['event', 'id', "it's"]] });
    assert.deepEqual(asked(both, 'SELECT event IS NULL FROM v')?.columns, ['event']);
  });

  it('is no name in a literal, and no part of another name', () => {
    assert.deepEqual(asked(`SELECT 'body', "my_body", "body2" FROM v WHERE x = 'it''s reason'`), {
      columns: [],
      fields: [],
    });
    // An apostrophe within a quoted name begins no literal.
    assert.deepEqual(asked(`SELECT "it's", body, "isn't" FROM v`)?.columns, ['body']);
  });

  it('is not told where all columns are meant, or literals could hide a name', () => {
    for (const text of [
      'SELECT * FROM v',
      'SELECT r0.* FROM v AS r0',
      'SELECT 1, * EXCLUDE (x) FROM v',
      'SELECT COLUMNS(x) FROM v',
      String.raw`SELECT E'\'', body FROM v`,
      'SELECT $$it$$ FROM v',
    ])
      assert.equal(asked(text), undefined, text);
    assert.deepEqual(asked('SELECT count(*), 2 * 3 FROM v')?.columns, []);
  });

  it('is all that is kept', () => {
    const columns = [
      { name: 'body', duckdbType: 'VARCHAR' },
      { name: 'event', duckdbType: 'STRUCT(id VARCHAR, "when" VARCHAR)' },
      { name: 'reason', duckdbType: 'VARCHAR' },
    ];
    const of = (text: string) => onlyAsked('rows', columns, askedColumns([text], ['body', 'event', 'reason'])!);
    assert.equal(of('body, event, reason'), 'rows');
    assert.equal(
      of(`struct_extract(r0."event", 'id'), reason`),
      `SELECT * REPLACE (CAST(NULL AS VARCHAR) AS "body", CAST(struct_pack("id" := struct_extract("event", 'id'), "when" := NULL) AS STRUCT(id VARCHAR, "when" VARCHAR)) AS "event") FROM (rows) AS asked`,
    );
  });
});
