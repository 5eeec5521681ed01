import { createHmac } from 'node:crypto';

export interface StorageAccount {
  /** The endpoint with the account as first part of its path: `http://127.0.0.1:10000/devstoreaccount1`. */
  readonly endpoint: string;
  readonly accountName: string;
  readonly accountKey: string;
}

const version = '2025-07-05';

/**
 * The headers of a request with those that sign it (Storage REST, "Authorize with Shared Key"). Names are in lower case; a range
 * is given as `x-ms-range`.
 */
export function signedHeaders(
  account: StorageAccount,
  method: string,
  url: URL,
  given: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const headers: Record<string, string> = { ...given, 'x-ms-date': new Date().toUTCString(), 'x-ms-version': version };
  const canonicalHeaders = Object.entries(headers)
    .filter(([name]) => name.startsWith('x-ms-'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}:${value}`);
  const parameters = [...url.searchParams]
    .map(([name, value]) => `${name.toLowerCase()}:${value}`)
    .sort((a, b) => (a < b ? -1 : 1));
  const length = headers['content-length'] ?? '';
  const text = [
    method,
    '', // Content-Encoding
    '', // Content-Language
    length === '0' ? '' : length,
    '', // Content-MD5
    headers['content-type'] ?? '',
    '', // Date
    '', // If-Modified-Since
    headers['if-match'] ?? '',
    headers['if-none-match'] ?? '',
    '', // If-Unmodified-Since
    '', // Range
    ...canonicalHeaders,
    [`/${account.accountName}${url.pathname}`, ...parameters].join('\n'),
  ].join('\n');
  const key = Buffer.from(account.accountKey, 'base64');
  const signature = createHmac('sha256', key).update(text, 'utf8').digest('base64');
  return { ...headers, authorization: `SharedKey ${account.accountName}:${signature}` };
}
