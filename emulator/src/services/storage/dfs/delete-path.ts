import { checkConditions, checkLease } from './conditions.ts';
import { DfsError, errors } from './errors.ts';
import type { Namespace } from './namespace.ts';
import type { DfsOperation } from './operation.ts';
import type { DfsRequest } from './request.ts';

/** Path - Delete. A folder goes with everything below it as one unit of work, so that no continuation is needed. */
export const deletePath: DfsOperation = {
  name: 'Path_Delete',
  authorizedAs: 'Blob_Delete',
  matches: (request) =>
    request.method === 'DELETE' && request.path !== '' && !isBlobDelete(request) && !request.query.has('resource'),
  run: async ({ namespace, stores }, request) => {
    await stores.work.run(() => remove(namespace, request));
    return { status: 200, headers: { 'content-length': '0' } };
  },
};

/** What only the blob endpoint has: snapshots, versions and parts of a blob. */
function isBlobDelete(request: DfsRequest): boolean {
  const parameters = ['comp', 'snapshot', 'versionid'];
  return parameters.some((name) => request.query.has(name)) || request.header('x-ms-delete-snapshots') !== undefined;
}

function remove(namespace: Namespace, request: DfsRequest): void {
  const { filesystem, path } = request;
  namespace.filesystem(filesystem);
  const document = namespace.find(filesystem, path);
  const below = [...namespace.below(filesystem, path)];
  if (!document && below.length === 0) throw errors.pathNotFound();
  checkConditions(request, document);
  checkLease(request.header('x-ms-lease-id'), document);
  if (below.length > 0 && request.query.get('recursive') !== 'true') {
    throw new DfsError(
      409,
      'DirectoryNotEmpty',
      'The recursive query parameter value must be true to delete a non-empty directory.',
    );
  }
  namespace.remove([...(document ? [document] : []), ...below]);
}
