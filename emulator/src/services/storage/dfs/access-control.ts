import type { BlobDocument, ContainerDocument } from '../documents.ts';
import { isFolder } from '../folder-mark.ts';
import { aclChanges, aclFromPermissions, parseAcl, permissionsOf } from './acl.ts';
import { checkConditions, checkLease } from './conditions.ts';
import { errors } from './errors.ts';
import { accessOf, type Namespace, touch } from './namespace.ts';
import { type DfsOperation, isAction, validators } from './operation.ts';
import { type DfsRequest, positiveQuery } from './request.ts';

/** The root folder's access is kept with its filesystem. */
function holderOf(namespace: Namespace, request: DfsRequest): BlobDocument | ContainerDocument {
  const { filesystem, path } = request;
  return path === '' ? namespace.filesystem(filesystem) : namespace.existing(filesystem, path);
}

/** What a path tells about itself beside its content: also sent along by reads on this endpoint. */
export function accessHeaders(holder: BlobDocument | ContainerDocument): Record<string, string> {
  const { owner, group, acl } = accessOf(holder);
  const directory = !('containerName' in holder) || isFolder(holder);
  return {
    'x-ms-owner': owner,
    'x-ms-group': group,
    'x-ms-permissions': permissionsOf(acl),
    'x-ms-acl': acl,
    'x-ms-resource-type': directory ? 'directory' : 'file',
  };
}

/** Path - Get Properties with `action=getAccessControl` or `action=getStatus`. */
export const getAccessControl: DfsOperation = {
  name: 'Path_GetAccessControl',
  authorizedAs: 'Blob_GetProperties',
  matches: (request) => isAction(request, 'HEAD', 'getAccessControl') || isAction(request, 'HEAD', 'getStatus'),
  run: async ({ namespace, stores }, request) => {
    const holder = await stores.work.run(() => holderOf(namespace, request));
    checkConditions(request, holder);
    const length = 'containerName' in holder ? holder.properties.contentLength : 0;
    return {
      status: 200,
      headers: { ...validators(holder), ...accessHeaders(holder), 'content-length': String(length) },
    };
  },
};

/** Path - Get Properties with `action=checkAccess`: the clients that reach this endpoint may do anything. */
export const checkAccess: DfsOperation = {
  name: 'Path_CheckAccess',
  authorizedAs: 'Blob_GetProperties',
  matches: (request) => isAction(request, 'HEAD', 'checkAccess'),
  run: async ({ namespace, stores }, request) => {
    if (!/^[r-][w-][x-]$/.test(request.query.get('fsAction') ?? '')) throw errors.invalidQuery('fsAction');
    const holder = await stores.work.run(() => holderOf(namespace, request));
    return { status: 200, headers: validators(holder) };
  },
};

/** Path - Update with `action=setAccessControl`. */
export const setAccessControl: DfsOperation = {
  name: 'Path_SetAccessControl',
  authorizedAs: 'Blob_SetMetadata',
  matches: (request) => isAction(request, 'PATCH', 'setAccessControl'),
  run: async ({ namespace, stores }, request) => {
    const holder = await stores.work.run(() => {
      const present = holderOf(namespace, request);
      checkConditions(request, present);
      if ('containerName' in present) checkLease(request.header('x-ms-lease-id'), present);
      change(present, request);
      namespace.update(present);
      return present;
    });
    return { status: 200, headers: validators(holder) };
  },
};

function change(holder: BlobDocument | ContainerDocument, request: DfsRequest): void {
  const present = accessOf(holder);
  const acl = request.header('x-ms-acl');
  const permissions = request.header('x-ms-permissions');
  // The reference allows one of the two.
  if (acl !== undefined && permissions !== undefined) throw errors.invalidHeader('x-ms-acl');
  holder.dfs = {
    owner: request.header('x-ms-owner') ?? present.owner,
    group: request.header('x-ms-group') ?? present.group,
    acl: changedAcl(present.acl, acl, permissions),
  };
  touch(holder);
}

function changedAcl(present: string, acl: string | undefined, permissions: string | undefined): string {
  if (acl !== undefined) return aclChanges.set(present, acl);
  return permissions === undefined ? present : aclChanges.modify(present, aclFromPermissions(permissions));
}

/** Path - Update with `action=setAccessControlRecursive`, in batches of `maxRecords` that a continuation parts. */
export const setAccessControlRecursive: DfsOperation = {
  name: 'Path_SetAccessControlRecursive',
  authorizedAs: 'Blob_SetMetadata',
  matches: (request) => isAction(request, 'PATCH', 'setAccessControlRecursive'),
  run: async ({ namespace, stores }, request) => {
    const batch = await stores.work.run(() => changeBatch(namespace, request));
    const last = batch.isLast ? undefined : batch.changed.at(-1);
    const directories = batch.changed.filter((document) => !('containerName' in document) || isFolder(document)).length;
    return {
      status: 200,
      headers:
        last && 'containerName' in last ? { 'x-ms-continuation': Buffer.from(last.name).toString('base64') } : {},
      body: {
        directoriesSuccessful: directories,
        filesSuccessful: batch.changed.length - directories,
        failureCount: 0,
        failedEntries: [],
      },
    };
  },
};

interface Batch {
  readonly changed: readonly (BlobDocument | ContainerDocument)[];
  readonly isLast: boolean;
}

function changeBatch(namespace: Namespace, request: DfsRequest): Batch {
  const { filesystem, path } = request;
  const size = positiveQuery(request, 'maxRecords', 2000);
  const apply = recursiveChange(request);
  const token = request.query.get('continuation') ?? '';
  const after = Buffer.from(token, 'base64').toString('utf8');
  const start = holderOf(namespace, request);
  const below = [...namespace.below(filesystem, path)].filter(({ name }) => token === '' || name > after);
  const all = token === '' ? [start, ...below] : below;
  const changed = all.slice(0, size);
  for (const document of changed) {
    const access = accessOf(document);
    const directory = !('containerName' in document) || isFolder(document);
    document.dfs = { ...access, acl: apply(access.acl, directory) };
    namespace.update(document);
  }
  return { changed, isLast: changed.length === all.length };
}

/** Default entries are a folder's alone: for the files below they are left out of the change. */
function recursiveChange(request: DfsRequest): (present: string, directory: boolean) => string {
  const mode = request.query.get('mode') ?? '';
  const text = request.header('x-ms-acl') ?? '';
  if (mode !== 'set' && mode !== 'modify' && mode !== 'remove') throw errors.invalidQuery('mode');
  if (mode !== 'remove') parseAcl(text);
  const access = text
    .split(',')
    .filter((entry) => !entry.trim().startsWith('default:'))
    .join(',');
  return (present, directory) => {
    const own = directory ? text : access;
    return own === '' ? present : aclChanges[mode](present, own);
  };
}
