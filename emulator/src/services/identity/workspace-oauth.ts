import { workspaceId } from '../../kit/identity.ts';
import { ok, type ApiAnswer } from '../control/exchange.ts';
import type { RoutedRequest } from '../control/routes.ts';
import { audiences, type Authority } from './authority.ts';
import { OAuthError } from './oauth-error.ts';
import { tokenFor } from './token-endpoint.ts';

/** RFC 8414 metadata of a Databricks workspace's own authority: the one that the Databricks CLI and SDKs ask for tokens. */
export function workspaceMetadata(_authority: Authority, { origin }: RoutedRequest): ApiAnswer {
  return ok({
    issuer: `${origin}/oidc`,
    authorization_endpoint: `${origin}/oidc/v1/authorize`,
    token_endpoint: `${origin}/oidc/v1/token`,
    scopes_supported: ['all-apis'],
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
  });
}

/** What a client that knows nothing but the host asks first: where to sign in, and which workspace this is. */
export function hostMetadata(_authority: Authority, { origin }: RoutedRequest): ApiAnswer {
  return ok({
    oidc_endpoint: `${origin}/oidc`,
    workspace_id: workspaceId,
    host_type: 'WORKSPACE_HOST',
    cloud: 'Azure',
  });
}

/** `POST /oidc/v1/token`: a service principal's client credentials, for every API of the workspace. */
export function issueWorkspaceToken(authority: Authority, request: RoutedRequest): Promise<ApiAnswer> {
  return tokenFor(authority, request, (scope) => {
    if ((scope ?? 'all-apis') === 'all-apis') return audiences.databricks[0];
    throw new OAuthError(400, 'invalid_scope', 1002012, `The scope ${scope ?? ''} is not emulated: use all-apis.`);
  });
}
