import { native, type NativeFunction } from './native-function.ts';

/** RFC 2396 as java.net.URI splits it. */
const URI = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/;
const ALLOWED = /^(?:[A-Za-z0-9\-_.!~*'();/?:@&=+$,[\]#]|%[0-9a-fA-F]{2}|[^\p{ASCII}])*$/u;

function parts(url: string): { readonly [part: string]: string | undefined } | undefined {
  const found = ALLOWED.test(url) ? URI.exec(url) : null;
  if (!found) return undefined;
  const [, scheme, authority, path = '', query, fragment] = found;
  const [, user, host] = /^(?:([^@]*)@)?(\[[^\]]*\]|[^:]*)(?::\d*)?$/.exec(authority ?? '') ?? [];
  return {
    HOST: host === '' ? undefined : host,
    PATH: path,
    QUERY: query,
    REF: fragment,
    PROTOCOL: scheme,
    FILE: query === undefined ? path : `${path}?${query}`,
    AUTHORITY: authority,
    USERINFO: user,
  };
}

function parseUrl(url: string, part: string): string | null {
  const found = parts(url);
  if (!found) throw new Error(`[INVALID_URL] The url is invalid: ${url}. Use try_parse_url.`);
  return found[part] ?? null;
}

function queryValue(url: string, part: string, key: string): string | null {
  if (part !== 'QUERY') return null;
  const query = parseUrl(url, 'QUERY');
  const pair = query?.split('&').find((one) => one.startsWith(`${key}=`));
  return pair === undefined ? null : pair.slice(key.length + 1);
}

const TRIED = (read: () => string | null): string | null => {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('[INVALID_URL]')) return null;
    throw error;
  }
};

export const URL_FUNCTIONS: readonly NativeFunction[] = [
  native('spark_parse_url', ['VARCHAR', 'VARCHAR'], 'VARCHAR', parseUrl),
  native('spark_parse_url_key', ['VARCHAR', 'VARCHAR', 'VARCHAR'], 'VARCHAR', queryValue),
  native('spark_try_parse_url', ['VARCHAR', 'VARCHAR'], 'VARCHAR', (url, part) => TRIED(() => parseUrl(url, part))),
  native('spark_try_parse_url_key', ['VARCHAR', 'VARCHAR', 'VARCHAR'], 'VARCHAR', (url, part, key) =>
    TRIED(() => queryValue(url, part, key)),
  ),
];
