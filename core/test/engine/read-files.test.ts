import assert from 'node:assert/strict';
import type { SupervisedEngine } from '@medallion/core/engine/client.ts';
import type { Cell } from '@medallion/core/engine/contract.ts';
import { avroFile } from './avro-file.ts';
import { script, startLake, type TestLake } from './lake.ts';
import { refusal } from './refusal.ts';

const landing = '/Volumes/shop/bronze/landing';

/** The record that Event Hubs Capture writes. */
const eventData = {
  type: 'record',
  name: 'EventData',
  namespace: 'Microsoft.ServiceBus.Messaging',
  fields: [
    { name: 'SequenceNumber', type: 'long' },
    { name: 'Offset', type: 'string' },
    { name: 'EnqueuedTimeUtc', type: 'string' },
    { name: 'SystemProperties', type: { type: 'map', values: ['long', 'double', 'string', 'bytes'] } },
    { name: 'Properties', type: { type: 'map', values: ['long', 'double', 'string', 'bytes'] } },
    { name: 'Body', type: ['null', 'bytes'] },
  ],
};

describe('read_files', function () {
  this.timeout(60_000);
  let lake: TestLake;
  let engine: SupervisedEngine;
  before(async () => {
    lake = await startLake();
    engine = await lake.engine();
  });
  after(async () => {
    await engine[Symbol.asyncDispose]();
    await lake[Symbol.asyncDispose]();
  });
  const read = async (sql: string): Promise<readonly (readonly Cell[])[]> =>
    (await engine.query({ ...script(sql), maxRows: 100 })).rows;

  it("reads Capture's Avro with the types of Spark's reader", async () => {
    const event = { SequenceNumber: 7, Offset: '128', EnqueuedTimeUtc: '1/2/2026 3:04:05 AM' };
    const properties = { n: { long: 5 }, s: { string: 'x' } };
    const bytes = avroFile(eventData, [
      {
        ...event,
        SystemProperties: { 'x-opt': { double: 1.5 } },
        Properties: properties,
        Body: { bytes: Buffer.from('{"a":1}') },
      },
      { ...event, SequenceNumber: 8, SystemProperties: {}, Properties: {}, Body: null },
    ]);
    await lake.land('capture/ns/hub/0/2026/01/02/03/04/05.avro', bytes);
    const files = `@files{${landing}/capture/ns/hub|format=avro}`;
    const rows = await read(
      `SELECT SequenceNumber, "Offset", EnqueuedTimeUtc, SystemProperties, Properties['n'].member0, Properties['s'].member2, decode(Body), _rescued_data, typeof(SystemProperties) FROM ${files} ORDER BY 1 -> a:bigint, b:string, c:string, d:string, e:bigint, f:string, g:string, h:string, i:string`,
    );
    const type = 'MAP(VARCHAR, STRUCT(member0 BIGINT, member1 DOUBLE, member2 VARCHAR, member3 BLOB))';
    const system = '{"x-opt":{"member0":null,"member1":1.5,"member2":null,"member3":null}}';
    assert.deepEqual(rows, [
      [7, '128', event.EnqueuedTimeUtc, system, 5, 'x', '{"a":1}', null, type],
      [8, '128', event.EnqueuedTimeUtc, '{}', null, null, null, null, type],
    ]);
    const chosen = `@files{${landing}/capture/ns/hub/0|format=avro|schema=Body BINARY, Missing STRING|rescueddatacolumn=_rescued_data}`;
    const [first] = await read(
      `SELECT decode(Body), Missing, json_extract_string(_rescued_data, '$.Offset'), json_extract_string(_rescued_data, '$._file_path'), _metadata.file_name, _metadata.file_size FROM ${chosen} -> a:string, b:string, c:string, d:string, e:string, f:bigint`,
    );
    const url = `dbfs:${landing}/capture/ns/hub/0/2026/01/02/03/04/05.avro`;
    assert.deepEqual(first, ['{"a":1}', null, '128', url, '05.avro', bytes.byteLength]);
  });

  it('names an Avro file that breaks off', async () => {
    const whole = avroFile(eventData, [
      { SequenceNumber: 1, Offset: '', EnqueuedTimeUtc: '', SystemProperties: {}, Properties: {}, Body: null },
    ]);
    await lake.land('torn/a.avro', whole.subarray(0, -5));
    const error = await refusal(
      read(`SELECT Offset FROM @files{${landing}/torn|format=avro} -> a:string`),
      'avro.corrupt',
    );
    assert.match(error.message, /torn\/a\.avro/);
  });

  it('casts CSV columns by the schema and rescues what does not fit', async () => {
    await lake.land('typed/a.csv', 'n,d,t,x\n1,2024-02-03,2024-02-03T04:05:06Z,1.50\nbad,2024-02-31,,x\n');
    const schema = 'n INT, d DATE, t TIMESTAMP, x DECIMAL(10,2)';
    const files = `@files{${landing}/typed|format=csv|header=true|schema=${schema}|rescueddatacolumn=_rescued_data}`;
    const rows = await read(
      `SELECT n, d, t, x, _rescued_data FROM ${files} ORDER BY n -> n:int, d:date, t:timestamp, x:decimal(10,2), r:string`,
    );
    assert.deepEqual(
      rows.find(([n]) => n === 1),
      [1, '2024-02-03', '2024-02-03 04:05:06', '1.50', null],
    );
    const rescued = JSON.parse(String(rows.find(([n]) => n === null)?.[4])) as unknown;
    assert.deepEqual(rescued, { n: 'bad', d: '2024-02-31', x: 'x', _file_path: `dbfs:${landing}/typed/a.csv` });
    const text = await read(
      `SELECT n FROM @files{${landing}/typed/a.csv|format=csv|header=true|infercolumntypes=false} ORDER BY n -> n:string`,
    );
    assert.deepEqual(text, [['1'], ['bad']]);
  });

  it('reads folders, globs and single files, leaves hidden ones, and an empty folder gives no row', async () => {
    for (const name of ['g/2024/a.csv', 'g/2024/b.csv', 'g/2025/a.csv', 'g/_tmp/c.csv', 'g/2024/.hidden.csv']) {
      await lake.land(name, `v\n${name}\n`);
    }
    const values = async (path: string, more = ''): Promise<unknown[]> =>
      (
        await read(
          `SELECT v FROM @files{${landing}/${path}|format=csv|header=true|schema=v STRING${more}} ORDER BY v -> v:string`,
        )
      ).flat();
    assert.deepEqual(await values('g'), ['g/2024/a.csv', 'g/2024/b.csv', 'g/2025/a.csv']);
    assert.deepEqual(await values('g/*/a.csv'), ['g/2024/a.csv', 'g/2025/a.csv']);
    assert.deepEqual(await values('g/202[4]'), ['g/2024/a.csv', 'g/2024/b.csv']);
    assert.deepEqual(await values('g', '|pathglobfilter=b*'), ['g/2024/b.csv']);
    assert.deepEqual(await values('g/2025/a.csv'), ['g/2025/a.csv']);
    await lake.land('empty/_SUCCESS', '');
    assert.deepEqual(await values('empty'), []);
    await refusal(values('g/x*'), 'engine.path-not-found');
    await lake.land('hive/day=1/a.csv', 'v\n1\n');
    await refusal(values('hive'), 'engine.partition-columns-not-emulated');
  });

  it('reads JSON lines by a schema; other fields and misfits are rescued, broken lines are kept apart', async () => {
    await lake.land('j/a.json', '{"n":1,"s":"x","o":{"k":[1,2]},"more":true}\n{"n":"bad","s":5}\n{"n":3\n\n');
    const schema = 'n BIGINT, s STRING, o STRUCT<k: ARRAY<INT>>, _corrupt_record STRING';
    const files = `@files{${landing}/j|format=json|schema=${schema}|rescueddatacolumn=_rescued_data}`;
    const rows = await read(
      `SELECT n, s, o, _corrupt_record, _rescued_data FROM ${files} -> n:bigint, s:string, o:struct<k:array<int>>, c:string, r:string`,
    );
    const path = `dbfs:${landing}/j/a.json`;
    assert.deepEqual(rows, [
      [1, 'x', '{"k":[1,2]}', null, `{"more":true,"_file_path":"${path}"}`],
      [null, '5', null, null, `{"n":"bad","_file_path":"${path}"}`],
      [null, null, null, '{"n":3', null],
    ]);
  });

  it('fetches a version once, also for two at once, and a changed file again', async () => {
    await lake.land('once/a.csv', 'v\n1\n');
    const sql = `SELECT v FROM @files{${landing}/once|format=csv|header=true|schema=v STRING} -> v:string`;
    const before = await engine.statistics();
    await Promise.all([read(sql), read(sql), read(sql)]);
    await lake.land('once/a.csv', 'v\n2\n');
    assert.deepEqual(await read(sql), [['2']]);
    const after = await engine.statistics();
    assert.equal(after.filesFetched - before.filesFetched, 2);
  });
});
