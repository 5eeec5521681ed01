import { containerSas } from '../../../kit/service-sas.ts';
import { ok, type ApiAnswer } from '../../control/exchange.ts';
import { DatabricksError, invalid } from '../errors.ts';
import { bodyOf, requiredString } from '../fields.ts';
import type { DatabricksRequest, DatabricksRoute } from '../route.ts';
import type { DatabricksState } from '../state.ts';
import { storageUrl } from './locations.ts';

/**
 * Credential vending: a signature for the place of a table, volume or path. In the service it reaches no further than that place;
 * here it is one of the container, because the storage below knows no signatures of directories. Clients use either version.
 */
export const credentialRoutes: readonly DatabricksRoute[] = ['2.0', '2.1'].flatMap((version) =>
  (
    [
      ['temporary-table-credentials', forTable],
      ['temporary-volume-credentials', forVolume],
      ['temporary-path-credentials', forPath],
    ] as const
  ).map(([name, answer]) => ({
    method: 'POST',
    path: `/api/${version}/unity-catalog/${name}`,
    operation: `unity-catalog/${name}`,
    answer,
  })),
);

const lifetimeMs = 60 * 60 * 1000;

/** Permissions of a signature by the operation that is asked for. */
type Operations = Readonly<Record<string, string>>;

const [reading, writing] = ['rl', 'racwdl'];

function forTable(state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  const id = requiredString(bodyOf(request), 'table_id');
  // A managed table's home is written before the table is published.
  const place = [...state.tables.values(), ...state.staging.values()].find((one) => one.id === id);
  if (!place) throw new DatabricksError('TABLE_DOES_NOT_EXIST', `Table '${id}' does not exist.`);
  if (place.location === undefined) throw invalid(`'${place.name}' is a view: it has no files.`);
  return credentials(request, place.location, { READ: reading, READ_WRITE: writing });
}

function forVolume(state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  const id = requiredString(bodyOf(request), 'volume_id');
  const volume = state.volumes.values().find((one) => one.id === id);
  if (!volume) throw new DatabricksError('VOLUME_DOES_NOT_EXIST', `Volume '${id}' does not exist.`);
  return credentials(request, volume.location, { READ_VOLUME: reading, WRITE_VOLUME: writing });
}

function forPath(_state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  const url = storageUrl(requiredString(bodyOf(request), 'url'));
  return credentials(request, url, { PATH_READ: reading, PATH_READ_WRITE: writing, PATH_CREATE_TABLE: writing });
}

function credentials(request: DatabricksRequest, url: string, operations: Operations): ApiAnswer {
  const operation = requiredString(bodyOf(request), 'operation');
  const permissions = operations[operation];
  if (permissions === undefined) {
    throw invalid(`Unknown operation '${operation}': one of ${Object.keys(operations).join(', ')} is expected.`);
  }
  const container = /^abfss:\/\/([^@]+)@/.exec(url)?.[1] ?? '';
  const expiresAt = new Date(Date.now() + lifetimeMs);
  return ok({
    azure_user_delegation_sas: { sas_token: containerSas({ ...request.storage, container, permissions, expiresAt }) },
    expiration_time: expiresAt.getTime(),
    url,
  });
}
