import { isFolder, withFolderMark } from '../folder-mark.ts';
import { checkConditions, checkLease } from './conditions.ts';
import { contentHeaders } from './create-path.ts';
import { touch } from './namespace.ts';
import { type DfsOperation, isAction, validators } from './operation.ts';
import { propertiesHeader } from './request.ts';

/** Path - Update with `action=setProperties`: replaces the metadata, and the content headers that are given. */
export const setProperties: DfsOperation = {
  name: 'Path_SetProperties',
  authorizedAs: 'Blob_SetMetadata',
  matches: (request) => isAction(request, 'PATCH', 'setProperties') && request.path !== '',
  run: async ({ namespace, stores }, request) => {
    const document = await stores.work.run(() => {
      const present = namespace.existing(request.filesystem, request.path);
      checkConditions(request, present);
      checkLease(request.header('x-ms-lease-id'), present);
      const metadata = propertiesHeader(request) ?? {};
      present.metadata = isFolder(present) ? withFolderMark(metadata) : metadata;
      Object.assign(present.properties, contentHeaders(request));
      touch(present);
      namespace.update(present);
      return present;
    });
    return { status: 200, headers: validators(document) };
  },
};
