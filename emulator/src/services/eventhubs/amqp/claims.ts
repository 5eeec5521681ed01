import { createHmac, timingSafeEqual } from 'node:crypto';
import { entityPath } from './address.ts';

/** Who may do what on one connection: entity paths and when the right to each ends. */
export class Claims {
  readonly #expiry = new Map<string, number>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** @param expiresAt milliseconds since 1970 */
  add(path: string, expiresAt: number): void {
    this.#expiry.set(path.toLowerCase(), expiresAt);
  }

  /** Whether a token that has not expired covers the entity: its own path or one above it. */
  cover(path: string): boolean {
    const wanted = path.toLowerCase();
    for (const [claimed, expiresAt] of this.#expiry) {
      if (expiresAt <= this.#now()) continue;
      if (claimed === '' || claimed === wanted || wanted.startsWith(`${claimed}/`)) return true;
    }
    return false;
  }
}

export interface SharedAccessKey {
  readonly keyName: string;
  readonly keyValue: string;
}

/** A token that was checked: the path it is for and when it ends (milliseconds since 1970). */
export interface CheckedToken {
  readonly path: string;
  readonly expiresAt: number;
}

/** Checks a bearer token of the local authority; rejects when it is not valid. */
export type VerifyBearer = (token: string) => Promise<{ readonly expiresAt: number }>;

/**
 * Checks `SharedAccessSignature sr=..&sig=..&se=..&skn=..` against the key: HMAC-SHA256 over `<sr as sent>\n<se>`.
 * Undefined when it is not valid, whatever the reason: the reply does not tell a stranger which.
 */
export function checkSharedAccessSignature(token: string, key: SharedAccessKey, now: number): CheckedToken | undefined {
  const [scheme, parameters] = token.split(' ', 2);
  if (scheme !== 'SharedAccessSignature' || parameters === undefined) return undefined;
  const fields = new Map(parameters.split('&').map((pair) => splitOnce(pair)));
  const resource = fields.get('sr') ?? '';
  const expiry = fields.get('se') ?? '';
  const expiresAt = Number(expiry) * 1000;
  const expected = createHmac('sha256', key.keyValue).update(`${resource}\n${expiry}`).digest();
  const signature = Buffer.from(decoded(fields.get('sig') ?? ''), 'base64');
  const valid =
    decoded(fields.get('skn') ?? '') === key.keyName &&
    signature.length === expected.length &&
    timingSafeEqual(signature, expected) &&
    expiresAt > now;
  return valid ? { path: entityPath(decoded(resource)), expiresAt } : undefined;
}

function splitOnce(pair: string): [string, string] {
  const equals = pair.indexOf('=');
  return equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
}

/** Malformed escapes make a token that fits nothing. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return '';
    throw error;
  }
}
