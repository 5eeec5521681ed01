import 'reflect-metadata'; // before @peculiar/x509, whose decorators need it
import * as x509 from '@peculiar/x509';
import { randomBytes, type webcrypto } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from './atomic-file.ts';
import { systemErrorCode } from './emulator-error.ts';

/** What a https server passes to `https.createServer`. */
export interface TlsServerOptions {
  readonly key: string;
  readonly cert: string;
}

/** The state folder's own authority. Clients trust it through `tlsOptions.ca`; the system's trust store is never touched. */
export interface CertificateAuthority {
  /** PEM file of the authority's certificate. */
  readonly caFile: string;
  readonly caPem: string;
  /** Key and certificate (PEM, leaf first) for 127.0.0.1, ::1 and localhost, issued at this start and kept in memory only. */
  readonly server: TlsServerOptions;
}

interface Authority {
  readonly key: webcrypto.CryptoKey;
  readonly certificate: x509.X509Certificate;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const day = 24 * 60 * 60 * 1000;
const authorityDays = 3650;
/** A running emulator outlives no leaf: Apple's clients refuse certificates of more than 825 days. */
const leafDays = 397;
const renewBeforeDays = 400;

/**
 * Opens the authority in `<stateFolder>/ca`, or makes it: also when its key or its certificate is missing, damaged, not of
 * the same pair, or within the renewal window, because every start hands the current certificate to its clients.
 */
export async function openCertificateAuthority(stateFolder: string): Promise<CertificateAuthority> {
  const folder = join(stateFolder, 'ca');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const authority = (await readAuthority(folder)) ?? (await createAuthority(folder));
  const caPem = authority.certificate.toString('pem');
  return { caFile: certificateFile(folder), caPem, server: await issueServer(authority, caPem) };
}

const keyFile = (folder: string) => join(folder, 'ca.key.pem');
const certificateFile = (folder: string) => join(folder, 'ca.pem');

async function readAuthority(folder: string): Promise<Authority | undefined> {
  try {
    const certificate = new x509.X509Certificate(readFileSync(certificateFile(folder), 'utf8'));
    const key = await importKey(readFileSync(keyFile(folder), 'utf8'));
    chmodSync(keyFile(folder), 0o600);
    const fresh = certificate.notAfter.getTime() - Date.now() > renewBeforeDays * day;
    return fresh && (await isPair(key, certificate)) ? { key, certificate } : undefined;
  } catch (error) {
    // What the system refuses (permissions, a broken disk) is reported; what cannot be read as PEM or DER is replaced.
    const code = systemErrorCode(error);
    if (code?.startsWith('E') === true && code !== 'ENOENT' && !code.startsWith('ERR_')) throw error;
    return undefined;
  }
}

function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const der = x509.PemConverter.decode(pem)[0];
  if (!der) throw new SyntaxError('The file holds no PEM block.');
  return crypto.subtle.importKey('pkcs8', der, algorithm, true, ['sign']);
}

async function isPair(key: webcrypto.CryptoKey, certificate: x509.X509Certificate): Promise<boolean> {
  const probe = randomBytes(32);
  const signature = await crypto.subtle.sign(algorithm, key, probe);
  const publicKey = await crypto.subtle.importKey('spki', certificate.publicKey.rawData, algorithm, true, ['verify']);
  return crypto.subtle.verify(algorithm, publicKey, signature, probe);
}

async function createAuthority(folder: string): Promise<Authority> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: 'CN=Medallion local authority',
    ...validity(authorityDays),
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', keys.privateKey);
  writeFileAtomic(keyFile(folder), x509.PemConverter.encode(pkcs8, 'PRIVATE KEY'), 0o600);
  writeFileAtomic(certificateFile(folder), certificate.toString('pem'), 0o644);
  return { key: keys.privateKey, certificate };
}

async function issueServer(authority: Authority, caPem: string): Promise<TlsServerOptions> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const leaf = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: 'CN=127.0.0.1',
    issuer: authority.certificate.subject,
    ...validity(leafDays),
    publicKey: keys.publicKey,
    signingKey: authority.key,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        { type: 'ip', value: '127.0.0.1' },
        { type: 'ip', value: '::1' },
        { type: 'dns', value: 'localhost' },
      ]),
      await x509.AuthorityKeyIdentifierExtension.create(authority.certificate),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { key: x509.PemConverter.encode(pkcs8, 'PRIVATE KEY'), cert: `${leaf.toString('pem')}\n${caPem}` };
}

/** Positive, as RFC 5280 (4.1.2.2) asks: the first bit is clear. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}

/** From yesterday, so that clocks that differ a little (a container, a virtual machine) accept it at once. */
function validity(days: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(Date.now() - day), notAfter: new Date(Date.now() + days * day) };
}
