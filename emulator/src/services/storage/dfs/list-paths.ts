import type { BlobDocument } from '../documents.ts';
import { isFolder } from '../folder-mark.ts';
import { defaultAccess, permissionsOf } from './acl.ts';
import { errors } from './errors.ts';
import { accessOf, ancestorsOf, type Namespace } from './namespace.ts';
import { type DfsOperation, type DfsResponse, isResource } from './operation.ts';
import { type DfsRequest, positiveQuery } from './request.ts';

/** Path - List: in the order of names, folders that exist only through what is below them included. */
export const listPaths: DfsOperation = {
  name: 'Path_List',
  authorizedAs: 'Container_ListBlobFlatSegment',
  matches: (request) => request.path === '' && request.filesystem !== '' && isResource(request, 'GET', 'filesystem'),
  run: async ({ namespace }, request) => list(namespace, request),
};

/** Where the next page goes on: the name to walk from, and the last path that was shown. */
interface Place {
  readonly from: string;
  readonly last: string;
}

function list(namespace: Namespace, request: DfsRequest): DfsResponse {
  const { filesystem } = request;
  namespace.filesystem(filesystem);
  const folder = (request.query.get('directory') ?? '').replace(/^\/+|\/+$/g, '');
  if (!namespace.exists(filesystem, folder)) throw errors.pathNotFound();
  // A file, asked for as a folder, is listed as itself: Hadoop's listStatus of a file stands on it.
  const file = folder === '' ? undefined : namespace.find(filesystem, folder);
  if (file && !isFolder(file)) return { status: 200, body: { paths: [render({ path: folder, document: file })] } };
  const recursive = request.query.get('recursive') === 'true';
  const size = Math.min(positiveQuery(request, 'maxResults', 5000), 5000);
  const prefix = folder === '' ? '' : `${folder}/`;
  const place = readPlace(request) ?? { from: prefix, last: '' };
  const walk = namespace.walk(filesystem, prefix, place.from);
  const shown: Shown[] = [];
  let last = place.last;
  for (let next = walk.next(); !next.done; next = walk.next(recursive ? undefined : shown.at(-1)?.next)) {
    for (const entry of entriesFor(next.value, prefix, last, recursive, (path) => namespace.find(filesystem, path))) {
      if (shown.length === size) return page(shown);
      shown.push(entry);
      last = entry.path;
    }
  }
  return { status: 200, body: { paths: shown.map(render) } };
}

interface Shown {
  readonly path: string;
  /** Absent for a folder that has none. */
  readonly document: BlobDocument | undefined;
  /** The name to walk from after this entry. */
  readonly next: string;
}

/** The folders that a name brings up for the first time, then the name itself. */
function entriesFor(
  document: BlobDocument,
  prefix: string,
  last: string,
  recursive: boolean,
  find: (path: string) => BlobDocument | undefined,
): Shown[] {
  const folders = ancestorsOf(document.name.slice(prefix.length)).map((path) => `${prefix}${path}`);
  const isShown = (path: string) => last === path || last.startsWith(`${path}/`);
  // A folder with a document of its own has come up under its own name, which sorts before.
  const implied = (recursive ? folders : folders.slice(0, 1)).filter((path) => !isShown(path) && !find(path));
  const entries = implied.map((path) => ({ path, document: undefined, next: recursive ? `${path}/` : `${path}0` }));
  const isDeeper = !recursive && folders.length > 0;
  if (isDeeper || !document.isCommitted) return entries;
  // '0' sorts right after '/': in a flat listing nothing below the folder is looked at.
  const flatNext = isFolder(document) && !recursive ? `${document.name}\u0000` : undefined;
  return [...entries, { path: document.name, document, next: flatNext ?? `${document.name}\u0000` }];
}

function page(shown: readonly Shown[]): DfsResponse {
  const { path: last = '', next: from = '' } = shown.at(-1) ?? {};
  const place: Place = { from, last };
  const token = Buffer.from(JSON.stringify(place)).toString('base64');
  return { status: 200, headers: { 'x-ms-continuation': token }, body: { paths: shown.map(render) } };
}

function readPlace(request: DfsRequest): Place | undefined {
  const token = request.query.get('continuation');
  if (token === null || token === '') return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64').toString('utf8'));
    if (isPlace(value)) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw errors.invalidQuery('continuation');
}

function isPlace(value: unknown): value is Place {
  if (typeof value !== 'object' || value === null) return false;
  return 'from' in value && typeof value.from === 'string' && 'last' in value && typeof value.last === 'string';
}

function render({ path, document }: Pick<Shown, 'path' | 'document'>): object {
  const access = document ? accessOf(document) : defaultAccess(true);
  const shared = { name: path, owner: access.owner, group: access.group, permissions: permissionsOf(access.acl) };
  if (!document) return { ...shared, isDirectory: 'true', contentLength: '0', lastModified: new Date(0).toUTCString() };
  const { contentLength, etag, lastModified, creationTime } = document.properties;
  return {
    ...shared,
    ...(isFolder(document) ? { isDirectory: 'true' } : {}),
    contentLength: String(contentLength),
    etag: etag.replaceAll('"', ''),
    lastModified: lastModified.toUTCString(),
    ...(creationTime ? { creationTime: fileTime(creationTime) } : {}),
  };
}

/** Windows file time: units of 100 ns since 1601. */
function fileTime(date: Date): string {
  return String((BigInt(date.getTime()) + 11_644_473_600_000n) * 10_000n);
}
