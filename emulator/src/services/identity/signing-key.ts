import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportJWK, type JWK } from 'jose';
import { writeFileAtomic } from '../../kit/atomic-file.ts';

/** The key pair that signs this authority's tokens. */
export interface SigningKey {
  readonly keyId: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** The public half, as the authority's key document lists it. */
  readonly jwk: JWK;
}

/** Reads the key of a state folder, or makes it at the first start, in a file that only its user can read. */
export async function loadSigningKey(folder: string): Promise<SigningKey> {
  const file = join(folder, 'signing-key.pem');
  if (!existsSync(file)) writeNewKey(folder, file);
  const privateKey = createPrivateKey(readFileSync(file));
  const publicKey = createPublicKey(privateKey);
  const jwk = await exportJWK(publicKey);
  const keyId = createHash('sha256').update(String(jwk.n)).digest('base64url').slice(0, 27);
  return { keyId, privateKey, publicKey, jwk: { ...jwk, kid: keyId, use: 'sig', alg: 'RS256' } };
}

function writeNewKey(folder: string, file: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writeFileAtomic(file, privateKey.export({ type: 'pkcs8', format: 'pem' }));
}
