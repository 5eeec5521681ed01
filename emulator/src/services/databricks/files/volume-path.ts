import { DatabricksError, invalid } from '../errors.ts';
import { volumeNamed } from '../catalog/names.ts';
import type { DatabricksRequest } from '../route.ts';
import type { DatabricksState } from '../state.ts';
import type { LakePlace } from './lake-client.ts';

export interface VolumePath {
  /** `/Volumes/main/sales/raw/2026`, without a trailing slash. */
  readonly path: string;
  /** `/Volumes/main/sales/raw` */
  readonly root: string;
  readonly place: LakePlace;
}

/** Where the path of a request to the Files API leads. @throws DatabricksError */
export function volumePath(state: DatabricksState, request: DatabricksRequest): VolumePath {
  const segments = (request.params['path'] ?? '').split('/').filter(Boolean);
  const path = `/${segments.join('/')}`;
  const [volumes, catalog, schema, volume, ...below] = segments;
  if (volumes !== 'Volumes' || catalog === undefined || schema === undefined || volume === undefined) {
    throw invalid(`Invalid path '${path}': /Volumes/<catalog>/<schema>/<volume>/... is expected.`);
  }
  if (below.some((segment) => segment === '.' || segment === '..')) throw invalid(`Path (${path}) is not normalized.`);
  const { location } = volumeNamed(state, `${catalog}.${schema}.${volume}`);
  const [, container = '', folder = ''] = /^abfss:\/\/([^@]+)@[^/]+\/?(.*)$/.exec(location) ?? [];
  const parts = [...folder.split('/'), ...below].filter(Boolean);
  return { path, root: `/Volumes/${catalog}/${schema}/${volume}`, place: { container, path: parts.join('/') } };
}

export const notFound = (path: string): DatabricksError =>
  new DatabricksError('NOT_FOUND', `The file or directory being accessed is not found: ${path}`);
