import http, { type IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { text } from 'node:stream/consumers';
import { signedHeaders, type StorageAccount } from '../../../kit/shared-key.ts';

/** A file or folder of the lake: `path` is relative to the container, `''` its root. */
export interface LakePlace {
  readonly container: string;
  readonly path: string;
}

export interface LakeEntry {
  /** Relative to the container. */
  readonly path: string;
  readonly isDirectory: boolean;
  /** Bytes; 0 for a folder. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modifiedAt: number;
}

export interface LakeFile {
  readonly entry: LakeEntry;
  /** 206 where a range was asked for. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly content: Readable;
}

/** What the storage service answered in place of success. */
export class LakeError extends Error {
  override readonly name = 'LakeError';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, operation: string) {
    super(`the storage service answered ${operation} with ${status} ${code}`);
    this.status = status;
    this.code = code;
  }
}

/** The emulated lake as a service beside it sees it: over http, with the account's key, by the DFS endpoint (ADLS Gen2 REST). */
export interface LakeClient {
  find(place: LakePlace): Promise<LakeEntry | undefined>;
  /** @param range as of the header `Range`. @throws LakeError 404, 416 */
  open(place: LakePlace, range: string | undefined): Promise<LakeFile>;
  /** Writes a whole file, visible at its end. False where one is there and may not be overwritten. */
  write(place: LakePlace, content: Readable, length: number, overwrite: boolean): Promise<boolean>;
  makeFolder(place: LakePlace): Promise<void>;
  /** The direct children. @throws LakeError 404 */
  list(place: LakePlace): Promise<readonly LakeEntry[]>;
  /** @throws LakeError 404, 409 for a folder that is not empty */
  remove(place: LakePlace): Promise<void>;
}

export function createLakeClient(account: StorageAccount): LakeClient {
  const urlOf = ({ container, path }: LakePlace, query: Readonly<Record<string, string>> = {}): URL => {
    const parts = [container, ...path.split('/').filter(Boolean)].map(encodeURIComponent);
    const url = new URL(`${account.endpoint.replace(/\/+$/, '')}/${parts.join('/')}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url;
  };
  const call = async (method: string, url: URL, headers: Readonly<Record<string, string>> = {}, body?: Readable) => {
    const request = http.request(url, { method, headers: signedHeaders(account, method, url, headers), agent: false });
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      request.once('error', reject);
      request.once('response', resolve);
    });
    if (!body) request.end();
    const [response] = await Promise.all([answered, ...(body ? [pipeline(body, request)] : [])]);
    const { statusCode: status = 0 } = response;
    if (status < 300) return response;
    await text(response);
    const code = response.headers['x-ms-error-code'];
    throw new LakeError(status, typeof code === 'string' ? code : '', method);
  };
  const done = async (response: IncomingMessage): Promise<void> => {
    await text(response);
  };
  return {
    async find(place) {
      try {
        const isRoot = place.path === '';
        const response = await call('HEAD', urlOf(place, isRoot ? { resource: 'filesystem' } : {}));
        await done(response);
        const entry = entryOf(place.path, response);
        return isRoot ? { ...entry, isDirectory: true, size: 0 } : entry;
      } catch (error) {
        if (error instanceof LakeError && error.status === 404) return undefined;
        throw error;
      }
    },
    async open(place, range) {
      const response = await call('GET', urlOf(place), range === undefined ? {} : { 'x-ms-range': range });
      const names = ['content-length', 'content-range', 'content-type', 'last-modified', 'etag'];
      const headers = names.flatMap((name) => {
        const value = response.headers[name];
        return typeof value === 'string' ? [[name, value] as const] : [];
      });
      const entry = entryOf(place.path, response);
      return { entry, status: response.statusCode ?? 200, headers: Object.fromEntries(headers), content: response };
    },
    async write(place, content, length, overwrite) {
      const headers = {
        'content-length': String(length),
        'content-type': 'application/octet-stream',
        'x-ms-blob-type': 'BlockBlob',
        ...(overwrite ? {} : { 'if-none-match': '*' }),
      };
      try {
        await done(await call('PUT', urlOf(place), headers, content));
        return true;
      } catch (error) {
        if (!overwrite && error instanceof LakeError && (error.status === 409 || error.status === 412)) return false;
        throw error;
      }
    },
    async makeFolder(place) {
      try {
        const url = urlOf(place, { resource: 'directory' });
        await done(await call('PUT', url, { 'content-length': '0', 'if-none-match': '*' }));
      } catch (error) {
        if (!(error instanceof LakeError) || error.status !== 409) throw error;
        if ((await this.find(place))?.isDirectory !== true) throw error;
      }
    },
    async list({ container, path }) {
      const entries: LakeEntry[] = [];
      for (let continuation: string | undefined = ''; continuation !== undefined;) {
        const query = { resource: 'filesystem', recursive: 'false', ...(path === '' ? {} : { directory: path }) };
        const more: Record<string, string> = continuation === '' ? {} : { continuation };
        const response = await call('GET', urlOf({ container, path: '' }, { ...query, ...more }));
        const page = JSON.parse(await text(response)) as { readonly paths: readonly ListedPath[] };
        entries.push(...page.paths.map(listedEntry));
        const next = response.headers['x-ms-continuation'];
        continuation = typeof next === 'string' && next !== '' ? next : undefined;
      }
      return entries;
    },
    async remove(place) {
      await done(await call('DELETE', urlOf(place, { recursive: 'false' })));
    },
  };
}

interface ListedPath {
  readonly name: string;
  readonly isDirectory?: string | boolean;
  readonly contentLength?: string | number;
  readonly lastModified: string;
}

const listedEntry = ({ name, isDirectory, contentLength, lastModified }: ListedPath): LakeEntry => ({
  path: name,
  isDirectory: String(isDirectory) === 'true',
  size: Number(contentLength ?? 0),
  modifiedAt: Date.parse(lastModified),
});

function entryOf(path: string, { headers }: IncomingMessage): LakeEntry {
  const isDirectory = headers['x-ms-resource-type'] === 'directory';
  return {
    path,
    isDirectory,
    size: isDirectory ? 0 : Number(headers['content-length'] ?? 0),
    modifiedAt: Date.parse(headers['last-modified'] ?? ''),
  };
}
