import { parseColumn } from './column-definitions.ts';
import { parseName, parseQualifiedName } from './names.ts';
import { notEmulated } from './problem.ts';
import { parseNameList } from './queries.ts';
import { parseTableKey, seesTableConstraint } from './key-constraints.ts';
import type { ColumnNode, KeyNode, StatementNode, TableDefinitionParts } from './statement-nodes.ts';
import type { TokenStream } from './token-stream.ts';

/** The clauses of a table's definition, filled as they are read. */
export interface TableClauseParts {
  partitionedBy: readonly string[];
  clusteredBy: readonly string[];
  comment: string | undefined;
  readonly properties: Map<string, string>;
}

/** What follows `CREATE [OR REPLACE] TABLE`. */
export function parseCreateTable(tokens: TokenStream, orReplace: boolean): StatementNode {
  const ifNotExists = tokens.accept('IF', 'NOT', 'EXISTS');
  const target = parseQualifiedName(tokens);
  const keys: KeyNode[] = [];
  const columns = tokens.seesOperator('(') ? parseColumns(tokens, keys) : undefined;
  const clauses = newClauses();
  while (parseTableClause(tokens, clauses));
  const mode = orReplace ? 'createOrReplace' : ifNotExists ? 'createIfNotExists' : 'create';
  const parts: TableDefinitionParts = { target, mode, ...clauses };
  const as = tokens.accept('AS');
  if (as || tokens.seesOneOf('SELECT', 'WITH', 'VALUES')) {
    if (columns) throw notEmulated('CREATE TABLE with columns and AS', tokens.peek(), 'Name the columns in the query.');
    return { kind: 'createTableAs', query: tokens.grammar.query(tokens), ...parts };
  }
  if (!columns)
    throw tokens.seesOneOf('SHALLOW', 'DEEP', 'CLONE')
      ? notEmulated('CREATE TABLE ... CLONE', tokens.peek(), 'Write CREATE TABLE ... AS SELECT * FROM the other table.')
      : notEmulated('CREATE TABLE without columns', tokens.peek(), 'Give the columns, or AS and a query.');
  // A primary key makes its columns NOT NULL.
  const required = keys.flatMap((key) => (key.kind === 'primary' ? key.columns.map((name) => name.toLowerCase()) : []));
  const defined = columns.map((one) => (required.includes(one.name.toLowerCase()) ? { ...one, nullable: false } : one));
  return { kind: 'createTable', columns: defined, keys, ...parts };
}

export function newClauses(): TableClauseParts {
  return { partitionedBy: [], clusteredBy: [], comment: undefined, properties: new Map() };
}

/** One clause of the table; false at the first token that starts none. */
export function parseTableClause(tokens: TokenStream, clauses: TableClauseParts): boolean {
  const start = tokens.peek();
  if (tokens.accept('USING')) {
    const format = parseName(tokens);
    if (format.text.toUpperCase() !== 'DELTA')
      throw notEmulated(`USING ${format.text}`, format, 'Tables are Delta tables: leave USING out.');
  } else if (tokens.accept('PARTITIONED', 'BY')) {
    clauses.partitionedBy = names(tokens);
  } else if (tokens.accept('CLUSTER', 'BY')) {
    // Databricks begins without columns and chooses them as the table is used; the property says so.
    if (tokens.accept('AUTO')) clauses.properties.set('clusterByAuto', 'true');
    else clauses.clusteredBy = names(tokens);
  } else if (tokens.accept('COMMENT')) clauses.comment = text(tokens);
  else if (tokens.accept('TBLPROPERTIES')) readProperties(tokens, clauses.properties);
  else if (tokens.sees('LOCATION'))
    throw notEmulated('LOCATION in SQL', start, 'Leave it out: tables are managed, the catalog knows their place.');
  else if (tokens.seesOneOf('OPTIONS', 'CLUSTERED', 'DEFAULT', 'WITH') && !tokens.sees('WITH'))
    throw notEmulated(tokens.peek().keyword, start);
  else return false;
  return true;
}

function names(tokens: TokenStream): string[] {
  return parseNameList(tokens).map((name) => name.text);
}

function text(tokens: TokenStream): string {
  const token = tokens.next();
  if (token.kind !== 'string') throw notEmulated('A comment that is not a string', token);
  return token.text;
}

export function readProperties(tokens: TokenStream, properties: Map<string, string>): void {
  tokens.parenthesized(() =>
    tokens.list(() => {
      let key = '';
      while (!tokens.seesOperator('=') && tokens.peek().kind !== 'string' && !tokens.isEnd()) key += tokens.next().text;
      if (key === '') key = tokens.next().text;
      tokens.acceptOperator('=');
      properties.set(key, tokens.next().text);
    }),
  );
}

/** A property's name in `UNSET TBLPROPERTIES (a.b, 'c')`. */
export function parsePropertyName(tokens: TokenStream): string {
  let key = '';
  while (!tokens.seesOperator(',') && !tokens.seesOperator(')') && !tokens.isEnd()) key += tokens.next().text;
  return key;
}

function parseColumns(tokens: TokenStream, keys: KeyNode[]): ColumnNode[] {
  const columns: ColumnNode[] = [];
  tokens.parenthesized(() =>
    tokens.list(() => {
      if (seesTableConstraint(tokens)) keys.push(parseTableKey(tokens));
      else columns.push(parseColumn(tokens, keys));
    }),
  );
  return columns;
}
