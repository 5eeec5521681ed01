import { checkAccess, getAccessControl, setAccessControl, setAccessControlRecursive } from './access-control.ts';
import { appendData, flushData } from './append-data.ts';
import { createPath } from './create-path.ts';
import { deletePath } from './delete-path.ts';
import {
  createFilesystem,
  deleteFilesystem,
  getFilesystemProperties,
  listFilesystems,
  setFilesystemProperties,
} from './filesystems.ts';
import { leasePath } from './lease-path.ts';
import { listPaths } from './list-paths.ts';
import type { DfsOperation } from './operation.ts';
import { renamePath } from './rename-path.ts';
import { setProperties } from './set-properties.ts';

/** What this endpoint answers itself; every other request is the blob endpoint's. */
export const dfsOperations: readonly DfsOperation[] = [
  listFilesystems,
  createFilesystem,
  getFilesystemProperties,
  setFilesystemProperties,
  deleteFilesystem,
  listPaths,
  createPath,
  renamePath,
  appendData,
  flushData,
  setProperties,
  getAccessControl,
  checkAccess,
  setAccessControl,
  setAccessControlRecursive,
  leasePath,
  deletePath,
];
