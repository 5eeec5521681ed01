import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { createArmClient } from '@medallion/core/azure/arm.ts';
import { createDatabricksClient } from '@medallion/core/azure/databricks.ts';
import type { AzureEnvironment } from '@medallion/core/azure/environment.ts';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';

/** An authority that hangs up on every connection, and counts them. */
async function deafAuthority(): Promise<
  AsyncDisposable & { readonly origin: string; readonly connections: () => number }
> {
  let count = 0;
  const server = createServer((socket) => {
    count += 1;
    socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => count,
    [Symbol.asyncDispose]: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}

describe('a local Azure that does not answer', () => {
  // The sign-in library asked four times in six seconds: every tree and every command stood still for that long.
  for (const service of ['databricks', 'arm'] as const) {
    it(`is told after one attempt to sign in to ${service}`, async () => {
      await using authority = await deafAuthority();
      const { origin } = authority;
      const environment: AzureEnvironment = {
        name: 'local',
        credential: {
          kind: 'clientSecret',
          authorityHost: origin,
          tenantId: '11111111-1111-4111-8111-111111111111',
          clientId: 'client',
          clientSecret: 'secret',
          disableInstanceDiscovery: true,
        },
        databricks: { host: origin },
        dataFactory: { armEndpoint: origin, subscriptionId: 's', resourceGroup: 'r', factoryName: 'f' },
      };
      const call =
        service === 'arm'
          ? createArmClient(environment).request('GET', '/subscriptions/s/providers/Microsoft.DataFactory/factories/f')
          : createDatabricksClient(environment).request('GET', '/api/2.0/preview/scim/v2/Me');
      const error = await call.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      assert.ok(error instanceof ExpectedError, String(error));
      assert.equal(error.code, `${service}.unreachable`);
      assert.match(error.nextStep, /medallion up/);
      assert.equal(authority.connections(), 1);
    });
  }
});
