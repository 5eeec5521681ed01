import { ok, type ApiAnswer } from '../../control/exchange.ts';
import type { JsonObject } from '../../control/lossless-json.ts';
import { DatabricksError } from '../errors.ts';
import type { DatabricksRequest, DatabricksRoute } from '../route.ts';
import type { DatabricksState } from '../state.ts';

const path = '/api/2.0/sql/warehouses';

/** The one warehouse of the emulated workspace. It runs whenever the emulator does, so starting and stopping it changes nothing. */
export const warehouseRoutes: readonly DatabricksRoute[] = [
  { method: 'GET', path, operation: 'sql/warehouses/list', answer: list },
  { method: 'GET', path: `${path}/{id}`, operation: 'sql/warehouses/get', answer: get },
  { method: 'POST', path: `${path}/{id}/start`, operation: 'sql/warehouses/start', answer: unchanged },
  { method: 'POST', path: `${path}/{id}/stop`, operation: 'sql/warehouses/stop', answer: unchanged },
  { method: 'GET', path: '/api/2.0/preview/sql/data_sources', operation: 'sql/data_sources/list', answer: dataSources },
];

/** Sixteen hexadecimal digits, as the service's ids have. */
const warehouseId = '00000000d0c00001';

/** @throws DatabricksError `RESOURCE_DOES_NOT_EXIST` */
export function requireWarehouse(id: string): void {
  if (id === warehouseId) return;
  throw new DatabricksError(
    'RESOURCE_DOES_NOT_EXIST',
    `SQL warehouse ${id} does not exist: the emulated workspace has ${warehouseId}.`,
  );
}

function list(_state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  return ok({ warehouses: [describe(request)] });
}

function get(_state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  requireWarehouse(request.params['id'] ?? '');
  return ok(describe(request));
}

function unchanged(_state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  requireWarehouse(request.params['id'] ?? '');
  return ok({});
}

function dataSources(): ApiAnswer {
  return ok([{ id: warehouseId, name, type: 'databricks_internal', warehouse_id: warehouseId, paused: 0 }]);
}

const name = 'Medallion local';

function describe({ user, origin }: DatabricksRequest): JsonObject {
  const { hostname, port } = new URL(origin);
  const httpPath = `/sql/1.0/warehouses/${warehouseId}`;
  return {
    id: warehouseId,
    name,
    size: 'XXSMALL',
    cluster_size: '2X-Small',
    min_num_clusters: 1,
    max_num_clusters: 1,
    num_clusters: 1,
    auto_stop_mins: 0,
    state: 'RUNNING',
    creator_name: user.userName,
    warehouse_type: 'PRO',
    enable_serverless_compute: false,
    enable_photon: false,
    jdbc_url: `jdbc:spark://${hostname}:${port}/default;transportMode=http;ssl=1;AuthMech=3;httpPath=${httpPath};`,
    odbc_params: { hostname, path: httpPath, protocol: 'https', port: Number(port) },
  };
}
