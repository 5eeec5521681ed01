import assert from 'node:assert/strict';
import { deflateRawSync, zstdCompressSync } from 'node:zlib';
import avro from 'avsc';
import { openAvro } from '@medallion/core/formats/avro.ts';
import { memory, refusal } from './sources.ts';

/** Event Hubs Capture's record, and beside it what else a file may hold. */
const captureSchema = {
  type: 'record',
  name: 'EventData',
  namespace: 'Microsoft.ServiceBus.Messaging',
  fields: [
    { name: 'SequenceNumber', type: 'long' },
    { name: 'Offset', type: 'string' },
    { name: 'EnqueuedTimeUtc', type: 'string' },
    { name: 'SystemProperties', type: { type: 'map', values: ['long', 'double', 'string', 'bytes'] } },
    { name: 'Properties', type: { type: 'map', values: ['long', 'double', 'string', 'bytes', 'null'] } },
    { name: 'Body', type: ['null', 'bytes'] },
  ],
} as const;

type Codec = (block: Buffer, done: (error: Error | null, bytes?: Buffer) => void) => void;
const encoders: Record<string, Codec> = {
  null: (block, done) => done(null, block),
  deflate: (block, done) => done(null, deflateRawSync(block)),
  zstandard: (block, done) => done(null, zstdCompressSync(block)),
};

async function encode(
  schema: unknown,
  records: readonly unknown[],
  codec = 'null',
  blockSize = 65_536,
): Promise<Buffer> {
  const encoder = new avro.streams.BlockEncoder(schema as avro.Schema, { codec, codecs: encoders, blockSize });
  const chunks: Buffer[] = [];
  encoder.on('data', (chunk: Buffer) => chunks.push(chunk));
  for (const record of records) encoder.write(record);
  encoder.end();
  await new Promise((resolve) => encoder.once('end', resolve));
  return Buffer.concat(chunks);
}

/** A container by hand: avsc writes no header where there are no records, and no int64 beyond 2^53. */
function containerOf(schema: string, count: number, records: Buffer): Buffer {
  const metadata = avro.Type.forSchema({ type: 'map', values: 'bytes' }).toBuffer({
    'avro.schema': Buffer.from(schema),
  });
  const sync = Buffer.alloc(16, 7);
  const block = count === 0 ? [] : [Buffer.from([count * 2, records.byteLength * 2]), records, sync];
  return Buffer.concat([Buffer.from('Obj\u0001', 'latin1'), metadata, sync, ...block]);
}

function events(count: number): unknown[] {
  return Array.from({ length: count }, (_, index) => ({
    SequenceNumber: index,
    Offset: String(index * 100),
    EnqueuedTimeUtc: '1/2/2026 3:04:05 AM',
    SystemProperties: { 'x-opt-sequence-number': { long: index }, ratio: { double: 1.5 } },
    Properties: { name: { string: 'a' }, nothing: null, raw: { bytes: Buffer.from([1, 255]) } },
    Body: Buffer.from(JSON.stringify({ id: index })),
  }));
}

