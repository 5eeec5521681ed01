import assert from 'node:assert/strict';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { openBridge } from '@medallion/core/python/bridge.ts';
import { taskValueOperations } from '@medallion/core/python/task-values.ts';

const post = async (url: string, secret: string, body: unknown = {}): Promise<{ status: number; body: unknown }> => {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}` },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: await answer.json() };
};

describe('the bridge of a program', () => {
  it('answers who knows the secret, in the words of what it refuses', async () => {
    const calls: unknown[] = [];
    await using bridge = await openBridge({
      echo: (request) => {
        calls.push(request);
        return request;
      },
      refuse: () => {
        throw new ExpectedError({ code: 'python.no', message: 'No.', nextStep: 'Do not.' });
      },
    });
    assert.match(bridge.url, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.equal((await post(`${bridge.url}/echo`, 'guess', { a: 1 })).status, 401);
    assert.equal((await post(`${bridge.url}/toString`, bridge.secret)).status, 404);
    assert.deepEqual(calls, []);
    assert.deepEqual(await post(`${bridge.url}/echo`, bridge.secret, { a: 1 }), { status: 200, body: { a: 1 } });
    assert.deepEqual(await post(`${bridge.url}/refuse`, bridge.secret), {
      status: 400,
      body: { code: 'python.no', message: 'No.', nextStep: 'Do not.' },
    });
    assert.equal(bridge.defect(), undefined);
  });

  it('keeps a defect of its own for whoever waits for the program', async () => {
    await using bridge = await openBridge({ bug: () => Promise.reject(new TypeError('x is undefined')) });
    assert.equal((await post(`${bridge.url}/bug`, bridge.secret)).status, 500);
    assert.equal(bridge.defect()?.message, 'x is undefined');
  });

  it('hands task values over, up to Databricks’ limit', async () => {
    const set: unknown[] = [];
    const values = { get: () => undefined, set: (key: string, value: unknown) => set.push([key, value]) };
    await using bridge = await openBridge(taskValueOperations(values));
    await post(`${bridge.url}/set-task-value`, bridge.secret, { key: 'n', value: { a: [1, null] } });
    assert.deepEqual(set, [['n', { a: [1, null] }]]);
    const long = await post(`${bridge.url}/set-task-value`, bridge.secret, { key: 'n', value: 'x'.repeat(48 * 1024) });
    assert.equal((long.body as { code: string }).code, 'python.task-value-too-long');
    assert.deepEqual((await post(`${bridge.url}/get-task-value`, bridge.secret, { taskKey: 't', key: 'n' })).body, {});
  });
});
