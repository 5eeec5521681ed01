import type { BlobDocument, BlobProperties } from '../documents.ts';
import { isFolder } from '../folder-mark.ts';
import { newAccess } from './acl.ts';
import { checkConditions, checkLease } from './conditions.ts';
import { errors } from './errors.ts';
import { accessOf, type Namespace } from './namespace.ts';
import { type DfsOperation, isResource, validators } from './operation.ts';
import { type DfsRequest, propertiesHeader } from './request.ts';

/** Path - Create: a file, which replaces one of its name, or a folder, which leaves one of its name as it is. */
export const createPath: DfsOperation = {
  name: 'Path_Create',
  authorizedAs: 'BlockBlob_Upload',
  matches: (request) =>
    request.path !== '' &&
    request.header('x-ms-rename-source') === undefined &&
    (isResource(request, 'PUT', 'file') || isResource(request, 'PUT', 'directory')),
  run: async ({ namespace, stores }, request) => {
    const directory = request.query.get('resource') === 'directory';
    const document = await stores.work.run(() => create(namespace, request, directory));
    return { status: 201, headers: { ...validators(document), 'x-ms-request-server-encrypted': 'true' } };
  },
};

function create(namespace: Namespace, request: DfsRequest, directory: boolean): BlobDocument {
  const { filesystem, path } = request;
  namespace.filesystem(filesystem);
  const present = namespace.find(filesystem, path);
  checkConditions(request, present);
  checkLease(request.header('x-ms-lease-id'), present);
  const folderThere = present ? isFolder(present) : namespace.hasChildren(filesystem, path);
  if ((present !== undefined || folderThere) && folderThere !== directory) throw errors.pathConflict();
  if (present && directory) return present;
  namespace.createParents(filesystem, path);
  const metadata = propertiesHeader(request) ?? {};
  const access = newAccess(accessHeaders(request), directory, parentAcl(namespace, filesystem, path));
  const properties = contentHeaders(request);
  const options = { isDirectory: directory, access, metadata, properties };
  if (present) namespace.remove([present]);
  return namespace.create(filesystem, path, options);
}

function accessHeaders(request: DfsRequest) {
  return {
    owner: request.header('x-ms-owner'),
    group: request.header('x-ms-group'),
    acl: request.header('x-ms-acl'),
    permissions: request.header('x-ms-permissions'),
    umask: request.header('x-ms-umask'),
  };
}

function parentAcl(namespace: Namespace, filesystem: string, path: string): string {
  const parent = namespace.find(filesystem, path.slice(0, Math.max(0, path.lastIndexOf('/'))));
  return accessOf(parent ?? namespace.filesystem(filesystem)).acl;
}

/** The content headers that the request sets, as the blob's properties. */
export function contentHeaders(request: DfsRequest): Partial<BlobProperties> {
  const values = {
    contentType: request.header('x-ms-content-type'),
    contentEncoding: request.header('x-ms-content-encoding'),
    contentLanguage: request.header('x-ms-content-language'),
    contentDisposition: request.header('x-ms-content-disposition'),
    cacheControl: request.header('x-ms-cache-control'),
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
