import assert from 'node:assert/strict';
import { createDefaultHttpClient, createEmptyPipeline, createPipelineRequest } from '@azure/core-rest-pipeline';
import { createServer, type Server } from 'node:http';
import { boundedRetries, retryAfterMs } from '@medallion/core/azure/retry.ts';

describe('retries', () => {
  const attempts = async (status: number, method: 'POST' | 'GET'): Promise<number> => {
    let seen = 0;
    await using server = await serve((respond) => {
      seen += 1;
      respond(seen < 3 ? status : 200);
    });
    const pipeline = createEmptyPipeline();
    pipeline.addPolicy(boundedRetries({ repeatable: method === 'GET' }));
    const request = createPipelineRequest({ url: server.url, method, allowInsecureConnection: true });
    await pipeline.sendRequest(createDefaultHttpClient(), request);
    return seen;
  };

  it('asks again after 429 and 503 for every method', async () => {
    assert.equal(await attempts(429, 'POST'), 3);
    assert.equal(await attempts(503, 'GET'), 3);
  });

  it('repeats a 502 only where sending twice does no harm', async () => {
    assert.equal(await attempts(502, 'GET'), 3);
    assert.equal(await attempts(502, 'POST'), 1);
  });

  it('reads Retry-After as seconds or as a date, and waits at most 20 seconds', () => {
    assert.equal(retryAfterMs('3'), 3000);
    assert.equal(retryAfterMs('3600'), 20_000);
    assert.equal(retryAfterMs('Thu, 01 Jan 1970 00:00:00 GMT'), 0);
    assert.equal(retryAfterMs(undefined), undefined);
    assert.equal(retryAfterMs('soon'), undefined);
  });
});

async function serve(
  onRequest: (respond: (status: number) => void) => void,
): Promise<AsyncDisposable & { url: string }> {
  const server: Server = createServer((_request, response) => {
    onRequest((status) => response.writeHead(status, { 'retry-after': '0' }).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server listens on no port');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
