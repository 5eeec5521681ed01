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
  LOCATION_OVERLAP: 400,
} as const;

export type DatabricksErrorCode = keyof typeof statusByCode;

/** An error as a Databricks workspace answers it: `{error_code, message}`. */
export class DatabricksError extends Error {
  override readonly name = 'DatabricksError';
  readonly code: DatabricksErrorCode;

  constructor(code: DatabricksErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

export function databricksErrorAnswer(code: DatabricksErrorCode, message: string): ApiAnswer {
  return { status: statusByCode[code], body: { error_code: code, message } };
}

export const invalid = (message: string): DatabricksError => new DatabricksError('INVALID_PARAMETER_VALUE', message);
