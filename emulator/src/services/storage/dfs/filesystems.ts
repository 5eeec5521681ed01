import { randomUUID } from 'node:crypto';
import { checkConditions } from './conditions.ts';
import { errors } from './errors.ts';
import { newEtag, touch } from './namespace.ts';
import { type DfsOperation, isResource, validators } from './operation.ts';
import { positiveQuery, propertiesHeader, renderProperties } from './request.ts';

/** Naming rule of containers: 3 to 63 of a-z, 0-9 and single hyphens, a letter or a digit at both ends. */
const nameRule = /^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/;

const storeContext = () => ({ contextId: randomUUID(), startTime: new Date() });

export const listFilesystems: DfsOperation = {
  name: 'Filesystem_List',
  authorizedAs: 'Service_ListContainersSegment',
  matches: (request) => request.filesystem === '' && isResource(request, 'GET', 'account'),
  run: async ({ namespace }, request) => {
    const prefix = request.query.get('prefix') ?? '';
    const after = request.query.get('continuation') ?? '';
    const size = positiveQuery(request, 'maxResults', 5000);
    const all = namespace
      .filesystems()
      .filter(({ name }) => name.startsWith(prefix) && name > after)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const page = all.slice(0, size);
    const last = page.at(-1)?.name;
    return {
      status: 200,
      headers: all.length > size && last !== undefined ? { 'x-ms-continuation': last } : {},
      body: {
        filesystems: page.map(({ name, properties }) => ({
          name,
          etag: properties.etag,
          lastModified: properties.lastModified.toUTCString(),
        })),
      },
    };
  },
};

export const createFilesystem: DfsOperation = {
  name: 'Filesystem_Create',
  authorizedAs: 'Container_Create',
  matches: (request) => request.path === '' && request.filesystem !== '' && isResource(request, 'PUT', 'filesystem'),
  run: async ({ namespace, metadata }, request) => {
    if (!nameRule.test(request.filesystem)) throw errors.invalidQuery('the name of the filesystem');
    const properties = {
      etag: newEtag(),
      lastModified: new Date(),
      leaseStatus: 'unlocked',
      leaseState: 'available',
      hasImmutabilityPolicy: false,
      hasLegalHold: false,
    };
    await metadata.createContainer(storeContext(), {
      accountName: namespace.account,
      name: request.filesystem,
      metadata: propertiesHeader(request) ?? {},
      properties,
    });
    return { status: 201, headers: { ...validators({ properties }), 'x-ms-namespace-enabled': 'true' } };
  },
};

export const getFilesystemProperties: DfsOperation = {
  name: 'Filesystem_GetProperties',
  authorizedAs: 'Container_GetProperties',
  matches: (request) => request.path === '' && request.filesystem !== '' && isResource(request, 'HEAD', 'filesystem'),
  run: async ({ namespace }, request) => {
    const filesystem = namespace.filesystem(request.filesystem);
    const properties = { 'x-ms-properties': renderProperties(filesystem.metadata), 'x-ms-namespace-enabled': 'true' };
    return { status: 200, headers: { ...validators(filesystem), ...properties } };
  },
};

export const setFilesystemProperties: DfsOperation = {
  name: 'Filesystem_SetProperties',
  authorizedAs: 'Container_SetMetadata',
  matches: (request) => request.path === '' && request.filesystem !== '' && isResource(request, 'PATCH', 'filesystem'),
  run: async ({ namespace }, request) => {
    const filesystem = namespace.filesystem(request.filesystem);
    checkConditions(request, filesystem);
    filesystem.metadata = propertiesHeader(request) ?? {};
    touch(filesystem);
    namespace.update(filesystem);
    return { status: 200, headers: validators(filesystem) };
  },
};

export const deleteFilesystem: DfsOperation = {
  name: 'Filesystem_Delete',
  authorizedAs: 'Container_Delete',
  matches: (request) => request.path === '' && request.filesystem !== '' && isResource(request, 'DELETE', 'filesystem'),
  run: async ({ namespace, metadata }, request) => {
    checkConditions(request, namespace.filesystem(request.filesystem));
    const leaseId = request.header('x-ms-lease-id');
    const options = leaseId === undefined ? {} : { leaseAccessConditions: { leaseId } };
    await metadata.deleteContainer(storeContext(), namespace.account, request.filesystem, options);
    return { status: 202 };
  },
};
