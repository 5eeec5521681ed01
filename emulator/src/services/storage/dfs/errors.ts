import type { StorageError } from '../azurite.ts';
import { isNoSpace, noSpaceError } from '../no-space.ts';

/** An error that the service documents: rendered as JSON, `{"error":{"code","message"}}`, and in `x-ms-error-code`. */
export class DfsError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export const errors = {
  filesystemNotFound: () => new DfsError(404, 'FilesystemNotFound', 'The specified filesystem does not exist.'),
  filesystemExists: () => new DfsError(409, 'FilesystemAlreadyExists', 'The specified filesystem already exists.'),
  pathNotFound: () => new DfsError(404, 'PathNotFound', 'The specified path does not exist.'),
  pathExists: () => new DfsError(409, 'PathAlreadyExists', 'The specified path already exists.'),
  pathConflict: () =>
    new DfsError(
      409,
      'PathConflict',
      'The specified path, or an element of the path, exists and its resource type is invalid for this operation.',
    ),
  conditionNotMet: () =>
    new DfsError(412, 'ConditionNotMet', 'The condition specified using HTTP conditional header(s) is not met.'),
  invalidHeader: (name: string) =>
    new DfsError(
      400,
      'InvalidHeaderValue',
      `The value for one of the HTTP headers is not in the correct format: ${name}.`,
    ),
  invalidQuery: (name: string) =>
    new DfsError(400, 'InvalidQueryParameterValue', `Value for one of the query parameters is invalid: ${name}.`),
  authentication: (message: string) => new DfsError(403, 'AuthenticationFailed', message),
} as const;

/** The blob service's codes under the names that this endpoint has for them. */
const dfsCodes: Readonly<Record<string, string>> = {
  ContainerNotFound: 'FilesystemNotFound',
  ContainerAlreadyExists: 'FilesystemAlreadyExists',
  BlobNotFound: 'PathNotFound',
  BlobAlreadyExists: 'PathAlreadyExists',
};

/** Any failure as an error of the service; undefined for what is none: a defect. */
export function toDfsError(error: unknown): DfsError | undefined {
  if (error instanceof DfsError) return error;
  if (isNoSpace(error)) return new DfsError(noSpaceError.status, noSpaceError.code, noSpaceError.message);
  if (!isStorageError(error)) return undefined;
  const code = dfsCodes[error.storageErrorCode] ?? error.storageErrorCode;
  return new DfsError(error.statusCode, code, error.storageErrorMessage);
}

function isStorageError(error: unknown): error is StorageError {
  return error instanceof Error && 'storageErrorCode' in error && 'statusCode' in error;
}
