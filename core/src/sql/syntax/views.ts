import { type ViewSchemaMode, viewSchemaModes } from '../../lake/stored-view.ts';
import type { ColumnName } from '../compiled-statement.ts';
import { collationName, collationParts, EMULATED_COLLATIONS } from '../types/collation.ts';
import { parseName, parseQualifiedName } from './names.ts';
import { notEmulated, syntaxProblem } from './problem.ts';
import { acceptIn, parseSchemaName } from './schemas.ts';
import type { StatementNode } from './statement-nodes.ts';
import { parsePropertyName, readProperties } from './table-definitions.ts';
import { parseTags } from './tags.ts';
import type { TokenStream } from './token-stream.ts';
import { collationWritten } from './types.ts';

/** What stands between a view's name and its query. */
interface ViewClauses {
  comment: string | undefined;
  properties: Map<string, string> | undefined;
  collation: string | undefined;
  mode: ViewSchemaMode | undefined;
}

/** What follows `CREATE [OR REPLACE] VIEW`. */
export function parseCreateView(tokens: TokenStream, orReplace: boolean): StatementNode {
  const start = tokens.peek();
  const ifNotExists = tokens.accept('IF', 'NOT', 'EXISTS');
  if (ifNotExists && orReplace) throw syntaxProblem('OR REPLACE and IF NOT EXISTS exclude each other.', start);
  const target = parseQualifiedName(tokens);
  const columns = tokens.seesOperator('(') ? parseViewColumns(tokens) : undefined;
  const clauses = parseClauses(tokens);
  tokens.expect('AS');
  const query = tokens.grammar.query(tokens);
  const mode = orReplace ? 'createOrReplace' : ifNotExists ? 'createIfNotExists' : 'create';
  const { comment, collation, mode: schemaMode, properties = new Map<string, string>() } = clauses;
  return { kind: 'createView', target, mode, columns, comment, collation, schemaMode, properties, query };
}

/** What follows `CREATE [OR REPLACE] [GLOBAL] TEMPORARY VIEW`. */
export function parseTemporaryView(
  tokens: TokenStream,
  { orReplace, global }: { readonly orReplace: boolean; readonly global: boolean },
): StatementNode {
  const start = tokens.peek();
  if (tokens.sees('IF', 'NOT', 'EXISTS')) throw syntaxProblem('A temporary view takes no IF NOT EXISTS.', start);
  const parts = parseQualifiedName(tokens);
  const [name] = parts.slice(-1);
  const prefix = parts.slice(0, -1).map(({ text }) => text.toLowerCase());
  if (!name || (prefix.length > 0 && !(global && prefix.join('.') === 'global_temp')))
    throw syntaxProblem('A temporary view has one name.', tokens.spanFrom(start));
  const columns = tokens.seesOperator('(') ? parseViewColumns(tokens) : undefined;
  const clause = tokens.peek();
  const { collation, mode, properties } = parseClauses(tokens);
  if (mode) throw syntaxProblem('A temporary view takes no WITH SCHEMA.', clause);
  if (properties) throw syntaxProblem('A temporary view takes no TBLPROPERTIES.', clause);
  if (tokens.sees('USING'))
    throw notEmulated('A temporary view USING a data source', tokens.peek(), 'Use read_files in a query.');
  tokens.expect('AS');
  const query = tokens.grammar.query(tokens);
  return { kind: 'createTemporaryView', name, global, orReplace, columns, collation, query };
}

/** What follows `ALTER VIEW`. */
export function parseAlterView(tokens: TokenStream): StatementNode {
  const target = parseQualifiedName(tokens);
  if (tokens.accept('RENAME', 'TO')) return { kind: 'rename', object: 'VIEW', target, to: parseQualifiedName(tokens) };
  const tags = parseTags(tokens, { type: 'TABLE', name: target });
  if (tags) return { kind: 'catalog', command: tags };
  return { kind: 'alterView', target, change: parseChange(tokens) };
}

