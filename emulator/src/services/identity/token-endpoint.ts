import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { SignJWT } from 'jose';
import { ok, type ApiAnswer, type ApiRequest } from '../control/exchange.ts';
import type { RoutedRequest } from '../control/routes.ts';
import { audiences, type Authority } from './authority.ts';
import { requireTenant } from './metadata.ts';
import { OAuthError } from './oauth-error.ts';

/** Seconds for which a token is good: what Entra ID reports for client credentials. */
const lifetime = 3599;

/** `POST /{tenant}/oauth2/v2.0/token`, grant `client_credentials`: RFC 6749 section 4.4. */
export async function issueToken(authority: Authority, request: RoutedRequest): Promise<ApiAnswer> {
  requireTenant(authority, request.params['tenant']);
  return await tokenFor(authority, request, (scope) => audienceOf(authority, scope));
}

/** Client credentials for the audience that a scope means. @throws OAuthError */
export async function tokenFor(
  authority: Authority,
  request: RoutedRequest,
  audienceFor: (scope: string | null) => string,
): Promise<ApiAnswer> {
  const form = new URLSearchParams(request.body.toString('utf8'));
  requireGrant(form);
  const client = clientOf(request, form);
  requireClient(authority, client);
  const audience = audienceFor(form.get('scope'));
  return ok({
    token_type: 'Bearer',
    expires_in: lifetime,
    ext_expires_in: lifetime,
    access_token: await sign(authority, audience),
  });
}

function requireGrant(form: URLSearchParams): void {
  const grant = form.get('grant_type');
  if (!grant) throw missing('grant_type');
  if (grant !== 'client_credentials') {
    const message = `The app requested an unsupported grant type '${grant}'. This local authority has client credentials only.`;
    throw new OAuthError(400, 'unsupported_grant_type', 70003, message);
  }
}

interface ClientCredentials {
  readonly id: string;
  readonly secret: string | undefined;
}

function clientOf({ headers }: ApiRequest, form: URLSearchParams): ClientCredentials {
  const basic = /^Basic (.+)$/i.exec(headers.authorization ?? '')?.[1];
  if (basic === undefined) {
    const id = form.get('client_id');
    if (!id) throw missing('client_id');
    return { id, secret: form.get('client_secret') ?? undefined };
  }
  // RFC 6749 section 2.3.1: both halves are form-encoded before they are joined.
  const [id = '', secret] = Buffer.from(basic, 'base64').toString('utf8').split(':');
  const decode = (text: string): string => new URLSearchParams(`x=${text}`).get('x') ?? '';
  return { id: decode(id), secret: secret === undefined ? undefined : decode(secret) };
}

function requireClient(authority: Authority, { id, secret }: ClientCredentials): void {
  if (id.toLowerCase() !== authority.clientId.toLowerCase()) {
    const message =
      `Application with identifier '${id}' was not found in the directory '${authority.tenantId}'. This can happen if the application ` +
      'has not been installed by the administrator of the tenant or consented to by any user in the tenant. ' +
      'You may have sent your authentication request to the wrong tenant.';
    throw new OAuthError(400, 'unauthorized_client', 700016, message);
  }
  if (secret === undefined) {
    const message = "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.";
    throw new OAuthError(401, 'invalid_client', 7000218, message);
  }
  if (!sameSecret(secret, authority.clientSecret)) {
    const message =
      'Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, ' +
      `not the client secret ID, for a secret added to app '${authority.clientId}'.`;
    throw new OAuthError(401, 'invalid_client', 7000215, message);
  }
}

/** Digests have one length, so that the comparison takes the same time whatever was sent. */
function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

const known: readonly string[] = Object.values(audiences).flat();

/** The scope `https://management.azure.com//.default` asks for the audience `https://management.azure.com/`. */
function audienceOf(authority: Authority, scope: string | null): string {
  if (!scope) throw missing('scope');
  const wanted = scope.split(' ').filter((part) => !['openid', 'profile', 'offline_access', ''].includes(part));
  const [only] = wanted;
  if (wanted.length !== 1 || !only?.endsWith('/.default')) {
    const message =
      `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with /.default ` +
      'suffixed to the resource identifier (application ID URI).';
    throw new OAuthError(400, 'invalid_scope', 1002012, message);
  }
  const audience = only.slice(0, -'/.default'.length);
  if (known.includes(audience)) return audience;
  const message = `The resource principal named ${audience} was not found in the tenant named ${authority.tenantId}.`;
  throw new OAuthError(400, 'invalid_resource', 500011, message);
}

function sign(authority: Authority, audience: string): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({
    appid: authority.clientId,
    appidacr: '1',
    idp: authority.issuer,
    idtyp: 'app',
    oid: authority.objectId,
    tid: authority.tenantId,
    uti: randomBytes(16).toString('base64url'),
    ver: '1.0',
  })
    .setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid: authority.key.keyId })
    .setIssuer(authority.issuer)
    .setAudience(audience)
    .setSubject(authority.objectId)
    .setIssuedAt(now)
    .setNotBefore(now)
    .setExpirationTime(now + lifetime)
    .sign(authority.key.privateKey);
}

const missing = (name: string): OAuthError =>
  new OAuthError(400, 'invalid_request', 900144, `The request body must contain the following parameter: '${name}'.`);
