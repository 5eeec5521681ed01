import assert from 'node:assert/strict';
import { at, type CallAnswer, databricksScope, type Json, listAt } from '../support/control-client.ts';
import { scriptedExecutors, useControlPort } from '../support/control-suite.ts';
import { eventually } from '../support/eventually.ts';

describe('databricks sql statements', () => {
  const { call } = useControlPort(databricksScope, scriptedExecutors);
  let warehouse: string;
  before(async () => {
    const { json } = await call('GET', '/api/2.0/sql/warehouses');
    warehouse = String(at(listAt(json, 'warehouses')[0], 'id'));
  });

  const execute = (statement: string, more: Json = {}): Promise<CallAnswer> =>
    call('POST', '/api/2.0/sql/statements', { body: { warehouse_id: warehouse, statement, ...more } });
  const get = (id: unknown): Promise<CallAnswer> => call('GET', `/api/2.0/sql/statements/${String(id)}`);
  const state = ({ json }: CallAnswer): unknown => at(json, 'status', 'state');

  it('hand text, parameters and names to the executor and answer with schema and rows', async () => {
    const parameters = [{ name: 'n', value: '1', type: 'INT' }, { name: 'absent' }];
    const { status, json } = await execute('rows 2', { catalog: 'main', schema: 'sales', parameters });
    assert.equal(status, 200);
    assert.deepEqual(json['status'], { state: 'SUCCEEDED' });
    assert.deepEqual(json['manifest'], {
      format: 'JSON_ARRAY',
      schema: {
        column_count: 2,
        columns: [
          { name: 'n', type_text: 'BIGINT', type_name: 'LONG', position: 0 },
          {
            name: 'price',
            type_text: 'DECIMAL(12,4)',
            type_name: 'DECIMAL',
            position: 1,
            type_precision: 12,
            type_scale: 4,
          },
        ],
      },
      total_chunk_count: 1,
      chunks: [{ chunk_index: 0, row_offset: 0, row_count: 2 }],
      total_row_count: 2,
      truncated: false,
    });
    const [first, second] = at(json, 'result', 'data_array') as string[][];
    assert.deepEqual(JSON.parse(first?.[1] ?? ''), { parameters, catalog: 'main', schema: 'sales' });
    assert.deepEqual(second, ['1', '']);
  });

  it('give a long result in chunks, each with the way to the next', async () => {
    const { json } = await execute('rows 12001');
    assert.equal(at(json, 'manifest', 'total_chunk_count'), 3);
    const rows: unknown[] = [];
    let result = json['result'];
    for (;;) {
      rows.push(...(at(result, 'data_array') as unknown[]));
      const link = at(result, 'next_chunk_internal_link');
      if (typeof link !== 'string') break;
      result = (await call('GET', link)).json;
    }
    assert.equal(rows.length, 12001);
    assert.deepEqual(rows.at(-1), ['12000', '']);
    const beyond = await call('GET', `/api/2.0/sql/statements/${String(json['statement_id'])}/result/chunks/3`);
    assert.deepEqual([beyond.status, beyond.json['error_code']], [400, 'INVALID_PARAMETER_VALUE']);
    assert.equal(at((await execute('rows 12001', { row_limit: 3 })).json, 'manifest', 'total_row_count'), 3);
  });

  it('answer at once where nobody waits, are polled, and end when they are cancelled', async () => {
    const started = await execute('wait', { wait_timeout: '0s' });
    assert.equal(state(started), 'RUNNING');
    const id = started.json['statement_id'];
    assert.equal(state(await get(id)), 'RUNNING');
    await call('POST', `/api/2.0/sql/statements/${String(id)}/cancel`);
    assert.equal(state(await get(id)), 'CANCELED');
    const done = await execute('rows 1', { wait_timeout: '0s' });
    const ended = await eventually(
      () => get(done.json['statement_id']),
      (answer) => state(answer) !== 'RUNNING',
    );
    assert.equal(state(ended), 'SUCCEEDED');
  });

  it('say why they failed', async () => {
    assert.deepEqual((await execute('refuse')).json['status'], {
      state: 'FAILED',
      error: { error_code: 'BAD_REQUEST', message: 'no such table' },
    });
    assert.equal(at((await execute('throw')).json, 'status', 'error', 'error_code'), 'INTERNAL_ERROR');
  });

  it('are refused by name where they ask for what is not emulated', async () => {
    const rows: readonly (readonly [Json, number, RegExp])[] = [
      [{ disposition: 'EXTERNAL_LINKS' }, 501, /EXTERNAL_LINKS/],
      [{ format: 'ARROW_STREAM' }, 501, /ARROW_STREAM/],
      [{ wait_timeout: '3s' }, 400, /wait_timeout/],
      [{ warehouse_id: 'feedfeedfeedfeed' }, 404, /feedfeedfeedfeed/],
      [{ statement: '' }, 400, /statement/],
      [{ row_limit: -1 }, 400, /row_limit/],
    ];
    for (const [more, status, message] of rows) {
      const answer = await execute('rows 1', more);
      assert.equal(answer.status, status, answer.text);
      assert.match(String(answer.json['message']), message);
    }
    assert.equal((await get('00000000-0000-0000-0000-000000000000')).status, 404);
  });

  it('speak Thrift, and turn down what is none of it', async () => {
    const post = (path: string, ...bytes: readonly (string | number | Buffer)[]): Promise<CallAnswer> =>
      call('POST', path, {
        raw: Buffer.concat(bytes.map((part) => (typeof part === 'number' ? byteOf(part) : Buffer.from(part)))),
      });
    const byteOf = (value: number): Buffer => Buffer.from([value]);
    const path = `/sql/1.0/warehouses/${warehouse}`;
    const head = Buffer.from([0x80, 0x01, 0, 1]);
    const named = (name: string): Buffer => Buffer.concat([Buffer.from([0, 0, 0, name.length]), Buffer.from(name)]);
    const sequence = Buffer.from([0, 0, 0, 7]);
    const unknown = await post(path, head, named('Nothing'), sequence, 0);
    assert.equal(unknown.status, 200, unknown.text);
    assert.match(unknown.text, /Nothing of the Thrift protocol is not emulated/);
    // No session: the service's own status, in the answer.
    assert.match((await post(path, head, named('ExecuteStatement'), sequence, 0)).text, /Invalid SessionHandle/);
    const rows: readonly (readonly [string, readonly (string | number | Buffer)[], number, RegExp])[] = [
      [path, ['{}'], 400, /binary protocol/],
      [path, [head, named('OpenSession')], 400, /ends too early/],
      [path, [head, named('OpenSession'), sequence, 12, 0, 1, 99, 0, 1], 400, /unknown type 99/],
      [path, [head, named('OpenSession'), sequence, Buffer.from('0c0001'.repeat(64), 'hex')], 400, /too deep/],
      [path, [head, named('OpenSession'), sequence, 11, 0, 1, 0x7f, 0xff, 0xff, 0xff], 400, /ends too early/],
      ['/sql/1.0/warehouses/0123456789abcdef', [head], 404, /0123456789abcdef/],
      ['/sql/1.0/other', [head], 501, /Thrift protocol of what is no SQL warehouse/],
    ];
    for (const [where, bytes, status, message] of rows) {
      const answer = await post(where, ...bytes);
      assert.equal(answer.status, status, answer.text);
      assert.match(String(answer.json['message']), message);
    }
  });
});
