import type { IncomingMessage } from 'node:http';
import { withoutFolderMark } from '../folder-mark.ts';
import { DfsError, errors } from './errors.ts';

/** A request to the endpoint, taken apart. */
export interface DfsRequest {
  /** What is asked for; a client that cannot send PATCH sends PUT and says so in a header. */
  readonly method: string;
  readonly account: string;
  /** Empty for a request to the account. */
  readonly filesystem: string;
  /** Decoded, without slashes at its ends; empty for the filesystem's root. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The path as the client signed it. */
  readonly signedPath: string;
  readonly message: IncomingMessage;
  header(name: string): string | undefined;
}

/** @throws DfsError `InvalidUri` where the path is not valid percent-encoded text. */
export function parseRequest(message: IncomingMessage, account: string): DfsRequest {
  const url = message.url ?? '/';
  const mark = url.indexOf('?');
  const rawPath = mark < 0 ? url : url.slice(0, mark);
  const segments = withAccount(rawPath.split('/').slice(1), message, account);
  const [owner = '', filesystem = '', ...rest] = segments.map(decodeSegment);
  return {
    method: askedMethod(message),
    account: owner,
    filesystem,
    path: rest.join('/').replace(/^\/+|\/+$/g, ''),
    query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
    signedPath: rawPath,
    message,
    header: (name) => headerText(message.headers[name]),
  };
}

/** Java's HTTP client knows no PATCH: Hadoop's ABFS driver sends PUT with this header (Path - Update, "x-http-method-override"). */
function askedMethod({ method = 'GET', headers }: IncomingMessage): string {
  return method === 'PUT' && headers['x-http-method-override'] === 'PATCH' ? 'PATCH' : method;
}

/**
 * The JavaScript client's `move()` drops the account from a path-style URL, and signs the path without it:
 * `PUT /filesystem/target` with `x-ms-rename-source: /devstoreaccount1/filesystem/source`.
 */
function withAccount(segments: string[], message: IncomingMessage, account: string): string[] {
  const source = headerText(message.headers['x-ms-rename-source']);
  const isShortened = source !== undefined && segments[0] !== account;
  return isShortened ? [account, ...segments] : segments;
}

function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(',') : value;
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    throw new DfsError(
      400,
      'InvalidUri',
      `The requested URI does not represent any resource on the server: ${String(error)}`,
    );
  }
}

export interface PathReference {
  readonly filesystem: string;
  readonly path: string;
}

/** `x-ms-rename-source`: `/filesystem/path` or `/account/filesystem/path`, percent-encoded, with a SAS after `?` or not. */
export function renameSource(request: DfsRequest): PathReference {
  const value = request.header('x-ms-rename-source')?.split('?', 1)[0] ?? '';
  const segments = value.replace(/^\/+/, '').split('/').map(decodeSegment);
  if (segments[0] === request.account) segments.shift();
  const [filesystem = '', ...rest] = segments;
  const path = rest.join('/').replace(/\/+$/, '');
  if (filesystem === '' || path === '') throw errors.invalidHeader('x-ms-rename-source');
  return { filesystem, path };
}

/** A count from the query, at least 1; `fallback` where it is absent. */
export function positiveQuery(request: DfsRequest, name: string, fallback: number): number {
  const text = request.query.get(name);
  if (text === null || text === '') return fallback;
  if (!/^\d{1,15}$/.test(text) || Number(text) < 1) throw errors.invalidQuery(name);
  return Number(text);
}

/** A byte position from the query. */
export function positionQuery(request: DfsRequest): number {
  const text = request.query.get('position') ?? '';
  if (!/^\d{1,15}$/.test(text)) throw errors.invalidQuery('position');
  return Number(text);
}

/** `x-ms-properties`: `name=base64,name=base64`; undefined where the header is absent. */
export function propertiesHeader(request: DfsRequest): Record<string, string> | undefined {
  const text = request.header('x-ms-properties');
  if (text === undefined) return undefined;
  const pairs = text.split(',').filter((pair) => pair.trim() !== '');
  return Object.fromEntries(
    pairs.map((pair) => {
      const equals = pair.indexOf('=');
      if (equals < 1) throw errors.invalidHeader('x-ms-properties');
      return [pair.slice(0, equals).trim(), Buffer.from(pair.slice(equals + 1), 'base64').toString('utf8')];
    }),
  );
}

export function renderProperties(metadata: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(withoutFolderMark(metadata ?? {}))
    .map(([name, value]) => `${name}=${Buffer.from(value).toString('base64')}`)
    .join(',');
}
