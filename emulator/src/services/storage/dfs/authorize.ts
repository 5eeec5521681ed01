import { randomUUID } from 'node:crypto';
import type { Account, AuthenticatedRequest, Azurite } from '../azurite.ts';
import type { Stores } from '../stores.ts';
import { errors } from './errors.ts';
import type { DfsRequest } from './request.ts';

export type Authorize = (request: DfsRequest, operation: string) => Promise<void>;

/**
 * Checks a shared key, an account SAS or a service SAS with the blob endpoint's own code.
 * @returns a function that rejects with DfsError `AuthenticationFailed`, or the blob endpoint's error.
 */
export function createAuthorize(azurite: Azurite, stores: Stores, account: Account): Authorize {
  const accounts = { getAccount: (name: string) => (name === account.name ? account : undefined) };
  const authenticators = [
    new azurite.SharedKeyAuthenticator(accounts, azurite.logger),
    new azurite.AccountSasAuthenticator(accounts, stores.metadata, azurite.logger),
    new azurite.BlobSasAuthenticator(accounts, stores.metadata, azurite.logger),
  ];
  return async (request, operation) => {
    refuseWhatIsNotEmulated(request);
    const signed = signedRequest(request);
    const context = new azurite.Context(
      { [contextPath]: contextFields(azurite, request, operation) },
      contextPath,
      signed,
    );
    for (const authenticator of authenticators) {
      if ((await authenticator.validate(signed, context)) === true) return;
    }
    throw errors.authentication(
      'Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.',
    );
  };
}

const contextPath = 'dfs';

function contextFields(azurite: Azurite, request: DfsRequest, operation: string): object {
  return {
    operation: azurite.operations[operation],
    account: request.account,
    container: request.filesystem === '' ? undefined : request.filesystem,
    blob: request.path === '' ? undefined : request.path,
    authenticationPath: request.signedPath,
    startTime: new Date(),
    xMsRequestID: randomUUID(),
    contextID: randomUUID(),
    loose: false,
  };
}

function refuseWhatIsNotEmulated(request: DfsRequest): void {
  if (request.header('authorization')?.startsWith('Bearer ') === true) {
    throw errors.authentication(
      'Bearer tokens need https, which the local storage endpoints do not offer. Use the shared key or a SAS.',
    );
  }
  if (request.query.get('sr') === 'd') {
    throw errors.authentication(
      'A directory SAS is not emulated. Use a SAS of the filesystem, of the path or of the account.',
    );
  }
}

/** What the authenticators read of a request. */
function signedRequest(request: DfsRequest): AuthenticatedRequest {
  return {
    // The verb that was sent is the one that was signed.
    getMethod: () => request.message.method ?? 'GET',
    getUrl: () => request.message.url ?? '/',
    getPath: () => request.signedPath,
    getProtocol: () => 'http',
    getHeader: (name) => request.header(name.toLowerCase()),
    getHeaders: () => request.message.headers,
    getQuery: (name) => request.query.get(name) ?? undefined,
  };
}
