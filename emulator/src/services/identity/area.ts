import type { ApiAnswer, ApiOutcome, ApiRequest, ControlArea } from '../control/exchange.ts';
import { compileRoutes, type RoutedRequest, type RoutePattern } from '../control/routes.ts';
import type { Authority } from './authority.ts';
import { openIdConfiguration, signingKeys } from './metadata.ts';
import { OAuthError, oauthErrorAnswer } from './oauth-error.ts';
import { issueToken } from './token-endpoint.ts';
import { hostMetadata, issueWorkspaceToken, workspaceMetadata } from './workspace-oauth.ts';

interface IdentityRoute extends RoutePattern {
  answer(authority: Authority, request: RoutedRequest): ApiAnswer | Promise<ApiAnswer>;
}

const routes: readonly IdentityRoute[] = [
  {
    method: 'GET',
    path: '/{tenant}/v2.0/.well-known/openid-configuration',
    operation: 'openid-configuration',
    answer: openIdConfiguration,
  },
  { method: 'GET', path: '/{tenant}/discovery/v2.0/keys', operation: 'keys', answer: signingKeys },
  { method: 'POST', path: '/{tenant}/oauth2/v2.0/token', operation: 'token', answer: issueToken },
  { method: 'GET', path: '/.well-known/databricks-config', operation: 'host-metadata', answer: hostMetadata },
  {
    method: 'GET',
    path: '/oidc/.well-known/oauth-authorization-server',
    operation: 'workspace-metadata',
    answer: workspaceMetadata,
  },
  { method: 'POST', path: '/oidc/v1/token', operation: 'workspace-token', answer: issueWorkspaceToken },
];

/** The local authority: client credentials of one tenant, after Entra ID's v2.0 endpoint. It owns every path left over. */
export function createIdentityArea(authority: Authority): ControlArea {
  const match = compileRoutes(routes);
  return {
    name: 'identity',
    owns: () => true,
    async handle(request: ApiRequest): Promise<ApiOutcome> {
      const found = match(request);
      if (found.kind !== 'found') return { operation: 'unknown', answer: notFound(request) };
      const { operation } = found.route;
      try {
        return { operation, answer: await found.route.answer(authority, { ...request, params: found.params }) };
      } catch (error) {
        if (error instanceof OAuthError) return { operation, answer: oauthErrorAnswer(error, new Date()) };
        throw error;
      }
    },
    failure: (status, message) => ({
      status,
      body: {
        error: status === 413 ? 'invalid_request' : 'server_error',
        error_description: message,
        error_codes: [],
      },
    }),
    close: () => Promise.resolve(),
  };
}

function notFound({ method, path }: ApiRequest): ApiAnswer {
  const has = routes.map((route) => `${route.method} ${route.path}`).join(', ');
  return {
    status: 404,
    body: {
      error: 'not_found',
      error_description: `${method} ${path} is not emulated. The local authority has: ${has}.`,
    },
  };
}
