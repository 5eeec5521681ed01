import { errors, jwtVerify } from 'jose';
import { audiences, type AudienceName, type Authority } from './authority.ts';

/** Who calls, from a token whose signature, issuer, audience and time are right. */
export interface Caller {
  readonly clientId: string;
  readonly objectId: string;
}

export type TokenVerdict =
  | { readonly kind: 'caller'; readonly caller: Caller }
  /** No `Authorization: Bearer` header. */
  | { readonly kind: 'missing' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'audience'; readonly expected: string; readonly actual: string }
  | { readonly kind: 'invalid'; readonly reason: string };

/** Judges the `Authorization` header of one request to one service. Each service words its own refusal. */
export type VerifyToken = (authorization: string | undefined, audience: AudienceName) => Promise<TokenVerdict>;

export function createTokenVerifier(authority: Authority): VerifyToken {
  return async (authorization, audience) => {
    const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) return { kind: 'missing' };
    try {
      const { payload } = await jwtVerify(token, authority.key.publicKey, {
        algorithms: ['RS256'],
        issuer: authority.issuer,
        requiredClaims: ['exp', 'aud', 'appid', 'oid'],
      });
      const actual = String(payload.aud);
      const accepted: readonly string[] = audiences[audience];
      if (!accepted.includes(actual)) return { kind: 'audience', expected: audiences[audience][0], actual };
      return {
        kind: 'caller',
        caller: { clientId: String(payload['appid']), objectId: String(payload['oid']) },
      };
    } catch (error) {
      if (error instanceof errors.JWTExpired) return { kind: 'expired' };
      if (error instanceof errors.JOSEError) return { kind: 'invalid', reason: error.message };
      throw error;
    }
  };
}
