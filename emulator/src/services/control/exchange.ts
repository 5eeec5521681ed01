import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';

/** A whole request, as a service of the control plane sees it. */
export interface ApiRequest {
  readonly method: string;
  /** The path as sent: still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Empty where the service reads `content` itself. */
  readonly body: Buffer;
  /** The body, unread, for operations that the service said it `streams`. */
  readonly content?: Readable;
  /** `https://127.0.0.1:5310`, as the client addressed it. */
  readonly origin: string;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a Buffer or a stream as it is; nothing where absent. */
  readonly body?: unknown;
}

/** An answer and the operation that gave it, by the name under which it is counted. */
export interface ApiOutcome {
  /** `jobs/create`, `datafactory/pipelines/put`; without the service's name. */
  readonly operation: string;
  readonly answer: ApiAnswer;
}

/** 413: the body is too large. 500: a bug of the emulator. 507: the disk is full, and nothing was changed. */
export type FailureStatus = 413 | 500 | 507;

/** One service behind the control port. It answers everything, its own errors included; what it throws is a bug. */
export interface ControlArea {
  /** First part of the counted operation: `identity`, `databricks`, `arm`. */
  readonly name: string;
  owns(path: string): boolean;
  /** True for operations whose body may be as large as a file: it is then not read before. */
  streams?(method: string, path: string): boolean;
  handle(request: ApiRequest): Promise<ApiOutcome>;
  /** What the server itself must refuse, in the service's own error shape. */
  failure(status: FailureStatus, message: string): ApiAnswer;
  /** Ends what still runs; its state stays on disk. */
  close(): Promise<void>;
}

export const ok = (body?: unknown): ApiAnswer => (body === undefined ? { status: 200 } : { status: 200, body });
