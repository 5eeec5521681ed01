import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';
import type { PlainValue } from '../project/config-node.ts';
import { isBody, stableText, type Body } from './canonical.ts';

/** Parts of a connection string that Data Factory keeps to itself. */
const secretPart = /^\s*(AccountKey|SharedAccessKey|SharedAccessSignature|Password|Pwd|AccessKey)\s*=/i;

const mask = '**********';

interface Parted {
  readonly open: PlainValue;
  readonly secrets: readonly string[];
}

/** A body as the service shows it to clients: secure strings masked, connection strings without their secret parts. */
export function withoutSecrets(value: PlainValue): PlainValue {
  return part(value).open;
}

/** The secrets of a body, as they stand in it. A mask and a reference to Key Vault are none. */
export function secretsIn(value: PlainValue): readonly string[] {
  return part(value).secrets;
}

/** A salted, slow hash of a body's secrets: tells whether they changed and gives none of them away. Undefined where it has none. */
export function markSecrets(body: PlainValue): string | undefined {
  const secrets = secretsIn(body);
  if (secrets.length === 0) return undefined;
  const salt = randomBytes(16);
  return `${salt.toString('hex')}:${derive(secrets, salt).toString('hex')}`;
}

/** True where a mark was made of the same secrets; a body without secrets has no mark. */
export function sameSecrets(body: PlainValue, marked: string | undefined): boolean {
  const secrets = secretsIn(body);
  if (secrets.length === 0 || marked === undefined) return secrets.length === 0 && marked === undefined;
  const [salt = '', derived = ''] = marked.split(':');
  const now = derive(secrets, Buffer.from(salt, 'hex'));
  const then = Buffer.from(derived, 'hex');
  return now.length === then.length && timingSafeEqual(now, then);
}

/**
 * A masked body with its secrets put in again from a body that has them at the same places. Undefined where one is not there:
 * writing a mask would destroy the secret behind it.
 */
export function withSecretsOf(masked: PlainValue, donor: PlainValue | undefined): PlainValue | undefined {
  if (Array.isArray(masked)) {
    const donors: readonly PlainValue[] = Array.isArray(donor) ? donor : [];
    const items = (masked as readonly PlainValue[]).map((item, index) => withSecretsOf(item, donors[index]));
    return items.every((item) => item !== undefined) ? items : undefined;
  }
  if (!isBody(masked)) return masked;
  const from = isBody(donor) ? donor : {};
  if (isMasked(masked))
    return isMasked(from) || from['type'] !== 'SecureString' ? undefined : { ...masked, value: from['value'] ?? null };
  const hasHidden = masked['encryptedCredential'] !== undefined;
  const filled = Object.entries(masked).flatMap(([key, item]): [string, PlainValue | undefined][] => {
    if (key === 'encryptedCredential') return [];
    const other = from[key];
    if (!hasHidden || !isConnectionString(key, item) || typeof other !== 'string')
      return [[key, withSecretsOf(item, other)]];
    return [[key, [item, ...partConnectionString(other).secrets].join(';')]];
  });
  const refilled =
    !hasHidden ||
    Object.keys(masked).some(
      (key) => /connectionString$/i.test(key) && secretsIn({ [key]: from[key] ?? null }).length > 0,
    );
  const complete = filled.filter((entry): entry is [string, PlainValue] => entry[1] !== undefined);
  return refilled && complete.length === filled.length ? Object.fromEntries(complete) : undefined;
}

function isMasked(value: Body): boolean {
  return value['type'] === 'SecureString' && typeof value['value'] === 'string' && /^\**$/.test(value['value']);
}

function isConnectionString(key: string, item: PlainValue): item is string {
  return /connectionString$/i.test(key) && typeof item === 'string';
}

function derive(secrets: readonly string[], salt: Buffer): Buffer {
  return scryptSync(stableText(secrets), salt, 32);
}

function part(value: PlainValue): Parted {
  if (Array.isArray(value)) {
    const parts = (value as readonly PlainValue[]).map(part);
    return { open: parts.map(({ open }) => open), secrets: parts.flatMap(({ secrets }) => secrets) };
  }
  if (!isBody(value)) return { open: value, secrets: [] };
  if (value['type'] === 'SecureString') {
    const secret = value['value'];
    return { open: { ...value, value: mask }, secrets: typeof secret !== 'string' || isMasked(value) ? [] : [secret] };
  }
  const open: [string, PlainValue][] = [];
  const secrets: string[] = [];
  for (const [key, item] of Object.entries(value)) {
    // The service makes this of a secret in the body; it means nothing to anybody else.
    if (key === 'encryptedCredential') continue;
    const found = isConnectionString(key, item) ? partConnectionString(item) : part(item);
    open.push([key, found.open]);
    secrets.push(...found.secrets);
  }
  return { open: Object.fromEntries(open), secrets };
}

function partConnectionString(text: string): Parted {
  const parts = text.split(';').filter((one) => one.trim() !== '');
  return {
    open: parts.filter((one) => !secretPart.test(one)).join(';'),
    secrets: parts.filter((one) => secretPart.test(one)),
  };
}
