import type { CatalogCommandNode } from './catalog-nodes.ts';
import { parseName, parseQualifiedName } from './names.ts';
import { notEmulated, syntaxProblem } from './problem.ts';
import { parseSchemaName } from './schemas.ts';
import type { TokenStream } from './token-stream.ts';

type SecurableNode = Extract<CatalogCommandNode, { kind: 'grant' }>['on'];

/** What can be granted in Unity Catalog, as SQL writes it; `USAGE` and `CREATE` are names of before it that it still takes. */
const PRIVILEGES: ReadonlySet<string> = new Set([
  'ALL PRIVILEGES',
  'APPLY TAG',
  'BROWSE',
  'CREATE',
  'CREATE CATALOG',
  'CREATE CONNECTION',
  'CREATE EXTERNAL LOCATION',
  'CREATE FUNCTION',
  'CREATE MATERIALIZED VIEW',
  'CREATE MODEL',
  'CREATE MODEL VERSION',
  'CREATE PROVIDER',
  'CREATE RECIPIENT',
  'CREATE SCHEMA',
  'CREATE SHARE',
  'CREATE STORAGE CREDENTIAL',
  'CREATE TABLE',
  'CREATE VIEW',
  'CREATE VOLUME',
  'EXECUTE',
  'EXTERNAL USE SCHEMA',
  'MANAGE',
  'MANAGE ALLOWLIST',
  'MODIFY',
  'READ VOLUME',
  'REFRESH',
  'SELECT',
  'USAGE',
  'USE CATALOG',
  'USE SCHEMA',
  'WRITE VOLUME',
]);

/** What follows `GRANT` or `REVOKE`: `privilege, ... ON securable {TO | FROM} principal`. */
export function parseGrant(tokens: TokenStream, action: 'grant' | 'revoke'): CatalogCommandNode {
  const privileges = tokens.list(() => parsePrivilege(tokens));
  tokens.expect('ON');
  const on = parseSecurable(tokens);
  tokens.expect(action === 'grant' ? 'TO' : 'FROM');
  return { kind: 'grant', action, privileges, on, principal: parseName(tokens).text };
}

/** What follows `SHOW GRANTS`: `[principal] ON securable`. */
export function parseShowGrants(tokens: TokenStream): CatalogCommandNode {
  const principal = tokens.sees('ON') ? undefined : parseName(tokens).text;
  tokens.expect('ON');
  return { kind: 'showGrants', on: parseSecurable(tokens), principal };
}

function parsePrivilege(tokens: TokenStream): string {
  const start = tokens.peek();
  const words: string[] = [];
  while (tokens.peek().kind === 'word' && !tokens.sees('ON')) words.push(tokens.next().keyword);
  const name = words.join(' ');
  if (PRIVILEGES.has(name)) return name;
  if (words.length === 0) throw tokens.unexpected('a privilege');
  throw syntaxProblem(`${name} is no privilege of Unity Catalog.`, tokens.spanFrom(start));
}

/** The words before a name and the kind of object that they mean; a name alone is a table's. */
const SECURABLES: readonly (readonly [words: readonly string[], read: (tokens: TokenStream) => SecurableNode])[] = [
  [['METASTORE'], () => ({ type: 'METASTORE', name: [] })],
  [['CATALOG'], (tokens) => ({ type: 'CATALOG', name: namesNothing(tokens) ? [] : [parseName(tokens)] })],
  ...['SCHEMA', 'DATABASE'].map((word) => [[word], parseSchema] as const),
  ...['FUNCTION', 'VOLUME'].map((word) => [[word], named(word as 'FUNCTION' | 'VOLUME')] as const),
  ...['MATERIALIZED VIEW', 'STREAMING TABLE', 'TABLE', 'VIEW'].map(
    (words) => [words.split(' '), named('TABLE')] as const,
  ),
];

/** Objects of an account that no laptop has. */
const ELSEWHERE = [
  'ANY',
  'CONNECTION',
  'EXTERNAL',
  'STORAGE',
  'CREDENTIAL',
  'SERVICE',
  'SHARE',
  'RECIPIENT',
  'PROVIDER',
];

function parseSecurable(tokens: TokenStream): SecurableNode {
  const found = SECURABLES.find(([words]) => tokens.sees(...words));
  if (found) {
    const [words, read] = found;
    tokens.expect(...words);
    return read(tokens);
  }
  if (ELSEWHERE.includes(tokens.peek().keyword) && ['word', 'quoted'].includes(tokens.peek(1).kind))
    throw notEmulated(`GRANT ON ${tokens.peek().text.toUpperCase()}`, tokens.peek());
  return named('TABLE')(tokens);
}

function parseSchema(tokens: TokenStream): SecurableNode {
  return { type: 'SCHEMA', name: namesNothing(tokens) ? [] : parseSchemaName(tokens) };
}

function named(type: 'TABLE' | 'FUNCTION' | 'VOLUME'): (tokens: TokenStream) => SecurableNode {
  return (tokens) => ({ type, name: parseQualifiedName(tokens) });
}

/** `ON CATALOG TO x` and `SHOW GRANTS ON SCHEMA` mean the current one. */
function namesNothing(tokens: TokenStream): boolean {
  return tokens.isEnd() || ((tokens.sees('TO') || tokens.sees('FROM')) && tokens.peek(1).kind !== 'end');
}
