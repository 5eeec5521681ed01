import type { ApiAnswer } from '../../../control/exchange.ts';
import { DatabricksError } from '../../errors.ts';
import type { DatabricksRequest, DatabricksRoute } from '../../route.ts';
import type { DatabricksState } from '../../state.ts';
import { requireWarehouse } from '../warehouses.ts';
import { noSuchMethod, readCall, replyTo, type ThriftCall, ThriftProtocolError } from './binary-protocol.ts';
import { answerCall } from './calls.ts';

/** The Thrift service of SQL warehouses (`@databricks/sql`, `databricks-sql-connector`), Hive's TCLIService over HTTP. */
export const thriftRoutes: readonly DatabricksRoute[] = [
  { method: 'POST', path: '/sql/1.0/warehouses/{id}', operation: 'sql/thrift', answer },
  { method: 'POST', path: '/sql/1.0/endpoints/{id}', operation: 'sql/thrift', answer },
];

const headers = { 'content-type': 'application/x-thrift' };

async function answer(state: DatabricksState, http: DatabricksRequest): Promise<ApiAnswer> {
  requireWarehouse(http.params['id'] ?? '');
  const call = read(http.body);
  const result = await answerCall(call.method, { state, http, request: call.request });
  const body = result
    ? replyTo(call, result)
    : noSuchMethod(call, `${call.method} of the Thrift protocol is not emulated.`);
  return { status: 200, headers, body };
}

function read(body: Buffer): ThriftCall {
  try {
    return readCall(body);
  } catch (error) {
    if (error instanceof ThriftProtocolError) throw new DatabricksError('MALFORMED_REQUEST', error.message);
    throw error;
  }
}
