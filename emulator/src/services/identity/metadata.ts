import { ok, type ApiAnswer } from '../control/exchange.ts';
import type { RoutedRequest } from '../control/routes.ts';
import type { Authority } from './authority.ts';
import { tenantNotFound } from './oauth-error.ts';

/** OpenID Connect Discovery 1.0 section 3, with the endpoints that this authority has. */
export function openIdConfiguration(authority: Authority, { origin, params }: RoutedRequest): ApiAnswer {
  requireTenant(authority, params['tenant']);
  const tenant = `${origin}/${authority.tenantId}`;
  return ok({
    token_endpoint: `${tenant}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    jwks_uri: `${tenant}/discovery/v2.0/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    grant_types_supported: ['client_credentials'],
    issuer: `${tenant}/v2.0`,
    authorization_endpoint: `${tenant}/oauth2/v2.0/authorize`,
    end_session_endpoint: `${tenant}/oauth2/v2.0/logout`,
    claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'nbf', 'tid', 'appid', 'oid', 'ver'],
    tenant_region_scope: 'EU',
  });
}

export function signingKeys(authority: Authority, { params }: RoutedRequest): ApiAnswer {
  requireTenant(authority, params['tenant']);
  return ok({ keys: [authority.key.jwk] });
}

/** @throws OAuthError 90002 where the path names another tenant. */
export function requireTenant(authority: Authority, tenant = ''): void {
  if (tenant.toLowerCase() !== authority.tenantId.toLowerCase()) throw tenantNotFound(tenant);
}