function parseChange(tokens: TokenStream): Extract<StatementNode, { kind: 'alterView' }>['change'] {
  if (tokens.sees('WITH', 'SCHEMA')) return { kind: 'setMode', mode: parseMode(tokens) };
  if (tokens.accept('SET', 'TBLPROPERTIES')) {
    const properties = new Map<string, string>();
    readProperties(tokens, properties);
    return { kind: 'setProperties', properties };
  }
  if (tokens.accept('UNSET', 'TBLPROPERTIES')) {
    const ifExists = tokens.accept('IF', 'EXISTS');
    const names = tokens.parenthesized(() => tokens.list(() => parsePropertyName(tokens)));
    return { kind: 'unsetProperties', names, ifExists };
  }
  if (!tokens.accept('AS') && !tokens.seesQuery()) {
    const words = `${tokens.peek().text.toUpperCase()} ${tokens.peek(1).text.toUpperCase()}`.trim();
    throw notEmulated(`ALTER VIEW ... ${words}`, tokens.peek());
  }
  return { kind: 'as', query: tokens.grammar.query(tokens) };
}

/** What follows `SHOW VIEWS`: `[{IN | FROM} schema] [[LIKE] 'pattern']`. */
export function parseShowViews(tokens: TokenStream): StatementNode {
  const parts = acceptIn(tokens, false) ? parseSchemaName(tokens) : [];
  const like = tokens.accept('LIKE');
  const token = tokens.peek();
  if (token.kind !== 'string') {
    if (like) throw tokens.unexpected('a pattern');
    return { kind: 'showViews', parts, pattern: undefined };
  }
  tokens.next();
  return { kind: 'showViews', parts, pattern: token.text };
}

function parseClauses(tokens: TokenStream): ViewClauses {
  const clauses: ViewClauses = { comment: undefined, properties: undefined, collation: undefined, mode: undefined };
  const once = (key: keyof ViewClauses): void => {
    if (clauses[key] !== undefined) throw syntaxProblem('This clause stands there twice.', tokens.peek());
  };
  for (;;) {
    if (tokens.sees('COMMENT')) {
      once('comment');
      clauses.comment = parseComment(tokens).comment;
    } else if (tokens.sees('TBLPROPERTIES')) {
      once('properties');
      tokens.next();
      clauses.properties = new Map();
      readProperties(tokens, clauses.properties);
    } else if (tokens.sees('DEFAULT', 'COLLATION')) {
      once('collation');
      clauses.collation = parseDefaultCollation(tokens);
    } else if (tokens.sees('WITH', 'SCHEMA')) {
      once('mode');
      clauses.mode = parseMode(tokens);
    } else if (tokens.sees('WITH', 'METRICS'))
      throw notEmulated('A metric view (WITH METRICS)', tokens.peek(), 'Keep it in a file of its own.');
    else if (tokens.seesOneOf('SCHEMA', 'WITH', 'PARTITIONED'))
      throw notEmulated(`${tokens.peek().keyword} in CREATE VIEW`, tokens.peek());
    else return clauses;
  }
}

/** `DEFAULT COLLATION UTF8_LCASE`: Spark's name of it. */
function parseDefaultCollation(tokens: TokenStream): string {
  tokens.expect('DEFAULT', 'COLLATION');
  const name = collationWritten(tokens);
  const parts = collationParts(name.text);
  if (!parts) throw notEmulated(`The collation ${name.text}`, name, EMULATED_COLLATIONS);
  return collationName(parts) ?? 'UTF8_BINARY';
}

/** `WITH SCHEMA BINDING`; `WITH SCHEMA EVOLUTION`; ... */
function parseMode(tokens: TokenStream): ViewSchemaMode {
  tokens.expect('WITH', 'SCHEMA');
  const mode = viewSchemaModes.find((one) => tokens.accept(...one.split(' ')));
  if (!mode) throw tokens.unexpected(viewSchemaModes.join(', '));
  return mode;
}

/** `(a COMMENT 'x', b)`: names without types. */
function parseViewColumns(tokens: TokenStream): ColumnName[] {
  return tokens.parenthesized(() =>
    tokens.list(() => {
      const name = parseName(tokens);
      return { name: name.text, ...parseComment(tokens) };
    }),
  );
}

export function parseComment(tokens: TokenStream): { comment?: string } {
  if (!tokens.accept('COMMENT')) return {};
  const token = tokens.next();
  if (token.kind !== 'string') throw syntaxProblem('A comment is a string.', token);
  return { comment: token.text };
}
