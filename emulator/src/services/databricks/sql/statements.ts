import { setTimeout as delay } from 'node:timers/promises';
import type { StatementParameter } from '../../../kit/executors.ts';
import { ok, type ApiAnswer } from '../../control/exchange.ts';
import type { JsonObject } from '../../control/lossless-json.ts';
import { DatabricksError, invalid } from '../errors.ts';
import { bodyOf, objectList, optionalString, requiredString } from '../fields.ts';
import type { DatabricksRequest, DatabricksRoute } from '../route.ts';
import type { DatabricksState } from '../state.ts';
import { chunkOf, manifestOf, requireInline } from './statement-result.ts';
import type { StatementRun } from './statement-runs.ts';
import { requireWarehouse } from './warehouses.ts';

const path = '/api/2.0/sql/statements';

/** SQL Statement Execution API 2.0, with the disposition INLINE and the format JSON_ARRAY. */
export const statementRoutes: readonly DatabricksRoute[] = [
  { method: 'POST', path, operation: 'sql/statements/execute', answer: execute },
  { method: 'GET', path: `${path}/{id}`, operation: 'sql/statements/get', answer: get },
  { method: 'GET', path: `${path}/{id}/result/chunks/{chunk}`, operation: 'sql/statements/chunk', answer: chunk },
  { method: 'POST', path: `${path}/{id}/cancel`, operation: 'sql/statements/cancel', answer: cancel },
];

/** Rows that are asked of the engine where the client sets no limit: many times what fits inline. */
export const mostRows = 1_000_000;

async function execute(_state: DatabricksState, request: DatabricksRequest): Promise<ApiAnswer> {
  const body = bodyOf(request);
  const statement = requiredString(body, 'statement');
  requireWarehouse(requiredString(body, 'warehouse_id'));
  requireOneOf(body, 'disposition', ['INLINE']);
  requireOneOf(body, 'format', ['JSON_ARRAY']);
  const waitMs = waitTimeout(optionalString(body, 'wait_timeout'));
  const onTimeout = requireOneOf(body, 'on_wait_timeout', ['CONTINUE', 'CANCEL']) ?? 'CONTINUE';
  const [catalog, schema] = [optionalString(body, 'catalog'), optionalString(body, 'schema')];
  const run = request.statements.submit(
    {
      statement,
      parameters: objectList(body, 'parameters').map(parameterOf),
      ...(catalog === undefined || catalog === '' ? {} : { catalog }),
      ...(schema === undefined || schema === '' ? {} : { schema }),
      maxRows: rowLimit(body['row_limit']),
    },
    request.user.userName,
  );
  if (waitMs > 0) await endOrTimeout(run, waitMs);
  if (waitMs > 0 && onTimeout === 'CANCEL') request.statements.cancel(run);
  return ok(describe(run));
}

/** @returns the value where it is set and emulated. */
function requireOneOf(body: JsonObject, field: string, emulated: readonly string[]): string | undefined {
  const value = optionalString(body, field);
  if (value === undefined || value === '' || emulated.includes(value)) return value === '' ? undefined : value;
  throw new DatabricksError('NOT_IMPLEMENTED', `The ${field} ${value} is not emulated: use ${emulated.join(' or ')}.`);
}

/** Milliseconds. 0 s, or 5 to 50 s; 10 s where nothing is said. */
function waitTimeout(text = '10s'): number {
  const seconds = Number(/^(\d+)s$/.exec(text)?.[1] ?? Number.NaN);
  if (seconds === 0 || (seconds >= 5 && seconds <= 50)) return seconds * 1000;
  throw invalid(`wait_timeout must be 0s, or between 5s and 50s, not '${text}'.`);
}

function rowLimit(value: unknown): number {
  if (value === undefined || value === null || value === 0) return mostRows;
  const limit = Number(value);
  if (Number.isSafeInteger(limit) && limit > 0) return Math.min(limit, mostRows);
  throw invalid('row_limit must be a whole number above 0.');
}

function parameterOf(parameter: JsonObject): StatementParameter {
  const [value, type] = [optionalString(parameter, 'value'), optionalString(parameter, 'type')];
  return {
    name: requiredString(parameter, 'name'),
    ...(value === undefined ? {} : { value }),
    ...(type === undefined ? {} : { type }),
  };
}

/** Resolves at the end of a statement, or after so many milliseconds. */
export async function endOrTimeout(run: StatementRun, limitMs: number): Promise<void> {
  const over = new AbortController();
  const limit = delay(limitMs, undefined, { signal: over.signal }).catch((error: unknown) => {
    if (!over.signal.aborted) throw error;
  });
  await Promise.race([run.ended, limit]);
  over.abort();
}

function runOf(request: DatabricksRequest): StatementRun {
  const id = request.params['id'] ?? '';
  const run = request.statements.find(id);
  if (run) return run;
  throw new DatabricksError('RESOURCE_DOES_NOT_EXIST', `The statement ${id} was not found. It may have expired.`);
}

function get(_state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  return ok(describe(runOf(request)));
}

function chunk(_state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  const { id, state } = runOf(request);
  if (state.kind !== 'SUCCEEDED') {
    throw new DatabricksError('INVALID_STATE', `The statement ${id} has no result: it is ${state.kind}.`);
  }
  return ok(chunkOf(id, state.result, Number(request.params['chunk'])));
}

function cancel(_state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  request.statements.cancel(runOf(request));
  return ok({});
}

function describe(run: StatementRun): JsonObject {
  const { id, state } = run;
  const head = { statement_id: id, status: { state: state.kind } };
  switch (state.kind) {
    case 'SUCCEEDED':
      requireInline(state.result);
      return { ...head, manifest: manifestOf(state.result), result: chunkOf(id, state.result, 0) };
    case 'FAILED':
      return { ...head, status: { state: state.kind, error: state.error } };
    case 'PENDING':
    case 'RUNNING':
    case 'CANCELED':
    case 'CLOSED':
      return head;
  }
}
