import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { OperationCounter } from '../../kit/operation-counter.ts';
import type { RequestLog } from '../../kit/request-log.ts';
import type { Account, Azurite } from './azurite.ts';
import type { Stores } from './stores.ts';

/** Where requests are counted and remembered. */
export interface RequestRecorder {
  readonly operations: OperationCounter;
  readonly requests: RequestLog;
}

/** Azurite's blob service over our stores. Counted as `blob.<operation>`, such as `blob.BlockBlob_Upload`. */
export function createBlobListener(
  azurite: Azurite,
  stores: Stores,
  account: Account,
  recorder: RequestRecorder,
): RequestListener {
  const accounts = { getAccount: (name: string) => (name === account.name ? account : undefined) };
  const factory = new azurite.RequestListenerFactory(
    stores.metadata,
    stores.extents,
    accounts,
    false,
    undefined,
    false,
    // New SDK versions announce API versions that the pinned Azurite does not know yet and that change nothing here.
    true,
    undefined,
    true,
  );
  const handle = factory.createRequestListener();
  return (request, response) => {
    record(request, response, 'blob', () => operationName(azurite, response), recorder);
    handle(request, response);
  };
}

/** Notes a request when its answer has been sent, or its connection has ended without one. */
export function record(
  request: IncomingMessage,
  response: ServerResponse,
  service: string,
  operation: () => string,
  { operations, requests }: RequestRecorder,
): void {
  const started = performance.now();
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  response.once('close', () => {
    const name = `${service}.${operation()}`;
    operations.add(name);
    const milliseconds = Math.round(performance.now() - started);
    const at = new Date().toISOString();
    requests.add({ at, service, operation: name, path, status: response.statusCode, milliseconds });
  });
}

/** Azurite's dispatcher leaves the operation's number in the context that it hangs on express's `response.locals`. */
function operationName(azurite: Azurite, response: ServerResponse): string {
  const locals = fieldOf(response, 'locals');
  const operation = fieldOf(fieldOf(locals, azurite.contextPath), 'operation');
  const name = typeof operation === 'number' ? azurite.operations[String(operation)] : undefined;
  return typeof name === 'string' ? name : 'unknown';
}

function fieldOf(holder: unknown, name: string): unknown {
  return typeof holder === 'object' && holder !== null
    ? new Map<string, unknown>(Object.entries(holder)).get(name)
    : undefined;
}
