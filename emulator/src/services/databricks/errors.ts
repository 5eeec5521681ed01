import type { ApiAnswer } from '../control/exchange.ts';

/** The service's error codes, with the status that each has on the wire. */
const statusByCode = {
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  ENDPOINT_NOT_FOUND: 404,
  MALFORMED_REQUEST: 400,
  BAD_REQUEST: 400,
  INVALID_PARAMETER_VALUE: 400,
  INVALID_STATE: 400,
  MAX_REQUEST_SIZE_EXCEEDED: 413,
  INTERNAL_ERROR: 500,
  INSUFFICIENT_STORAGE: 507,
  NOT_IMPLEMENTED: 501,
  NOT_FOUND: 404,
  RESOURCE_DOES_NOT_EXIST: 404,
  RESOURCE_ALREADY_EXISTS: 400,
  ALREADY_EXISTS: 409,
  DIRECTORY_NOT_EMPTY: 400,
  MAX_NOTEBOOK_SIZE_EXCEEDED: 400,
  CATALOG_DOES_NOT_EXIST: 404,
  CATALOG_ALREADY_EXISTS: 400,
  SCHEMA_DOES_NOT_EXIST: 404,
  SCHEMA_ALREADY_EXISTS: 400,
  TABLE_DOES_NOT_EXIST: 404,
  TABLE_ALREADY_EXISTS: 400,
  VOLUME_DOES_NOT_EXIST: 404,
  VOLUME_ALREADY_EXISTS: 400,
  FUNCTION_DOES_NOT_EXIST: 404,
  FUNCTION_ALREADY_EXISTS: 400,
  LOCATION_OVERLAP: 400,
} as const;

export type DatabricksErrorCode = keyof typeof statusByCode;

/** An error as a Databricks workspace answers it: `{error_code, message}`. */
export class DatabricksError extends Error {
  override readonly name = 'DatabricksError';
  readonly code: DatabricksErrorCode;
  /** What tells errors of one code apart, where the service has such a word. */
  readonly reason: string | undefined;

  constructor(code: DatabricksErrorCode, message: string, reason?: string) {
    super(message);
    this.code = code;
    this.reason = reason;
  }
}

export function databricksErrorAnswer(code: DatabricksErrorCode, message: string, reason?: string): ApiAnswer {
  const info = { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'databricks.com' };
  const details = reason === undefined ? {} : { details: [info] };
  return { status: statusByCode[code], body: { error_code: code, message, ...details } };
}

export const invalid = (message: string): DatabricksError => new DatabricksError('INVALID_PARAMETER_VALUE', message);
