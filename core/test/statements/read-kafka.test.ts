import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { createDialect } from '@medallion/core/sql/dialect.ts';
import { sendEvents } from '@medallion/core/streams/send-events.ts';
import { startDatabricksLake, type DatabricksLake } from './databricks-lake.ts';

const servers = 'shop.servicebus.windows.net:9093';
const kafka = (hub: string, more = ''): string =>
  `read_kafka(bootstrapServers => '${servers}', subscribe => '${hub}'${more})`;
const jaas = '`kafka.sasl.jaas.config` => \'PlainLoginModule required password="s3cr3t";\'';

/** Event hubs as Kafka's readers see them, read by the official client from the emulated namespace. */
describe('read_kafka', function () {
  this.timeout(120_000);
  let lake: DatabricksLake;
  before(async () => {
    lake = await startDatabricksLake({ clicks: 2, empty: 1, more: 1, late: 1, many: 4, gone: 1 });
  });
  after(() => lake[Symbol.asyncDispose]());

  const send = async (hub: string, ...bodies: readonly string[]): Promise<void> => {
    const { environment } = lake.lake.azure;
    await sendEvents(
      environment,
      hub,
      bodies.map((body) => ({ body })),
    );
  };

  it("gives Kafka's columns with Databricks' types, as a batch", async () => {
    await send('clicks', 'a', 'b', 'c');
    const { lastQuery } = await lake.run(`SELECT * FROM ${kafka('clicks')}`);
    assert.deepEqual(
      lastQuery?.columns.map(({ name, typeText }) => `${name} ${typeText}`),
      [
        'key binary',
        'value binary',
        'topic string',
        'partition int',
        'offset bigint',
        'timestamp timestamp',
        'timestampType int',
      ],
    );
    const rows = await lake.rows(
      `SELECT value::string, topic, partition, offset, timestampType, key IS NULL, timestamp > current_timestamp() - INTERVAL 1 HOUR
       FROM ${kafka('clicks', ", startingOffsets => 'earliest'")} ORDER BY 1`,
    );
    assert.deepEqual(rows, [
      ['a', 'clicks', 0, 0, 1, true, true],
      ['b', 'clicks', 1, 0, 1, true, true],
      ['c', 'clicks', 0, 1, 1, true, true],
    ]);
    assert.deepEqual(await lake.rows(`SELECT count(*) FROM ${kafka('empty')}`), [[0]]);
  });

  it('reads from and to offsets, and several hubs at once', async () => {
    await send('more', 'x', 'y', 'z');
    const from = `, startingOffsets => '{"more":{"0":1}}', endingOffsets => '{"more":{"0":2}}'`;
    assert.deepEqual(await lake.rows(`SELECT value::string FROM ${kafka('more', from)}`), [['y']]);
    const both = await lake.rows(`SELECT topic, count(*) FROM ${kafka('more, clicks')} GROUP BY 1 ORDER BY 1`);
    assert.deepEqual(both, [
      ['clicks', 3],
      ['more', 3],
    ]);
    const part = `, startingOffsets => '{"clicks":{"0":0}}'`;
    const refused = await lake.refused(`SELECT 1 FROM ${kafka('clicks', part)}`, 'engine.kafka-offsets');
    assert.match(refused.message, /no offset of clicks for partition 1/);
  });

  it('takes each event once into a streaming table, over refreshes that repeat and engines that die', async () => {
    const refresh = `CREATE OR REFRESH STREAMING TABLE bronze.many AS
      SELECT value::string AS body, partition, offset FROM STREAM ${kafka('many', ", startingOffsets => 'earliest'")}`;
    const bodies = (from: number) => Array.from({ length: 2000 }, (_, n) => `e${from + n}`);
    await send('many', ...bodies(0));
    const { statements } = await lake.run(refresh);
    assert.equal(statements[0]?.written?.rows, 2000);
    assert.deepEqual(
      statements[0].readFiles.map(({ path, etag }) => `${path} ${etag}`),
      [0, 1, 2, 3].map((partition) => `eventhubs://many/${partition} offsets 0 to 500`),
    );
    await lake.run(refresh);
    await send('many', ...bodies(2000));
    const before = await lake.snapshot('bronze.many');
    const killed = lake.run(refresh);
    await setTimeout(200);
    process.kill(lake.engine.pid ?? 0, 'SIGKILL');
    await assert.rejects(killed, (error: unknown) => error instanceof ExpectedError && error.code === 'engine.died');
    await lake.run(refresh);
    const counts = 'SELECT count(*), count(DISTINCT body), count(DISTINCT partition, offset) FROM bronze.many';
    assert.deepEqual(await lake.rows(counts), [[4000, 4000, 4000]]);
    const after = await lake.snapshot('bronze.many');
    assert.equal(after.version, before.version + 1);
    assert.equal(after.transactions.get('medallion-stream'), 1, 'what was read is committed with the rows');
    await lake.run(refresh);
    assert.equal((await lake.snapshot('bronze.many')).version, after.version, 'nothing new is no version');
  });

  it('begins a stream at its end where nothing else is said, and then misses nothing', async () => {
    await send('late', 'before');
    const refresh = `CREATE OR REFRESH STREAMING TABLE bronze.late AS SELECT value::string AS body FROM STREAM ${kafka('late')}`;
    await lake.run(refresh);
    assert.deepEqual(await lake.rows('SELECT * FROM bronze.late'), []);
    await send('late', 'after');
    await lake.run(refresh);
    assert.deepEqual(await lake.rows('SELECT * FROM bronze.late'), [['after']]);
  });

  it('says that events are lost, unless they may be', async () => {
    const ahead = `, startingOffsets => '{"gone":{"0":7}}'`;
    const refused = await lake.refused(`SELECT 1 FROM ${kafka('gone', ahead)}`, 'engine.stream-source-changed');
    assert.match(refused.message, /Partition 0 of event hub gone .* 7 is to be read/);
    const lossy = `${ahead}, failOnDataLoss => 'false'`;
    assert.deepEqual(await lake.rows(`SELECT count(*) FROM ${kafka('gone', lossy)}`), [[0]]);
  });

  it('refuses what it does not honour by name, and another Kafka', async () => {
    const cases: readonly (readonly [string, RegExp])[] = [
      [kafka('clicks', ", subscribePattern => 'x'"), /subscribepattern/],
      [kafka('clicks', ", startingTimestamp => '1'"), /startingtimestamp/],
      [kafka('clicks', ', includeHeaders => true'), /includeHeaders/],
      [kafka('clicks', ", startingOffsets => 'latest'"), /startingOffsets => 'latest' outside a stream/],
      ["read_kafka(subscribe => 'clicks')", /without bootstrapservers/],
      [`STREAM ${kafka('clicks')}`, /STREAM outside/],
    ];
    const dialect = await createDialect();
    for (const [source, words] of cases) {
      const [statement] = dialect.analyze({ text: `SELECT * FROM ${source}`, file: 'a.sql' });
      assert.equal(statement?.verdict, 'refused', source);
      assert.match(statement.diagnostics[0]?.message ?? '', words);
      assert.ok(statement.diagnostics[0]?.range);
    }
    const other = "SELECT * FROM read_kafka(bootstrapServers => 'broker1:9092', subscribe => 'clicks')";
    const refused = await lake.refused(other, 'engine.kafka-not-event-hubs');
    assert.match(refused.message, /broker1/);
    await lake.refused(`SELECT * FROM ${kafka('nowhere')}`, 'event-hubs.hub-not-found');
  });

  it('never keeps what signs in: neither in what ran nor in the catalog', async () => {
    const signed = kafka(
      'clicks',
      `, startingOffsets => 'earliest', ${jaas}, \`kafka.security.protocol\` => 'SASL_SSL'`,
    );
    const { statements } = await lake.run(
      `CREATE OR REFRESH STREAMING TABLE bronze.signed AS SELECT value::string AS body FROM STREAM ${signed}`,
    );
    assert.equal(statements[0]?.written?.rows, 3);
    assert.ok(!JSON.stringify(statements).includes('s3cr3t'));
    const { query } = await lake.lake.resolver.table({ catalog: 'shop', schema: 'bronze', table: 'signed' });
    assert.match(query?.definition ?? '', /`kafka\.sasl\.jaas\.config` => '\[REDACTED\]', `kafka\.security/);
    const parts = kafka('clicks', `, \`kafka.sasl.jaas.config\` => concat('password="', 's3cr3t', '";')`);
    const [statement] = (await createDialect()).analyze({ text: `SELECT 1 FROM ${parts}`, file: 'a.sql' });
    assert.equal(statement?.verdict, 'here');
    assert.ok(!statement.text.includes('s3cr3t') && statement.text.endsWith("'[REDACTED]')"), statement.text);
  });
});
