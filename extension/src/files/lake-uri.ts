import { Uri } from 'vscode';
import type { StoragePlace } from '@medallion/core/azure/storage.ts';

/** Files of the lake as editors name them: `medallion-lake://local/container/path`. */
export const lakeScheme = 'medallion-lake';

export function lakeUri({ container, path }: StoragePlace): Uri {
  return Uri.from({ scheme: lakeScheme, authority: 'local', path: `/${container}${path === '' ? '' : `/${path}`}` });
}

/** The root of the file system, which lists containers, is a place with the container `''`. */
export function placeOf(uri: Uri): StoragePlace {
  const [, container = '', ...rest] = uri.path.split('/');
  return { container, path: rest.filter((part) => part !== '').join('/') };
}
