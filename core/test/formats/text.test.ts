import assert from 'node:assert/strict';
import { openCsv } from '@medallion/core/formats/csv.ts';
import { formatOf, openPreview } from '@medallion/core/formats/index.ts';
import { openJson } from '@medallion/core/formats/json.ts';
import { memory, refusal } from './sources.ts';

const text = (content: string, name?: string) => memory(new TextEncoder().encode(content), name);

describe('CSV files', () => {
  it('reads quotes, delimiters and line breaks inside quotes, a byte order mark and short records', async () => {
    const file = await openCsv(text('\ufeffid,name,note\r\n1,"a ""b"", c","x\ny"\r\n2,"",\r\n\r\n3\r\n'));
    assert.deepEqual(
      file.columns.map(({ name }) => name),
      ['id', 'name', 'note'],
    );
    assert.deepEqual(await file.readRows(0, 10), {
      rows: [
        ['1', 'a "b", c', 'x\ny'],
        ['2', '', ''],
        ['3', null, null],
      ],
      more: false,
    });
  });

  it('finds the delimiter and names columns that the header lacks', async () => {
    const file = await openCsv(text('a;b\n1;2;3\n'));
    assert.deepEqual([file.delimiter, file.columns.map(({ name }) => name)], [';', ['a', 'b', '_c2']]);
    assert.deepEqual((await file.readRows(0, 1)).rows, [['1', '2', '3']]);
  });

  it('reads the first rows of a long file and pages on', async () => {
    const source = text(`n\n${Array.from({ length: 200_000 }, (_, index) => `row ${index}`).join('\n')}`);
    const file = await openCsv(source);
    assert.deepEqual(await file.readRows(2, 2), { rows: [['row 2'], ['row 3']], more: true });
    assert.ok(source.bytesRead < 300_000 && source.byteLength > 2_000_000);
    assert.equal((await file.readRows(199_999, 5)).more, false);
  });

  it('opens an empty file as one without columns, and refuses what is no text', async () => {
    const empty = await openCsv(text(''));
    assert.deepEqual([empty.columns, await empty.readRows(0, 1)], [[], { rows: [], more: false }]);
    await assert.rejects(openCsv(memory(new Uint8Array([97, 0, 98]))), refusal('csv.not-text', /byte 1/));
    const open = text(`a\n"${'x'.repeat(17 * 1024 * 1024)}`);
    await assert.rejects(openCsv(open), refusal('csv.record-too-long', /Record 2/));
  });
});

describe('JSON files', () => {
  it('reads one value a line, with exact numbers and nested values as JSON', async () => {
    const file = await openJson(
      text('{"id":9007199254740993,"price":1.10,"tags":["a,\\"b"],"ok":true}\n\n{"id":2,"extra":{"x":1.50}}\n"plain"'),
    );
    assert.deepEqual(
      file.columns.map(({ name, typeText }) => `${name} ${typeText}`),
      ['id number', 'price number', 'tags array', 'ok boolean', 'extra object', 'value string'],
    );
    assert.deepEqual((await file.readRows(0, 5)).rows, [
      ['9007199254740993', '1.10', '["a,\\"b"]', true, null, null],
      [2, null, null, null, '{"x":1.50}', null],
      [null, null, null, null, null, 'plain'],
    ]);
  });

  it('reads the elements of one array', async () => {
    const file = await openJson(text(' [ {"a": [1, 2]},\n {"a": "],{"} ]\n'));
    assert.deepEqual((await file.readRows(0, 5)).rows, [['[1,2]'], ['],{']]);
    assert.deepEqual((await (await openJson(text('[]'))).readRows(0, 1)).rows, []);
  });

  it('names the record that is no JSON', async () => {
    await assert.rejects(openJson(text('{"a":1}\n{"a":\n')), refusal('json.corrupt', /Record 2/));
    await assert.rejects(openJson(text('[{"a":1}, nonsense]')), refusal('json.corrupt', /Record 2/));
  });

  it('reads the first rows of a long file only', async () => {
    const source = text(
      Array.from({ length: 100_000 }, (_, index) => `{"n":${index},"fill":"${'x'.repeat(20)}"}`).join('\n'),
    );
    const file = await openJson(source);
    assert.equal((await file.readRows(0, 10)).more, true);
    assert.ok(source.bytesRead < 300_000 && source.byteLength > 3_000_000);
  });
});

describe('the table of formats', () => {
  it('knows files by their ending and refuses others by name', async () => {
    assert.deepEqual(
      ['A.PARQ', 'b.pq', 'c.jsonl', 'd.tsv', 'e.avro', 'f.txt'].map((name) => formatOf(name)?.id),
      ['parquet', 'parquet', 'json', 'csv', 'avro', undefined],
    );
    assert.equal((await openPreview(text('a\n1', 'x/test-file.csv'))).columns[0]?.name, 'a');
    await assert.rejects(openPreview(text('', 'test-file.exe')), refusal('file.unknown-format', /no known format/));
  });
});
