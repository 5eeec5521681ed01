import { RestError } from '@azure/core-rest-pipeline';
import { ExpectedError } from '../base/expected-error.ts';
import type { StorageEndpoint } from './environment.ts';
import { isLoopback } from './loopback.ts';

interface Place {
  readonly container: string;
  readonly path: string;
}

/** Runs one storage call and turns what the service or the network says into an ExpectedError. */
export async function expectStorage<T>(
  storage: StorageEndpoint,
  place: Place,
  signal: AbortSignal | undefined,
  call: () => Promise<T>,
): Promise<T> {
  try {
    signal?.throwIfAborted();
    return await call();
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw isRestError(error) ? storageError(storage, place, error) : error;
  }
}

/** True where a write with `If-None-Match: *` lost: 409 from Put Blob and rename, 412 from some other operations. */
export function isAlreadyThere(error: unknown): boolean {
  return isRestError(error) && isPrecondition(error);
}

// Two copies of the pipeline package may be loaded: `instanceof` would tell them apart, the name does not.
function isRestError(error: unknown): error is RestError {
  return error instanceof RestError || (error instanceof Error && error.name === 'RestError');
}

function isPrecondition(error: RestError): boolean {
  if (error.statusCode === 412) return true;
  return error.statusCode === 409 && /AlreadyExists|ConditionNotMet/.test(serviceCode(error));
}

function serviceCode(error: RestError): string {
  const details = error.details as { errorCode?: unknown } | undefined;
  const header = error.response?.headers.get('x-ms-error-code');
  return header ?? (typeof details?.errorCode === 'string' ? details.errorCode : (error.code ?? ''));
}

function storageError(storage: StorageEndpoint, place: Place, error: RestError): unknown {
  const where = `${place.container}/${place.path}`.replace(/\/$/, '');
  const code = serviceCode(error);
  if (error.statusCode === undefined) return unreachable(storage, error);
  if (error.statusCode === 401 || error.statusCode === 403) return unauthorized(storage, where, code, error);
  if (isPrecondition(error)) {
    return new ExpectedError({
      code: 'storage.precondition',
      message: `${where} exists already or has changed meanwhile (${code}).`,
      nextStep: 'Read it again and repeat the operation.',
      cause: error,
    });
  }
  if (error.statusCode === 404) return notFound(storage, place, where, code, error);
  if (error.statusCode === 507) {
    return new ExpectedError({
      code: 'storage.disk-full',
      message: `${where} was not written: the disk of local Azure is full.`,
      nextStep: 'Free space where the state folder lies, then run it again; what was acknowledged before is kept.',
      kind: 'environment',
      cause: error,
    });
  }
  return new ExpectedError({
    code: 'storage.failed',
    message: `Storage account ${storage.accountName} answered ${error.statusCode} ${code} for ${where}.`,
    nextStep: 'Try again; if it stays so, look into the log of the storage account.',
    kind: 'environment',
    cause: error,
  });
}

function notFound(
  storage: StorageEndpoint,
  place: Place,
  where: string,
  code: string,
  cause: RestError,
): ExpectedError {
  if (code === 'FilesystemNotFound' || code === 'ContainerNotFound') {
    return new ExpectedError({
      code: 'storage.container-not-found',
      message: `Storage account ${storage.accountName} has no container "${place.container}".`,
      nextStep: 'Create the container, or correct its name in medallion.yaml.',
      cause,
    });
  }
  return new ExpectedError({
    code: 'storage.not-found',
    message: `There is no ${where} in storage account ${storage.accountName}.`,
    nextStep: 'Check the path, or refresh: it may have been deleted.',
    cause,
  });
}

function unauthorized(storage: StorageEndpoint, where: string, code: string, cause: RestError): ExpectedError {
  const keyRefused = code === 'KeyBasedAuthenticationNotPermitted';
  return new ExpectedError({
    code: 'storage.unauthorized',
    message: `Storage account ${storage.accountName} refused access to ${where} (${code || String(cause.statusCode)}).`,
    nextStep: keyRefused
      ? 'The account allows no shared keys: remove the key and sign in with Microsoft Entra ID.'
      : 'Ask for the role "Storage Blob Data Contributor" ("Storage Blob Data Reader" to read only) on the account or container.',
    kind: 'environment',
    cause,
  });
}

function unreachable(storage: StorageEndpoint, cause: RestError): ExpectedError {
  return new ExpectedError({
    code: 'storage.unreachable',
    message: `Storage account ${storage.accountName} does not answer at ${storage.dfsEndpoint} (${cause.code ?? cause.name}).`,
    nextStep: isLoopback(storage.dfsEndpoint)
      ? 'Start local Azure: run "medallion up", or "Medallion: Start local Azure" in VS Code.'
      : 'Check the network, the proxy and the account name in medallion.yaml.',
    kind: 'environment',
    cause,
  });
}
