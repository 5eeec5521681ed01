import assert from 'node:assert/strict';
import { canonicalCsv, type CsvReading } from '@medallion/core/engine/child/relations/csv-canonical.ts';
import { splitRecord, splitRecords } from '@medallion/core/engine/child/relations/csv-record.ts';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';

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
  const canonical = (text: string | Buffer, changes: Partial<CsvReading> = {}): string[] =>
    canonicalCsv(Buffer.from(text), { ...reading, ...changes }, 'dbfs:/f')
      .toString()
      .split('\n')
      .slice(0, -1);

  it('pass as they are where they fit', () => assert.deepEqual(canonical('a,b\n1,2\n,\n'), ['1,2,', ',,']));
  it('too few are NULL', () => assert.deepEqual(canonical('a,b\n1\n'), ['"1",,']));
  it('too many are rescued by position', () => {
    assert.deepEqual(canonical('a,b\n1,2,3,4\n'), [
      '"1","2","{""_c2"":""3"",""_c3"":""4"",""_file_path"":""dbfs:/f""}"',
    ]);
    assert.deepEqual(canonical('a,b\n1,2,3\n', { rescue: false }), ['"1","2",']);
  });
  it('are found by name; those that the schema lacks are rescued by name', () => {
    assert.deepEqual(canonical('b,x,a\n1,2,3\n'), ['"3","1","{""x"":""2"",""_file_path"":""dbfs:/f""}"']);
    assert.deepEqual(canonical('b,x\n1,2\n', { byName: false, rescue: false }), ['1,2,']);
  });
  it('other null values', () => {
    assert.deepEqual(canonical('a,b\nNA,""\n', { nullValue: 'NA' }), [',"",']);
  });
  it('bytes that are no UTF-8 are replaced, or read as Latin-1', () => {
    const bytes = Buffer.concat([Buffer.from('a,b\n'), Buffer.from([0xa3]), Buffer.from(',1\n')]);
    assert.deepEqual(canonical(bytes), ['\ufffd,1,']);
    assert.deepEqual(canonical(bytes, { encoding: 'ISO-8859-1' }), ['£,1,']);
    assert.deepEqual(canonical('\ufeffa,b\n1,2\n'), ['1,2,']);
  });
  it('modes drop or refuse what does not fit', () => {
    assert.deepEqual(canonical('a,b\n1\n2,3\n', { mode: 'DROPMALFORMED', rescue: false }), ['2,3,']);
    assert.throws(
      () => canonical('a,b\n1\n', { mode: 'FAILFAST', rescue: false }),
      (error: unknown) => error instanceof ExpectedError && error.code === 'engine.malformed-record',
    );
  });
});
