import { createReadStream, createWriteStream, mkdirSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ok, type ApiAnswer } from '../../control/exchange.ts';
import { DatabricksError } from '../errors.ts';
import { pageOf, pageSize } from '../fields.ts';
import type { DatabricksRequest, DatabricksRoute } from '../route.ts';
import type { DatabricksState } from '../state.ts';
import { LakeError, type LakeEntry } from './lake-client.ts';
import { notFound, volumePath, type VolumePath } from './volume-path.ts';

const file = '/api/2.0/fs/files/{path...}';
const directory = '/api/2.0/fs/directories/{path...}';

/** Files API 2.0: files and folders of volumes, kept in the lake where the volume has them. */
export const fileRoutes: readonly DatabricksRoute[] = (
  [
    { method: 'PUT', path: file, operation: 'fs/files/upload', answer: upload },
    { method: 'POST', path: file, operation: 'fs/files/initiate-upload', answer: initiateUpload },
    ...['create-upload-part-urls', 'create-download-url', 'create-abort-upload-url'].map((name) => ({
      method: 'POST' as const,
      path: `/api/2.0/fs/${name}`,
      operation: `fs/${name}`,
      answer: noPresignedUrls,
    })),
    { method: 'GET', path: file, operation: 'fs/files/download', answer: download },
    { method: 'HEAD', path: file, operation: 'fs/files/metadata', answer: fileMetadata },
    { method: 'DELETE', path: file, operation: 'fs/files/delete', answer: removeFile },
    { method: 'PUT', path: directory, operation: 'fs/directories/create', answer: makeDirectory },
    { method: 'GET', path: directory, operation: 'fs/directories/list', answer: listDirectory },
    { method: 'HEAD', path: directory, operation: 'fs/directories/metadata', answer: directoryMetadata },
    { method: 'DELETE', path: directory, operation: 'fs/directories/delete', answer: removeDirectory },
  ] satisfies DatabricksRoute[]
).map((route) => ({ ...route, answer: (state, request) => translated(state, request, route.answer) }));

/** An upload may be as large as a file of the lake. */
export const isUpload = (method: string, path: string): boolean =>
  method === 'PUT' && path.startsWith('/api/2.0/fs/files/');

/** What the storage service says, as the Files API says it. */
async function translated(
  state: DatabricksState,
  request: DatabricksRequest,
  answer: DatabricksRoute['answer'],
): Promise<ApiAnswer> {
  try {
    return await answer(state, request);
  } catch (error) {
    if (!(error instanceof LakeError)) throw error;
    if (error.status === 404) throw notFound(`/${request.params['path'] ?? ''}`);
    if (error.status === 507) throw new DatabricksError('INSUFFICIENT_STORAGE', 'The disk of the lake is full.');
    if (error.status === 416) throw new DatabricksError('BAD_REQUEST', 'The requested range is not satisfiable.');
    throw error;
  }
}

async function upload(state: DatabricksState, request: DatabricksRequest): Promise<ApiAnswer> {
  const { path, root, place } = volumePath(state, request);
  if (path === root) throw new DatabricksError('BAD_REQUEST', `${path} is a volume, not a file.`);
  if ((await request.lake.find(place))?.isDirectory) {
    throw new DatabricksError('ALREADY_EXISTS', `A directory exists at ${path}.`);
  }
  const overwrite = request.query.get('overwrite') === 'true';
  if (!request.content) throw new Error('the upload was read before it came here');
  const written = await spooled(state.folder, request.content, (content, length) =>
    request.lake.write(place, content, length, overwrite),
  );
  if (!written) throw new DatabricksError('ALREADY_EXISTS', `The file being created already exists: ${path}`);
  return { status: 204 };
}

/** A client that splits large files begins so; when it is refused the places of the parts, it sends the file in one request. */
async function initiateUpload(state: DatabricksState, request: DatabricksRequest): Promise<ApiAnswer> {
  const { path, place } = volumePath(state, request);
  const action = request.query.get('action');
  if (action !== 'initiate-upload') {
    throw new DatabricksError(
      'NOT_IMPLEMENTED',
      `The action ${action ?? ''} on a file is not emulated: upload it in one request.`,
    );
  }
  if (request.query.get('overwrite') !== 'true' && (await request.lake.find(place))) {
    throw new DatabricksError('ALREADY_EXISTS', `The file being created already exists: ${path}`);
  }
  return ok({ multipart_upload: { session_token: randomUUID() } });
}

