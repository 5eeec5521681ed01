import assert from 'node:assert/strict';
import type { AzureEnvironment } from '@medallion/core/azure/environment.ts';
import { createStorageClient } from '@medallion/core/azure/storage.ts';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { noProgress } from '@medallion/core/base/progress.ts';
import type { ActivityKind, ActivityRun } from '@medallion/core/pipelines/activity.ts';
import { runActivity } from '@medallion/core/pipelines/run-activity.ts';
import { Variables } from '@medallion/core/pipelines/variables.ts';

type Run = ActivityKind['run'];

/** One activity under `policy`, with what was told of it and the pauses that were asked for. */
async function attempt(policy: object, run: Run, signal?: AbortSignal) {
  const told: ActivityRun[] = [];
  const pauses: number[] = [];
  const environment: AzureEnvironment = {
    name: 'none',
    credential: { kind: 'default' },
    storage: {
      accountName: 'a',
      accountKey: 'a2V5',
      dfsEndpoint: 'https://127.0.0.1:1',
      blobEndpoint: 'https://127.0.0.1:1',
    },
  };
  const storage = createStorageClient(environment);
  const variables = new Variables(undefined);
  const factory = { folder: '', objects: [], diagnostics: [] };
  const result = await runActivity({
    kind: { type: 'T', whyNot: () => undefined, run },
    definition: { name: 'one', type: 'T', policy: policy as never },
    context: { factory, environment, storage, variables, scope: {}, report: noProgress, signal },
    ended: (ended) => told.push(ended),
    pause: async (seconds) => void pauses.push(seconds),
  }).catch((error: unknown) => error);
  return { result, told, pauses };
}

const failing = (code: string, times = Infinity): Run => {
  let failures = 0;
  return async () => {
    if ((failures += 1) > times) return { attempts: failures };
    throw new ExpectedError({ code, message: `failure ${failures}`, nextStep: 'x' });
  };
};

describe('the policy of an activity', () => {
  it('retries, tells each attempt, and pauses in between', async () => {
    const { result, told, pauses } = await attempt(
      { retry: 2, retryIntervalInSeconds: 45 },
      failing('storage.busy', 2),
    );
    assert.deepEqual((result as { output: unknown }).output, { attempts: 3 });
    assert.deepEqual(
      told.map(({ status, retryAttempt, error }) => [status, retryAttempt, error?.message]),
      [
        ['Failed', undefined, 'failure 1'],
        ['Failed', 1, 'failure 2'],
        ['Succeeded', 2, undefined],
      ],
    );
    assert.deepEqual(pauses, [45, 45]);
  });

  it('gives up with the last failure, and at once where the next attempt would find the same', async () => {
    const busy = await attempt({ retry: '1' }, failing('storage.busy'));
    assert.equal((busy.result as Error).message, 'failure 2');
    assert.deepEqual(busy.pauses, [30]);
    const lasting = await attempt({ retry: 5 }, failing('pipelines.expression'));
    assert.equal(lasting.told.length, 1);
  });

  it('ends an attempt that takes longer than its timeout', async () => {
    const never: Run = async (_definition, { signal }) =>
      await new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(new Error('ended')), { once: true });
      });
    const { result, told } = await attempt({ timeout: '0.00:00:01' }, never);
    assert.equal((result as ExpectedError).code, 'pipelines.activity-timeout');
    assert.deepEqual([told[0]?.status, told[0]?.error?.errorCode], ['Failed', 'pipelines.activity-timeout']);
  });

  it('retries nothing that was cancelled', async () => {
    const cancel = new AbortController();
    const cancelled: Run = async () => {
      cancel.abort();
      throw new Error('cancelled');
    };
    const { told } = await attempt({ retry: 3 }, cancelled, cancel.signal);
    assert.deepEqual(
      told.map(({ status }) => status),
      ['Cancelled'],
    );
  });

  it('keeps a secure output out of what is told, and gives it to other activities', async () => {
    const { result, told } = await attempt({ secureOutput: true }, async () => ({ token: 's3cret' }));
    assert.deepEqual((result as { output: unknown }).output, { token: 's3cret' });
    assert.doesNotMatch(JSON.stringify(told), /s3cret/);
  });

  it('must be one that the service takes', async () => {
    for (const policy of [
      { timeout: '12h' },
      { timeout: '8.00:00:00' },
      { retry: -1 },
      { retryIntervalInSeconds: 5 },
    ]) {
      const { result } = await attempt(policy, async () => ({}));
      assert.equal((result as ExpectedError).code, 'pipelines.policy', JSON.stringify(policy));
    }
  });
});
