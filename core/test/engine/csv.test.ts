import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordBlocks } from '@medallion/core/engine/child/relations/csv-lines.ts';
import { type CsvReading, writeCsvRows } from '@medallion/core/engine/child/relations/csv-rows.ts';
import { splitRecord, splitRecords } from '@medallion/core/engine/child/relations/csv-record.ts';
import { leafOf } from '@medallion/core/engine/child/relations/rewrite.ts';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { readObjects } from '@medallion/core/formats/parquet-footer.ts';
import { ParquetWriter } from '@medallion/core/formats/parquet-writer/parquet-writer.ts';
import { openLocalFile } from '@medallion/core/formats/range-source.ts';

const shape = { delimiter: ',', quote: '"', escape: '\\' };
const doubled = { ...shape, escape: '"' };

describe('csv records', () => {
  const cases: readonly [string, string, string[], typeof shape?][] = [
    ['plain fields', 'a,b,c', ['a', 'b', 'c']],
    ['an empty last field', 'a,', ['a', '']],
    ['one empty field', '', ['']],
    ['blanks are kept', ' a , b', [' a ', ' b']],
    ['a quoted delimiter', '"a,b",c', ['a,b', 'c']],
    ['blanks after a closing quote', '"a" ,b', ['a', 'b']],
    ['an escaped quote', '"a\\"b",c', ['a"b', 'c']],
    ['a quote inside a plain field', 'a"b,c', ['a"b', 'c']],
    // Spark's default escape is a backslash: doubled quotes leave the field as it was written.
    ['doubled quotes without escape', '"a ""b"" c",d', ['"a ""b"" c"', 'd']],
    ['doubled quotes with a delimiter after them', '"a ""b"", c",d', ['"a ""b""', ' c"', 'd']],
    ['doubled quotes with escape "', '"a ""b"", c",d', ['a "b", c', 'd'], doubled],
    ['a quote that is never closed', '"a,b', ['a,b']],
  ];
  for (const [name, record, fields, as = shape] of cases) {
    it(name, () =>
      assert.deepEqual(
        splitRecord(record, as).map(({ text }) => text),
        fields,
      ),
    );
  }

  it('end at any line end, and inside quotes only with multiLine', () => {
    const text = 'a,b\r\n\n"1\n2",3\r4,5';
    assert.deepEqual(splitRecords(text, shape, false), ['a,b', '"1', '2",3', '4,5']);
    assert.deepEqual(splitRecords(text, shape, true), ['a,b', '"1\n2",3', '4,5']);
  });
});

describe('csv columns', () => {
  const reading: CsvReading = {
    ...shape,
    header: true,
    multiLine: false,
    encoding: 'UTF-8',
    mode: 'PERMISSIVE',
    nullValue: '',
    columns: ['a', 'b'],
    byName: true,
    rescue: true,
  };
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'medallion-csv-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** The rows that a text gives: its columns and, last, what was rescued. */
  const rows = async (text: string | Buffer, changes: Partial<CsvReading> = {}): Promise<unknown[][]> => {
    const [localPath, target] = [join(folder, 'a.csv'), join(folder, 'a.parquet')];
    writeFileSync(localPath, text);
    const as = { ...reading, ...changes };
    const names = [...as.columns.map((_, index) => `c${index}`), 'rescued'];
    {
      const fields = names.map((name) => ({ name, type: { kind: 'text' } as const }));
      await using writer = await ParquetWriter.create(target, fields);
      const endRow = (): boolean => writer.endRow();
      await writeCsvRows(writer, writer.columns.map(leafOf), { localPath, url: 'dbfs:/f' }, as, endRow);
      await writer.finish();
    }
    await using source = await openLocalFile(target);
    return (await readObjects(source, names)).map((row) => names.map((name) => row[name] ?? null));
  };

  it('pass as they are where they fit', async () => {
    assert.deepEqual(await rows('a,b\n1,2\n,\n'), [
      ['1', '2', null],
      [null, null, null],
    ]);
    assert.deepEqual(await rows('a,b\r\n ü ,"x"\r\n\r\n'), [[' ü ', 'x', null]]);
  });
  it('too few are NULL', async () => assert.deepEqual(await rows('a,b\n1\n'), [['1', null, null]]));
  it('too many are rescued by position', async () => {
    assert.deepEqual(await rows('a,b\n1,2,3,4\n'), [['1', '2', '{"_c2":"3","_c3":"4","_file_path":"dbfs:/f"}']]);
    assert.deepEqual(await rows('a,b\n1,2,3\n', { rescue: false }), [['1', '2', null]]);
  });
  it('are found by name; those that the schema lacks are rescued by name', async () => {
    assert.deepEqual(await rows('b,x,a\n1,2,3\n'), [['3', '1', '{"x":"2","_file_path":"dbfs:/f"}']]);
    assert.deepEqual(await rows('b,x\n1,2\n', { byName: false, rescue: false }), [['1', '2', null]]);
  });
  it('other null values', async () => {
    assert.deepEqual(await rows('a,b\nNA,""\n', { nullValue: 'NA' }), [[null, '', null]]);
  });
  it('characters of more than one byte delimit and quote as any other', async () => {
    assert.deepEqual(await rows('a¦b\n«1¦2«¦3\n', { delimiter: '¦', quote: '«' }), [['1¦2', '3', null]]);
  });
  it('bytes that are no UTF-8 are replaced, or read as Latin-1', async () => {
    const bytes = Buffer.concat([Buffer.from('a,b\n'), Buffer.from([0xa3]), Buffer.from(',1\n')]);
    assert.deepEqual(await rows(bytes), [['\ufffd', '1', null]]);
    assert.deepEqual(await rows(bytes, { encoding: 'ISO-8859-1' }), [['£', '1', null]]);
    assert.deepEqual(await rows('\ufeffa,b\n1,2\n'), [['1', '2', null]]);
  });
  it('modes drop or refuse what does not fit', async () => {
    assert.deepEqual(await rows('a,b\n1\n2,3\n', { mode: 'DROPMALFORMED', rescue: false }), [['2', '3', null]]);
    await assert.rejects(
      rows('a,b\n1\n', { mode: 'FAILFAST', rescue: false }),
      (error: unknown) => error instanceof ExpectedError && error.code === 'engine.malformed-record',
    );
  });

  it('are the same whatever the size of the blocks that a file is read in', async () => {
    const texts = ['a,b\r\n1,2\r\n\r\n3,"4\n5"\n', 'a\r1\r2', ' \n\u00a0\nx\n', 'ä,ö\n€,\u{1f600}\n', ''];
    for (const [index, text] of texts.entries()) {
      const path = join(folder, `${index}.csv`);
      writeFileSync(path, text);
      for (const multiLine of [false, true]) {
        for (const size of [1, 2, 3, 7, 1000]) {
          const found: string[] = [];
          for await (const block of recordBlocks(path, { ...reading, multiLine }, size))
            found.push(...block.starts.map((start, at) => block.text.toString('utf8', start, block.ends[at])));
          assert.deepEqual(found, splitRecords(text, shape, multiLine), `${JSON.stringify(text)} by ${size}`);
        }
      }
    }
  });
});
