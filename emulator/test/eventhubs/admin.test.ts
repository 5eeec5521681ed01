import assert from 'node:assert/strict';
import http from 'node:http';
import { type EmulatorProcess, startEmulatorProcess, temporaryFolder } from '../support/emulator-process.ts';
import { configOf } from './support.ts';

describe('admin endpoint', () => {
  const folder = temporaryFolder();
  let emulator: EmulatorProcess;
  before(async () => {
    const eventHubsConfig = configOf({ name: 'orders', partitions: 1 });
    emulator = await startEmulatorProcess({ stateFolder: folder.path, eventHubsConfig });
  });
  after(async () => {
    await emulator[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  /** `fetch` sets Host and Origin itself, so this is `http`. */
  async function call(method: string, path: string, headers: Record<string, string> = {}) {
    const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
    http
      .request(`${emulator.description.endpoints.admin}${path}`, { method, headers }, resolve)
      .on('error', reject)
      .end();
    const response = await promise;
    const body = JSON.parse(Buffer.concat(await response.toArray()).toString()) as unknown;
    return { status: response.statusCode, body, allow: response.headers.allow };
  }

  it('answers its routes, and others with 404 or 405', async () => {
    assert.deepEqual((await call('GET', '/health')).body, { status: 'healthy', message: 'Service healthy.' });
    assert.deepEqual((await call('POST', '/capture/flush')).body, { hubs: [] });
    assert.equal((await call('GET', '/operations')).status, 200);
    assert.equal((await call('GET', '/')).status, 404);
    const wrong = await call('GET', '/capture/flush');
    assert.deepEqual([wrong.status, wrong.allow], [405, 'POST']);
  });

  it('answers no web page, under whatever name it has reached this machine', async () => {
    const { host, port } = new URL(emulator.description.endpoints.admin);
    const status = async (headers: Record<string, string>) => (await call('POST', '/capture/flush', headers)).status;
    assert.equal(await status({ host: `evil.example:${port}` }), 403);
    assert.equal(await status({ host: '127.0.0.1:1' }), 403);
    assert.equal(await status({ host: '127.0.0.1.evil.example' }), 403);
    assert.equal(await status({ origin: 'https://evil.example' }), 403);
    assert.equal(await status({ origin: 'http://127.0.0.1:8080' }), 403);
    assert.equal(await status({ origin: 'null' }), 403);
    assert.equal(await status({ 'sec-fetch-site': 'cross-site' }), 403);
    assert.equal(await status({ host: `localhost:${port}` }), 200);
    assert.equal(await status({ origin: `http://${host}` }), 200);
  });
});