/** As a workspace answers whose network keeps its storage account to itself. */
function noPresignedUrls(): ApiAnswer {
  throw new DatabricksError(
    'PERMISSION_DENIED',
    'Presigned URLs are not given here: upload or download the file in one request.',
    'FILES_API_API_IS_NOT_ENABLED',
  );
}

/** A client need not say how long its body is, and the storage service must know: it waits in a file until it is whole. */
async function spooled<T>(
  folder: string,
  body: Readable,
  use: (content: Readable, length: number) => Promise<T>,
): Promise<T> {
  const uploads = join(folder, 'uploads');
  mkdirSync(uploads, { recursive: true, mode: 0o700 });
  const path = join(uploads, randomUUID());
  try {
    await pipeline(body, createWriteStream(path, { mode: 0o600 }));
    return await use(createReadStream(path), (await stat(path)).size);
  } finally {
    await rm(path, { force: true });
  }
}

async function download(state: DatabricksState, request: DatabricksRequest): Promise<ApiAnswer> {
  const { place } = await existing(state, request, false);
  const { status, headers, content } = await request.lake.open(place, request.headers.range);
  return { status, headers, body: content };
}

async function fileMetadata(state: DatabricksState, request: DatabricksRequest): Promise<ApiAnswer> {
  const { entry } = await existing(state, request, false);
  return {
    status: 200,
    headers: {
      'content-length': String(entry.size),
      'content-type': 'application/octet-stream',
      'last-modified': new Date(entry.modifiedAt).toUTCString(),
    },
  };
}

async function removeFile(state: DatabricksState, request: DatabricksRequest): Promise<ApiAnswer> {
  const { place } = await existing(state, request, false);
  await request.lake.remove(place);
  return { status: 204 };
}

async function makeDirectory(state: DatabricksState, request: DatabricksRequest): Promise<ApiAnswer> {
  const { path, root, place } = volumePath(state, request);
  if ((await request.lake.find(place))?.isDirectory === false) {
    throw new DatabricksError('ALREADY_EXISTS', `A file exists at ${path}.`);
  }
  if (path !== root) await request.lake.makeFolder(place);
  return { status: 204 };
}

async function directoryMetadata(state: DatabricksState, request: DatabricksRequest): Promise<ApiAnswer> {
  await existing(state, request, true);
  return { status: 200 };
}

async function listDirectory(state: DatabricksState, request: DatabricksRequest): Promise<ApiAnswer> {
  const { path, place, isNew } = await existing(state, request, true);
  const entries = isNew ? [] : await request.lake.list(place);
  const size = pageSize(request.query, 'page_size', { default: 1000, max: 1000 });
  const page = pageOf(entries, request.query.get('page_token'), size);
  const contents = page.items.map((entry) => {
    const name = entry.path.slice(entry.path.lastIndexOf('/') + 1);
    const common = { path: `${path}/${name}`, name, is_directory: entry.isDirectory };
    return entry.isDirectory ? common : { ...common, file_size: entry.size, last_modified: entry.modifiedAt };
  });
  return ok({ contents, ...(page.nextToken === undefined ? {} : { next_page_token: page.nextToken }) });
}

async function removeDirectory(state: DatabricksState, request: DatabricksRequest): Promise<ApiAnswer> {
  const { path, root, place } = await existing(state, request, true);
  if (path === root) throw new DatabricksError('BAD_REQUEST', `${path} is a volume: delete it in Unity Catalog.`);
  try {
    await request.lake.remove(place);
  } catch (error) {
    if (!(error instanceof LakeError) || error.status !== 409) throw error;
    throw new DatabricksError('BAD_REQUEST', `The directory is not empty: ${path}`, 'FILES_API_DIRECTORY_IS_NOT_EMPTY');
  }
  return { status: 204 };
}

interface Existing extends VolumePath {
  readonly entry: LakeEntry;
  /** A managed volume that nothing was written to yet: it has no folder in the lake. */
  readonly isNew: boolean;
}

/** @throws DatabricksError `NOT_FOUND` where nothing of this sort is there. */
async function existing(state: DatabricksState, request: DatabricksRequest, isDirectory: boolean): Promise<Existing> {
  const target = volumePath(state, request);
  const entry = await request.lake.find(target.place);
  if (entry?.isDirectory === isDirectory) return { ...target, entry, isNew: false };
  const isRoot = target.path === target.root;
  if (!entry && isRoot && isDirectory) {
    const home = { path: target.place.path, isDirectory: true, size: 0, modifiedAt: 0 };
    return { ...target, entry: home, isNew: true };
  }
  throw notFound(target.path);
}
