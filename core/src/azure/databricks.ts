import type { TokenCredential } from '@azure/core-auth';
import type { HttpMethods, PipelineResponse } from '@azure/core-rest-pipeline';
import { ExpectedError } from '../base/expected-error.ts';
import { createCredential } from './credential.ts';
import type { AzureEnvironment } from './environment.ts';
import { parseLossless, stringifyLossless } from './lossless.ts';
import { createRestTransport, type QueryValues } from './rest-transport.ts';

/** The first-party application id of Azure Databricks, the same in every tenant. */
/** What a token for Databricks is asked for. */
export const databricksScope = '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d/.default';

/** An int64 id as the REST interface gives it: a number where it fits, bigint beyond 2^53. Compare as strings. */
export type DatabricksId = number | bigint;

export interface DatabricksRequest {
  readonly query?: QueryValues;
  /** JSON, or raw bytes (file uploads). */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The Databricks REST interface, `/api/...`. Every method rejects with an ExpectedError: `databricks.<error_code in kebab case>`
 * (`databricks.resource-does-not-exist`, `databricks.permission-denied`), `databricks.http-<status>` where the answer has no
 * error_code, `databricks.unreachable`, `databricks.timed-out`, `azure.sign-in-failed`.
 */
export interface DatabricksClient {
  readonly host: string;
  request<T>(method: HttpMethods, path: string, options?: DatabricksRequest): Promise<T>;
  /** Like `request` for an answer that is a file. */
  download(path: string, options?: Omit<DatabricksRequest, 'body'>): Promise<Uint8Array>;
}

/** @throws ExpectedError `databricks.not-configured`, `databricks.insecure-endpoint` */
export function createDatabricksClient(
  environment: AzureEnvironment,
  credential: TokenCredential = createCredential(environment),
): DatabricksClient {
  const { databricks, caPem } = environment;
  if (!databricks) throw notConfigured(environment.name);
  const send = createRestTransport({
    area: 'databricks',
    service: 'Databricks',
    endpoint: databricks.host,
    credential,
    scope: databricksScope,
    caPem,
  });
  return {
    host: databricks.host,
    async request<T>(method: HttpMethods, path: string, options: DatabricksRequest = {}): Promise<T> {
      const { query, signal } = options;
      const response = await send({ method, url: path, query, signal, ...encodeBody(options.body) });
      if (response.status >= 300) throw serviceError(method, path, response.status, response.bodyAsText ?? '');
      return decode(response) as T;
    },
    async download(path, options = {}) {
      const response = await send({ method: 'GET', url: path, ...options, binary: true });
      if (response.status >= 300) throw serviceError('GET', path, response.status, response.bodyAsText ?? '');
      return await collect(response);
    },
  };
}

function encodeBody(body: unknown): { body?: string | Uint8Array; headers?: Record<string, string> } {
  if (body === undefined) return {};
  if (body instanceof Uint8Array) return { body, headers: { 'content-type': 'application/octet-stream' } };
  return { body: stringifyLossless(body), headers: { 'content-type': 'application/json' } };
}

function decode(response: PipelineResponse): unknown {
  const text = response.bodyAsText ?? '';
  if (text === '') return {};
  try {
    return parseLossless(text);
  } catch (cause) {
    throw new ExpectedError({
      code: 'databricks.not-json',
      message: `Databricks answered ${response.status} with something that is not JSON: ${text.slice(0, 80)}`,
      nextStep: 'Check that the host of this environment is a Databricks workspace, not a sign-in page or a proxy.',
      kind: 'environment',
      cause,
    });
  }
}

async function collect(response: PipelineResponse): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of response.readableStreamBody ?? []) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** Errors are `{error_code, message}`; older interfaces and gateways answer plain text. */
function serviceError(method: string, path: string, status: number, text: string): ExpectedError {
  const { errorCode, message } = readError(text);
  const code = errorCode === undefined ? `http-${status}` : errorCode.toLowerCase().replaceAll('_', '-');
  return new ExpectedError({
    code: `databricks.${code}`,
    message: `Databricks refused ${method} ${path}: ${message || `status ${status}`} (${errorCode ?? status})`,
    nextStep: nextStep(status),
    kind: status === 401 || status === 403 || status >= 500 ? 'environment' : 'refused',
  });
}

function readError(text: string): { errorCode?: string; message: string } {
  let body: unknown;
  try {
    body = parseLossless(text);
  } catch {
    return { message: text.slice(0, 200) };
  }
  if (typeof body !== 'object' || body === null) return { message: text.slice(0, 200) };
  const { error_code: errorCode, message } = body as { error_code?: unknown; message?: unknown };
  return {
    ...(typeof errorCode === 'string' && errorCode !== '' ? { errorCode } : {}),
    message: typeof message === 'string' ? message : '',
  };
}

function nextStep(status: number): string {
  if (status === 401 || status === 403) return 'Check that this principal is in the workspace and may do this.';
  if (status === 429 || status >= 500) return 'Try again in a minute.';
  return 'Correct what the message names and repeat the command.';
}

function notConfigured(environment: string): ExpectedError {
  return new ExpectedError({
    code: 'databricks.not-configured',
    message: `The environment "${environment}" names no Databricks workspace.`,
    nextStep: 'Set the workspace host of the target in databricks.yml, or of the environment in medallion.yaml.',
    kind: 'environment',
  });
}
