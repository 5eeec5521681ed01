import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { systemErrorCode } from '../../kit/emulator-error.ts';
import type { EmulatorLogger } from '../../kit/service.ts';
import type { OperationCounter } from '../../kit/operation-counter.ts';
import type { RequestLog } from '../../kit/request-log.ts';
import type { ApiAnswer, ApiOutcome, ApiRequest, ControlArea } from './exchange.ts';
import { stringifyJson } from './lossless-json.ts';

/** Base64 of the largest workspace import (10 MB) with its JSON around it, and room to be told that it is too large. */
const largestBody = 24 * 1024 * 1024;

export interface ControlServerOptions {
  /** In the order in which they are asked; the last one owns every path. */
  readonly areas: readonly [ControlArea, ...ControlArea[]];
  readonly operations: OperationCounter;
  readonly requests: RequestLog;
  readonly logger: EmulatorLogger;
}

/** Reads each request whole, hands it to the service that owns its path, counts it, and sends the answer. */
export function controlListener(options: ControlServerOptions): RequestListener {
  return (message, response) => {
    answerOne(options, message, response).catch((error: unknown) => {
      // The client went away in the middle, or the answer could not be sent: nobody is left to be told.
      options.logger.debug(`control: a request ended early: ${String(error)}`);
      response.destroy();
    });
  };
}

async function answerOne(options: ControlServerOptions, message: IncomingMessage, response: ServerResponse) {
  const started = performance.now();
  const head = readHead(message);
  const area = options.areas.find((one) => one.owns(head.path)) ?? options.areas[0];
  const streamed = area.streams?.(head.method, head.path) === true;
  const { body, size } = streamed ? { body: Buffer.alloc(0), size: 0 } : await readBody(message);
  const request: ApiRequest = { ...head, body, ...(streamed ? { content: message } : {}) };
  const { operation, answer } =
    size > largestBody ? tooLarge(area, size) : await outcomeOf(area, request, options.logger);
  options.operations.add(`${area.name}.${operation}`);
  // What the service left of the body would hold up the connection's next request.
  message.resume();
  await send(response, request, answer);
  options.requests.add({
    at: new Date().toISOString(),
    service: area.name,
    operation,
    path: request.path,
    status: answer.status,
    milliseconds: Math.round(performance.now() - started),
  });
}

async function outcomeOf(area: ControlArea, request: ApiRequest, logger: EmulatorLogger): Promise<ApiOutcome> {
  try {
    return await area.handle(request);
  } catch (error) {
    if (isDiskFull(error)) return { operation: 'disk-full', answer: area.failure(507, diskFull) };
    logger.error(`${area.name}: ${request.method} ${request.path} failed: ${stackOf(error)}`);
    const message =
      'The emulator could not answer this request: this is a defect of the emulator; its log has the details.';
    return { operation: 'internal-error', answer: area.failure(500, message) };
  }
}

const diskFull =
  'The disk is full: the change was not made. Free space where the state folder lies, and send the request again.';

/** No space on the device, over the quota, or over the limit for files of this process. */
function isDiskFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(systemErrorCode(error) ?? '');
}

function tooLarge(area: ControlArea, size: number): ApiOutcome {
  const message = `The request has ${size} bytes; at most ${largestBody} are accepted here.`;
  return { operation: 'too-large', answer: area.failure(413, message) };
}

const stackOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

function readHead(message: IncomingMessage): Omit<ApiRequest, 'body' | 'content'> {
  const origin = `https://${message.headers.host ?? `127.0.0.1:${message.socket.localPort ?? 0}`}`;
  const target = message.url ?? '/';
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const query = new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1));
  return { method: message.method ?? 'GET', path, query, headers: message.headers, origin };
}

async function readBody(message: IncomingMessage): Promise<{ readonly body: Buffer; readonly size: number }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    // What is beyond the limit is read and dropped, so that the client hears why.
    if (size <= largestBody) chunks.push(chunk);
  }
  return { body: Buffer.concat(chunks), size };
}

async function send(response: ServerResponse, request: ApiRequest, answer: ApiAnswer): Promise<void> {
  if (answer.body instanceof Readable) {
    response.writeHead(answer.status, { 'content-type': 'application/octet-stream', ...answer.headers });
    await pipeline(answer.body, response);
    return;
  }
  const content = contentOf(answer);
  response.writeHead(answer.status, {
    'cache-control': 'no-store, no-cache',
    ...(content ? { 'content-type': content.type, 'content-length': content.bytes.length } : { 'content-length': 0 }),
    ...answer.headers,
  });
  response.end(request.method === 'HEAD' ? undefined : content?.bytes);
}

function contentOf(answer: ApiAnswer): { readonly type: string; readonly bytes: Buffer } | undefined {
  if (answer.body === undefined) return undefined;
  if (Buffer.isBuffer(answer.body)) return { type: 'application/octet-stream', bytes: answer.body };
  return { type: 'application/json; charset=utf-8', bytes: Buffer.from(stringifyJson(answer.body)) };
}
