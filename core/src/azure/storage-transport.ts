import type { TokenCredential } from '@azure/core-auth';
import {
  newPipeline as newBlobPipeline,
  type Pipeline as BlobPipeline,
  type RequestPolicyFactory,
  StorageSharedKeyCredential as BlobKey,
} from '@azure/storage-blob';
import { newPipeline, type Pipeline, StorageSharedKeyCredential } from '@azure/storage-file-datalake';
import { ExpectedError } from '../base/expected-error.ts';
import type { AzureEnvironment, StorageEndpoint } from './environment.ts';
import { trustedAuthorities } from './trust.ts';

export interface StorageTraffic {
  /** Calls of the service; the retries of one call do not count. */
  readonly requests: number;
  /** Bytes of request bodies. */
  readonly bytesSent: number;
  /** Bytes of response bodies. */
  readonly bytesReceived: number;
}

export interface StorageTransport {
  readonly storage: StorageEndpoint;
  readonly traffic: StorageTraffic;
  readonly lakePipeline: Pipeline;
  readonly blobPipeline: BlobPipeline;
}

/** Bounded on purpose: a stopped emulator or a wrong endpoint is a clear error within seconds, not a hanging tree. */
const retryOptions = { maxTries: 3, tryTimeoutInMs: 60_000, retryDelayInMs: 200, maxRetryDelayInMs: 2_000 };

/** @throws ExpectedError `storage.not-configured` where the environment has no storage account or no way to sign in to it. */
export function createStorageTransport(environment: AzureEnvironment, credential?: TokenCredential): StorageTransport {
  const { storage } = environment;
  if (!storage) throw notConfigured(environment.name, 'no storage account');
  const { accountName, accountKey } = storage;
  const traffic = { requests: 0, bytesSent: 0, bytesReceived: 0 };
  if (accountKey === undefined && !credential)
    throw notConfigured(environment.name, 'neither account key nor credential');
  // The storage SDK hands `tlsOptions` on to its transport though its own type does not say so.
  const options = { retryOptions, ...trustedAuthorities(environment.caPem) };
  const lakeKey = accountKey === undefined ? credential : new StorageSharedKeyCredential(accountName, accountKey);
  const blobKey = accountKey === undefined ? credential : new BlobKey(accountName, accountKey);
  const lake = newPipeline(lakeKey, options);
  const blob = newBlobPipeline(blobKey, options);
  lake.factories.push(counter(traffic));
  blob.factories.push(counter(traffic));
  return { storage, traffic, lakePipeline: lake, blobPipeline: blob };
}

/** Counts what passes. A factory of the SDK's older kind, because that is what its public `Pipeline` takes. */
function counter(traffic: { requests: number; bytesSent: number; bytesReceived: number }): RequestPolicyFactory {
  return {
    create: (next) => ({
      async sendRequest(request) {
        traffic.requests += 1;
        traffic.bytesSent += Number(request.headers.get('content-length') ?? 0);
        const response = await next.sendRequest(request);
        if (request.method !== 'HEAD') traffic.bytesReceived += Number(response.headers.get('content-length') ?? 0);
        return response;
      },
    }),
  };
}

function notConfigured(environment: string, what: string): ExpectedError {
  return new ExpectedError({
    code: 'storage.not-configured',
    message: `The environment "${environment}" has ${what}.`,
    nextStep: 'Name the storage account of this environment in medallion.yaml, or start local Azure.',
    kind: 'environment',
  });
}
