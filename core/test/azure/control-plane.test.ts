import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createArmClient, factoryId } from '@medallion/core/azure/arm.ts';
import { createDatabricksClient, type DatabricksId } from '@medallion/core/azure/databricks.ts';
import type { AzureEnvironment } from '@medallion/core/azure/environment.ts';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import {
  type EmulatorProcess,
  startEmulatorProcess,
  temporaryFolder,
} from '../../../emulator/test/support/emulator-process.ts';

const refusal =
  (code: string, message = /./) =>
  (error: unknown) => {
    assert.ok(error instanceof ExpectedError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  };

describe('control plane clients over the wire', () => {
  const folder = temporaryFolder();
  let emulator: EmulatorProcess;
  let environment: AzureEnvironment;
  before(async () => {
    emulator = await startEmulatorProcess({ stateFolder: folder.path });
    const { endpoints, identity, arm, caFile } = emulator.description;
    environment = {
      name: 'local',
      credential: {
        kind: 'clientSecret',
        authorityHost: endpoints.control,
        ...identity,
        disableInstanceDiscovery: true,
      },
      caPem: readFileSync(caFile, 'utf8'),
      databricks: { host: endpoints.control },
      dataFactory: { armEndpoint: endpoints.control, ...arm },
    };
  });
  after(async () => {
    await emulator[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  it('signs in to Databricks, keeps ids to the digit and gives files back as they were', async () => {
    const client = createDatabricksClient(environment);
    const body = { name: 'job', tasks: [] };
    const { job_id: id } = await client.request<{ job_id: DatabricksId }>('POST', '/api/2.2/jobs/create', { body });
    const query = { job_id: String(id) };
    const read = await client.request<{ job_id: DatabricksId }>('GET', '/api/2.2/jobs/get', { query });
    assert.equal(String(read.job_id), String(id));
    const bytes = Buffer.from([0, 255, 10, 13, 200]);
    await client.request('POST', '/api/2.0/workspace-files/import-file/Shared/a.bin', { body: bytes });
    const file = { query: { path: '/Shared/a.bin', direct_download: true } };
    assert.deepEqual(Buffer.from(await client.download('/api/2.0/workspace/export', file)), bytes);
  });

  it("maps Databricks' error codes", async () => {
    const client = createDatabricksClient(environment);
    const missing = { query: { path: '/Shared/none' } };
    await assert.rejects(
      client.request('GET', '/api/2.0/workspace/get-status', missing),
      refusal('databricks.resource-does-not-exist', /\/Shared\/none/),
    );
    await assert.rejects(
      client.download('/api/2.0/workspace/export', missing),
      refusal('databricks.resource-does-not-exist'),
    );
  });

  it('puts, finds, pages, guards by ETag and deletes objects of a factory', async () => {
    const client = createArmClient(environment);
    const home = factoryId(environment.dataFactory!);
    const id = (n: number) => `${home}/pipelines/p${String(n).padStart(3, '0')}`;
    const body = { properties: { activities: [] } };
    for (let n = 0; n < 60; n += 1) await client.request('PUT', id(n), { body });
    const names = (await Array.fromAsync(client.list<{ name: string }>(`${home}/pipelines`))).map(({ name }) => name);
    assert.equal(names.length, 60);
    assert.equal(new Set(names).size, 60);
    const found = await client.find<{ etag: string }>(id(0));
    await client.request('PUT', id(0), { body, ifMatch: found!.etag });
    await assert.rejects(
      client.request('PUT', id(0), { body, ifMatch: found!.etag }),
      refusal('arm.precondition-failed'),
    );
    await client.request('DELETE', id(0));
    assert.equal(await client.find(id(0)), undefined);
    await assert.rejects(client.request('GET', id(0)), refusal('arm.not-found'));
  });

  it('refuses what it would have to guess or send in the open', async () => {
    const client = createArmClient(environment);
    await assert.rejects(
      client.request('GET', '/subscriptions/x/providers/Microsoft.Unknown/things/y'),
      refusal('arm.unknown-resource-type', /Microsoft\.Unknown/),
    );
    const open = { ...environment, databricks: { host: 'http://127.0.0.1:1' } };
    assert.throws(() => createDatabricksClient(open), refusal('databricks.insecure-endpoint'));
    const { name, credential } = environment;
    assert.throws(() => createDatabricksClient({ name, credential }), refusal('databricks.not-configured'));
  });

  it('tells a wrong secret, a certificate that is not trusted, an aborted call and a stopped service apart', async () => {
    const { name, credential, databricks } = environment;
    const wrong = { ...environment, credential: { ...credential, clientSecret: 'not-it' } as typeof credential };
    const call = (env: AzureEnvironment, signal?: AbortSignal) =>
      createDatabricksClient(env).request('GET', '/api/2.0/preview/scim/v2/Me', { signal });
    await assert.rejects(call(wrong), (error) => {
      assert.doesNotMatch(String(error), /not-it/);
      return refusal('azure.sign-in-failed', /Invalid client secret/)(error);
    });
    await assert.rejects(call({ name, credential, databricks: databricks! }), refusal('databricks.unreachable'));
    const reason = new Error('stopped by the user');
    await assert.rejects(call(environment, AbortSignal.abort(reason)), (error) => error === reason);
    await emulator[Symbol.asyncDispose]();
    await assert.rejects(call(environment), refusal('databricks.unreachable', /sign-in service/));
  });
});