describe('Avro files', () => {
  for (const codec of ['null', 'deflate', 'zstandard']) {
    it(`streams Capture's events, codec ${codec}`, async () => {
      const file = await openAvro(memory(await encode(captureSchema, events(3), codec)));
      assert.equal(file.codec, codec);
      const [, second] = await Array.fromAsync(file.records());
      assert.deepEqual(second, {
        SequenceNumber: 1n,
        Offset: '100',
        EnqueuedTimeUtc: '1/2/2026 3:04:05 AM',
        SystemProperties: { 'x-opt-sequence-number': 1n, ratio: 1.5 },
        Properties: { name: 'a', nothing: null, raw: Buffer.from([1, 255]) },
        Body: Buffer.from('{"id":1}'),
      });
    });
  }

  it('shows rows as exact cells', async () => {
    const file = await openAvro(memory(await encode(captureSchema, events(2))));
    assert.deepEqual(
      file.columns.map(({ name, typeText }) => `${name} ${typeText}`),
      [
        'SequenceNumber long',
        'Offset string',
        'EnqueuedTimeUtc string',
        'SystemProperties map<string, union<long, double, string, bytes>>',
        'Properties map<string, union<long, double, string, bytes>?>',
        'Body bytes?',
      ],
    );
    assert.deepEqual(await file.readRows(1, 5), {
      rows: [
        [
          1,
          '100',
          '1/2/2026 3:04:05 AM',
          '{"x-opt-sequence-number":1,"ratio":1.5}',
          '{"name":"a","nothing":null,"raw":"01ff"}',
          Buffer.from('{"id":1}').toString('hex'),
        ],
      ],
      more: false,
    });
  });

  it('keeps int64, decimals and times exact, and follows named and recursive types', async () => {
    const schema = {
      type: 'record',
      name: 'a.Row',
      fields: [
        { name: 'big', type: 'long' },
        { name: 'price', type: { type: 'bytes', logicalType: 'decimal', precision: 20, scale: 2 } },
        { name: 'day', type: { type: 'int', logicalType: 'date' } },
        { name: 'moment', type: { type: 'long', logicalType: 'timestamp-micros' } },
        { name: 'kind', type: { type: 'enum', name: 'Kind', symbols: ['x', 'y'] } },
        { name: 'again', type: 'Kind' },
        { name: 'next', type: ['null', 'Row'] },
      ],
    };
    const leaf = { big: 1, price: Buffer.from([0]), day: 0, moment: 0, kind: 'y', again: 'x', next: null };
    const row = {
      ...leaf,
      big: -4503599627370495,
      price: Buffer.from([0xff, 0x85]),
      day: -1,
      moment: -1,
      next: leaf,
    };
    const file = await openAvro(memory(await encode(schema, [row])));
    const { rows } = await file.readRows(0, 1);
    assert.deepEqual(rows[0]?.slice(0, 6), [
      -4503599627370495,
      '-1.23',
      '1969-12-31',
      '1969-12-31 23:59:59.999999Z',
      'y',
      'x',
    ]);
    assert.equal(
      rows[0][6],
      '{"big":1,"price":0.00,"day":"1970-01-01","moment":"1970-01-01 00:00:00Z","kind":"y","again":"x","next":null}',
    );
  });

  it('keeps int64 beyond 2^53', async () => {
    const file = await openAvro(memory(containerOf('"long"', 1, Buffer.from('ffffffffffffffffff01', 'hex'))));
    assert.deepEqual(await file.readRows(0, 1), { rows: [['-9223372036854775808']], more: false });
  });

  it('reads no more of a long file than the rows asked for need', async () => {
    const source = memory(await encode(captureSchema, events(40_000)));
    const file = await openAvro(source);
    const { rows, more } = await file.readRows(0, 10);
    assert.deepEqual([rows.length, more], [10, true]);
    assert.ok(source.byteLength > 4_000_000);
    assert.ok(source.bytesRead < 1_200_000, String(source.bytesRead));
  });

  it('reads an empty file of Capture, and files whose records are no records', async () => {
    const empty = await openAvro(memory(containerOf(JSON.stringify(captureSchema), 0, Buffer.alloc(0))));
    assert.deepEqual(await empty.readRows(0, 10), { rows: [], more: false });
    const plain = await openAvro(memory(await encode('string', ['a', 'b'])));
    assert.deepEqual(await plain.readRows(1, 1), { rows: [['b']], more: false });
  });

  it('says what is wrong with a damaged file', async () => {
    const good = await encode(captureSchema, events(500), 'deflate');
    await assert.rejects(openAvro(memory(Buffer.alloc(0))), refusal('avro.corrupt', /empty/));
    await assert.rejects(openAvro(memory(Buffer.from('PAR1 and more'))), refusal('avro.corrupt', /begin with "Obj1"/));
    await assert.rejects(openAvro(memory(good.subarray(0, 60))), refusal('avro.corrupt', /cut short/));
    const wrong = Buffer.from('Obj\u0001\u0002\u0002a\u0001', 'latin1');
    await assert.rejects(
      openAvro(memory(wrong)),
      refusal('avro.corrupt', /header cannot be decoded \(-1 is no length\)/),
    );
    const cut = await openAvro(memory(good.subarray(0, good.byteLength - 20)));
    await assert.rejects(cut.readRows(0, 1000), refusal('avro.corrupt', /block/));
    const damaged = Buffer.from(good);
    damaged.fill(0x55, good.byteLength - 500, good.byteLength - 400);
    const file = await openAvro(memory(damaged));
    await assert.rejects(file.readRows(0, 1000), refusal('avro.corrupt', /block/));
  });

  it('names a codec that it does not know', async () => {
    const good = await encode('string', ['a'], 'null');
    const bytes = Buffer.from(good.toString('latin1').replace('\u0008null', '\u0008lzma'), 'latin1');
    await assert.rejects(openAvro(memory(bytes)), refusal('avro.unsupported-codec', /lzma/));
  });
});
