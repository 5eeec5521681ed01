import { parseQualifiedName } from './names.ts';
import type { Name } from './nodes.ts';
import { notEmulated, syntaxProblem } from './problem.ts';
import { parseQuery } from './queries.ts';
import type { StatementNode } from './statement-nodes.ts';
import { readProperties } from './table-definitions.ts';
import type { TokenStream } from './token-stream.ts';

/** `catalog.schema` or `schema`. */
export function parseSchemaName(tokens: TokenStream): Name[] {
  const start = tokens.peek();
  const parts = parseQualifiedName(tokens);
  if (parts.length > 2) throw syntaxProblem('A schema has at most two names: catalog.schema.', tokens.spanFrom(start));
  return parts;
}

/** What follows `CREATE SCHEMA`. */
export function parseCreateSchema(tokens: TokenStream): StatementNode {
  const ifNotExists = tokens.accept('IF', 'NOT', 'EXISTS');
  const parts = parseSchemaName(tokens);
  const properties = new Map<string, string>();
  let comment: string | undefined;
  let location: string | undefined;
  for (;;) {
    const start = tokens.peek();
    if (tokens.accept('COMMENT')) comment = textOf(tokens, 'A comment');
    else if (tokens.accept('MANAGED', 'LOCATION') || tokens.accept('LOCATION')) location = textOf(tokens, 'A location');
    else if (tokens.accept('WITH', 'DBPROPERTIES') || tokens.accept('WITH', 'PROPERTIES'))
      readProperties(tokens, properties);
    else if (tokens.isEnd()) break;
    else
      throw notEmulated(
        `${start.text.toUpperCase()} in CREATE SCHEMA`,
        start,
        'Leave it out, or declare the schema in the bundle.',
      );
  }
  return { kind: 'createSchema', parts, ifNotExists, comment, location, properties };
}

function textOf(tokens: TokenStream, what: string): string {
  const token = tokens.next();
  if (token.kind !== 'string') throw syntaxProblem(`${what} is a string.`, token);
  return token.text;
}

/** What follows `DROP SCHEMA`. */
export function parseDropSchema(tokens: TokenStream): StatementNode {
  const ifExists = tokens.accept('IF', 'EXISTS');
  const parts = parseSchemaName(tokens);
  const cascade = tokens.accept('CASCADE');
  if (!cascade) tokens.accept('RESTRICT');
  return { kind: 'dropSchema', parts, ifExists, cascade };
}

/** What follows `SHOW COLUMNS`: `{IN | FROM} [catalog.][schema.]table [{IN | FROM} schema]`. */
export function parseShowColumns(tokens: TokenStream): StatementNode {
  acceptIn(tokens, true);
  const named = parseQualifiedName(tokens);
  if (!acceptIn(tokens, false)) return { kind: 'showColumns', target: named };
  const schema = parseSchemaName(tokens);
  const table = named.at(-1);
  const own = named.at(-2);
  const last = schema.at(-1);
  if (own && own.text.toLowerCase() !== last?.text.toLowerCase())
    throw syntaxProblem(`SHOW COLUMNS names two schemas: ${own.text} and ${last?.text ?? ''}.`, own);
  return { kind: 'showColumns', target: table ? [...schema, table] : schema };
}

/** IN or FROM before a schema. */
export function acceptIn(tokens: TokenStream, must: boolean): boolean {
  if (tokens.accept('IN') || tokens.accept('FROM')) return true;
  if (must) throw tokens.unexpected('IN or FROM');
  return false;
}

/** What follows `DESCRIBE [QUERY]` where it is a query. */
export function parseDescribeQuery(tokens: TokenStream): StatementNode {
  tokens.accept('QUERY');
  return { kind: 'describeQuery', query: parseQuery(tokens) };
}
