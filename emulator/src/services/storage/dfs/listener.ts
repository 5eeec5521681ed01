import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { EmulatorLogger } from '../../../kit/service.ts';
import type { Account, Azurite } from '../azurite.ts';
import { record, type RequestRecorder } from '../blob-listener.ts';
import type { Stores } from '../stores.ts';
import { accessHeaders } from './access-control.ts';
import { type Authorize, createAuthorize } from './authorize.ts';
import { DfsError, toDfsError } from './errors.ts';
import { Namespace } from './namespace.ts';
import type { DfsContext, DfsOperation, DfsResponse } from './operation.ts';
import { dfsOperations } from './operations.ts';
import { type DfsRequest, parseRequest } from './request.ts';

/** The API version that the answers name: the one that the blob endpoint has. */
const apiVersion = '2026-06-06';

export interface DfsListenerOptions {
  readonly azurite: Azurite;
  readonly stores: Stores;
  readonly account: Account;
  readonly recorder: RequestRecorder;
  readonly logger: EmulatorLogger;
  /** Beside those of the table. */
  readonly operations?: readonly DfsOperation[];
  /** Clients find the blob endpoint by replacing `.dfs.` in a host name, which an IP address has not: it is served here too. */
  readonly blobListener: RequestListener;
}

/**
 * Azure Data Lake Storage Gen2 (DFS) over the blob stores.
 * @see https://learn.microsoft.com/rest/api/storageservices/data-lake-storage-gen2
 */
export function createDfsListener(options: DfsListenerOptions): RequestListener {
  const { azurite, stores, account, recorder, logger, blobListener } = options;
  const operations = [...(options.operations ?? []), ...dfsOperations];
  const namespace = new Namespace(account.name, stores);
  const context: DfsContext = { namespace, stores, metadata: stores.metadata, extents: stores.extents };
  const authorize = createAuthorize(azurite, stores, account);
  const answer = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = parseRequest(message, account.name);
    const operation = operations.find((candidate) => candidate.matches(request));
    if (!operation) {
      await preparePath(context, request, response);
      blobListener(message, response);
      return;
    }
    record(message, response, 'dfs', () => operation.name, recorder);
    send(response, await run(operation, context, request, authorize));
  };
  return (message, response) => {
    answer(message, response).catch((error: unknown) => sendError(message, response, error, logger));
  };
}

async function run(
  operation: DfsOperation,
  context: DfsContext,
  request: DfsRequest,
  authorize: Authorize,
): Promise<DfsResponse> {
  if (request.account !== context.namespace.account) {
    throw new DfsError(404, 'ResourceNotFound', 'The specified account does not exist.');
  }
  await authorize(request, operation.authorizedAs);
  return operation.run(context, request);
}

/** Operations of the blob endpoint on what is there: its parameter `comp`, which a plain read has not. */
const onExisting = new Set([null, 'metadata', 'properties', 'lease']);

/**
 * What the blob endpoint answers for this one: a hierarchical namespace knows folders that have no blob, which get one, and
 * adds to a read whose the path is.
 */
async function preparePath(
  { namespace, stores }: DfsContext,
  request: DfsRequest,
  response: ServerResponse,
): Promise<void> {
  const { method, filesystem, path, query } = request;
  const comp = query.get('comp');
  const isRead = method === 'HEAD' || method === 'GET';
  if (path === '' || !onExisting.has(comp) || (comp === null && !isRead)) return;
  const document = await stores.work.run(() =>
    namespace.hasChildren(filesystem, path) ? namespace.existing(filesystem, path) : namespace.find(filesystem, path),
  );
  if (!document || !isRead || query.has('snapshot')) return;
  for (const [name, value] of Object.entries(accessHeaders(document))) response.setHeader(name, value);
}

function commonHeaders(): Record<string, string> {
  return { 'x-ms-request-id': randomUUID(), 'x-ms-version': apiVersion };
}

function send(response: ServerResponse, { status, headers, body }: DfsResponse): void {
  if (body === undefined) {
    response.writeHead(status, { 'content-length': '0', ...commonHeaders(), ...headers });
    response.end();
    return;
  }
  const text = JSON.stringify(body);
  const content = {
    'content-type': 'application/json;charset=utf-8',
    'content-length': String(Buffer.byteLength(text)),
  };
  response.writeHead(status, { ...commonHeaders(), ...headers, ...content });
  response.end(text);
}

function sendError(message: IncomingMessage, response: ServerResponse, error: unknown, logger: EmulatorLogger): void {
  const known = toDfsError(error);
  if (!known) logger.error(`${message.method ?? ''} on the DFS endpoint failed: ${describe(error)}`);
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const {
    status,
    code,
    message: text,
  } = known ?? new DfsError(500, 'InternalError', 'The server encountered an internal error.');
  // A body that nobody reads would hold up the connection's next request.
  message.resume();
  const requestId = response.getHeader('x-ms-request-id');
  const body = { error: { code, message: `${text}\nTime:${new Date().toISOString()}` } };
  const headers = {
    'x-ms-error-code': code,
    ...(typeof requestId === 'string' ? { 'x-ms-request-id': requestId } : {}),
  };
  send(response, message.method === 'HEAD' ? { status, headers } : { status, headers, body });
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
