import type { BlobDocument } from '../documents.ts';
import { isFolder } from '../folder-mark.ts';
import { checkConditions, checkLease } from './conditions.ts';
import { DfsError, errors } from './errors.ts';
import { type Namespace, touch } from './namespace.ts';
import { type DfsOperation, validators } from './operation.ts';
import { type DfsRequest, type PathReference, renameSource } from './request.ts';

/** Path - Create with `x-ms-rename-source`: atomic, for a folder with everything below it, as one unit of work. */
export const renamePath: DfsOperation = {
  name: 'Path_Rename',
  authorizedAs: 'BlockBlob_Upload',
  matches: (request) => request.method === 'PUT' && request.header('x-ms-rename-source') !== undefined,
  run: async ({ namespace, stores }, request) => {
    const source = renameSource(request);
    const document = await stores.work.run(() => rename(namespace, request, source));
    return { status: 201, headers: { ...validators(document), 'content-length': '0' } };
  },
};

function rename(namespace: Namespace, request: DfsRequest, source: PathReference): BlobDocument {
  const target: PathReference = request;
  if (target.path === '') throw errors.pathConflict();
  const moving = existingSource(namespace, source);
  checkConditions(request, moving, 'x-ms-source-');
  checkLease(request.header('x-ms-source-lease-id'), moving);
  namespace.filesystem(target.filesystem);
  const replaced = namespace.find(target.filesystem, target.path);
  checkTarget(namespace, request, moving, replaced);
  if (isSame(source, target)) return moving;
  if (isFolder(moving) && isInside(target, source)) {
    throw new DfsError(
      409,
      'InvalidRenameSourcePath',
      'The source directory cannot be the same as the destination directory, nor can the destination be a subdirectory of the source directory.',
    );
  }
  const below = isFolder(moving) ? [...namespace.below(source.filesystem, source.path)] : [];
  const moved = [moving, ...below].map((document) => movedTo(document, source, target));
  namespace.remove([...(replaced ? [replaced] : []), moving, ...below]);
  const [renamed = moving] = moved;
  touch(renamed);
  namespace.insert(moved);
  return renamed;
}

function existingSource(namespace: Namespace, source: PathReference): BlobDocument {
  namespace.filesystem(source.filesystem);
  if (!namespace.exists(source.filesystem, source.path)) {
    throw new DfsError(404, 'SourcePathNotFound', 'The source path for a rename operation does not exist.');
  }
  return namespace.existing(source.filesystem, source.path);
}

function checkTarget(
  namespace: Namespace,
  request: DfsRequest,
  moving: BlobDocument,
  replaced: BlobDocument | undefined,
): void {
  const { filesystem, path } = request;
  checkConditions(request, replaced);
  checkLease(request.header('x-ms-lease-id'), replaced);
  const parent = path.slice(0, Math.max(0, path.lastIndexOf('/')));
  if (!namespace.exists(filesystem, parent)) {
    throw new DfsError(
      404,
      'RenameDestinationParentPathNotFound',
      'The parent directory of the destination path does not exist.',
    );
  }
  const folder = namespace.find(filesystem, parent);
  if (folder && !isFolder(folder)) throw errors.pathConflict();
  const hasChildren = namespace.hasChildren(filesystem, path);
  if (!replaced && !hasChildren) return;
  const overFolder = replaced ? isFolder(replaced) : true;
  if (overFolder !== isFolder(moving)) {
    throw new DfsError(
      409,
      'InvalidSourceOrDestinationResourceType',
      'The source and destination resource type must be identical.',
    );
  }
  const isItself = replaced === moving;
  if (hasChildren && !isItself) throw new DfsError(409, 'DirectoryNotEmpty', 'The destination directory is not empty.');
}

const isSame = (a: PathReference, b: PathReference) => a.filesystem === b.filesystem && a.path === b.path;

const isInside = (inner: PathReference, outer: PathReference) =>
  inner.filesystem === outer.filesystem && inner.path.startsWith(`${outer.path}/`);

/** A document of the same content under the new name; the bytes stay where they are. */
function movedTo(document: BlobDocument, source: PathReference, target: PathReference): BlobDocument {
  const name = `${target.path}${document.name.slice(source.path.length)}`;
  return { ...document, containerName: target.filesystem, name, properties: { ...document.properties } };
}
