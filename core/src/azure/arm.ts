import { setTimeout as delay } from 'node:timers/promises';
import type { TokenCredential } from '@azure/core-auth';
import type { HttpMethods, PipelineResponse } from '@azure/core-rest-pipeline';
import { ExpectedError } from '../base/expected-error.ts';
import { apiVersionFor } from './arm-versions.ts';
import { createCredential } from './credential.ts';
import type { AzureEnvironment, DataFactoryEndpoint } from './environment.ts';
import { isLoopback } from './loopback.ts';
import { parseLossless, stringifyLossless } from './lossless.ts';
import { createRestTransport, type RestCall, type RestTransport } from './rest-transport.ts';
import { retryAfterMs } from './retry.ts';

export interface ArmRequest {
  readonly body?: unknown;
  /** An ETag, or `*`: the call is refused with `arm.precondition-failed` where the resource is no longer that one. */
  readonly ifMatch?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Azure Resource Manager, or the emulated one. Resource ids begin with `/subscriptions/`; the api-version is looked up by type.
 * Every method rejects with an ExpectedError: `arm.<error code in kebab case>` (`arm.resource-not-found`), `arm.http-<status>`,
 * `arm.precondition-failed`, `arm.unreachable`, `arm.timed-out`, `arm.unknown-resource-type`, `azure.sign-in-failed`.
 */
export interface ArmClient {
  /** Long-running operations (202 with a place to look) are waited for. */
  request<T>(method: HttpMethods, resourceId: string, options?: ArmRequest): Promise<T>;
  /** Undefined where there is no such resource. */
  find<T>(resourceId: string, options?: { readonly signal?: AbortSignal | undefined }): Promise<T | undefined>;
  /** Every item of a collection, following its next links. */
  list<T>(collectionId: string, options?: { readonly signal?: AbortSignal | undefined }): AsyncIterable<T>;
}

const pollMs = 1_000;
const longestOperationMs = 15 * 60_000;

/** @throws ExpectedError `arm.not-configured`, `arm.insecure-endpoint` */
export function createArmClient(
  environment: AzureEnvironment,
  credential: TokenCredential = createCredential(environment),
): ArmClient {
  const { dataFactory, caPem } = environment;
  if (!dataFactory) throw notConfigured(environment.name);
  const send = createRestTransport({
    area: 'arm',
    service: 'Azure Resource Manager',
    endpoint: dataFactory.armEndpoint,
    credential,
    scope: armScope(dataFactory.armEndpoint),
    caPem,
  });
  return {
    async request<T>(method: HttpMethods, resourceId: string, options: ArmRequest = {}): Promise<T> {
      const response = await checked(send, call(method, resourceId, options));
      return (response.status === 202 ? await settle(send, response, options.signal) : decode(response)) as T;
    },
    async find<T>(resourceId: string, options: ArmRequest = {}): Promise<T | undefined> {
      const response = await send(call('GET', resourceId, options));
      if (response.status === 404) return undefined;
      if (response.status >= 300) throw serviceError(resourceId, response);
      return decode(response) as T;
    },
    async *list<T>(collectionId: string, options: ArmRequest = {}): AsyncGenerator<T> {
      let next: RestCall | undefined = call('GET', collectionId, options);
      while (next) {
        const page = decode(await checked(send, next)) as { value?: T[]; nextLink?: string };
        yield* page.value ?? [];
        next = page.nextLink ? { method: 'GET', url: page.nextLink, signal: options.signal } : undefined;
      }
    },
  };
}

/** The factory's resource id. */
export function factoryId(factory: DataFactoryEndpoint): string {
  const { subscriptionId, resourceGroup, factoryName } = factory;
  return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.DataFactory/factories/${factoryName}`;
}

/** Tokens for the public cloud carry its well-known audience; a sovereign or local one is its own. */
function armScope(endpoint: string): string {
  return isLoopback(endpoint) ? 'https://management.azure.com/.default' : `${endpoint}/.default`;
}

function call(method: HttpMethods, resourceId: string, options: ArmRequest): RestCall {
  const version = apiVersionFor(resourceId);
  if (version === undefined) throw unknownType(resourceId);
  return {
    method,
    url: resourceId,
    query: { 'api-version': version },
    signal: options.signal,
    headers: {
      ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(options.ifMatch === undefined ? {} : { 'if-match': options.ifMatch }),
    },
    body: options.body === undefined ? undefined : stringifyLossless(options.body),
  };
}

async function checked(send: RestTransport, request: RestCall): Promise<PipelineResponse> {
  const response = await send(request);
  if (response.status >= 300) throw serviceError(request.url, response);
  return response;
}

/** Asynchronous operations: `Azure-AsyncOperation` answers with a status, `Location` with 202 until it is done. */
async function settle(send: RestTransport, first: PipelineResponse, signal: AbortSignal | undefined): Promise<unknown> {
  const place = first.headers.get('azure-asyncoperation') ?? first.headers.get('location');
  if (place === undefined) return decode(first);
  const deadline = Date.now() + longestOperationMs;
  let last = first;
  while (Date.now() < deadline) {
    await delay(retryAfterMs(last.headers.get('retry-after')) ?? pollMs, undefined, signal ? { signal } : {});
    last = await checked(send, { method: 'GET', url: place, signal });
    const status = (decode(last) as { status?: unknown }).status;
    if (status === 'Failed' || status === 'Canceled') throw operationFailed(last);
    const running = typeof status === 'string' && status !== 'Succeeded' && first.headers.has('azure-asyncoperation');
    if (last.status !== 202 && !running) return decode(last);
  }
  throw operationFailed(last);
}

function decode(response: PipelineResponse): unknown {
  const text = response.bodyAsText ?? '';
  return text === '' ? {} : parseLossless(text);
}

interface ArmErrorBody {
  readonly error?: { readonly code?: unknown; readonly message?: unknown };
}

function serviceError(resource: string, response: PipelineResponse): ExpectedError {
  const { status } = response;
  const { code, message } = readError(response.bodyAsText ?? '');
  return new ExpectedError({
    code: `arm.${status === 412 ? 'precondition-failed' : code ? kebab(code) : `http-${status}`}`,
    message: `Azure Resource Manager refused ${resource.split('?')[0] ?? resource}: ${message || `status ${status}`} (${code || status})`,
    nextStep: nextStep(status),
    kind: status === 401 || status === 403 || status >= 500 ? 'environment' : 'refused',
  });
}

function readError(text: string): { code: string; message: string } {
  try {
    const { error } = parseLossless(text) as ArmErrorBody;
    return {
      code: typeof error?.code === 'string' ? error.code : '',
      message: typeof error?.message === 'string' ? error.message : '',
    };
  } catch {
    return { code: '', message: text.slice(0, 200) };
  }
}

function kebab(code: string): string {
  return code
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .toLowerCase();
}

function nextStep(status: number): string {
  if (status === 401 || status === 403) return 'Ask for the role "Data Factory Contributor" on the factory.';
  if (status === 412) return 'Somebody changed it meanwhile: plan again and look at the difference.';
  if (status === 429 || status >= 500) return 'Try again in a minute.';
  return 'Correct what the message names and repeat the command.';
}

function operationFailed(response: PipelineResponse): ExpectedError {
  const { code, message } = readError(response.bodyAsText ?? '');
  return new ExpectedError({
    code: 'arm.operation-failed',
    message: `An Azure operation did not end well: ${message || 'no reason given'} (${code || response.status})`,
    nextStep: 'Look into the activity log of the resource group.',
    kind: 'environment',
  });
}

function unknownType(resourceId: string): ExpectedError {
  return new ExpectedError({
    code: 'arm.unknown-resource-type',
    message: `No api-version is pinned for ${resourceId}.`,
    nextStep: 'Add the resource type to core/src/azure/arm-versions.ts.',
  });
}

function notConfigured(environment: string): ExpectedError {
  return new ExpectedError({
    code: 'arm.not-configured',
    message: `The environment "${environment}" names no data factory.`,
    nextStep: 'Set subscriptionId, resourceGroup and factoryName of the environment in medallion.yaml.',
    kind: 'environment',
  });
}
