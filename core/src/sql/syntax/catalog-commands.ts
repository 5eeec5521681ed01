import type { SchemaAlteration } from '../catalog-command.ts';
import type { CatalogCommandNode } from './catalog-nodes.ts';
import { parseGrant, parseShowGrants } from './grants.ts';
import { parseName, parseQualifiedName } from './names.ts';
import { notEmulated, syntaxProblem } from './problem.ts';
import { parsePartitionSpec } from './partition-spec.ts';
import { parseSchemaName } from './schemas.ts';
import type { StatementNode } from './statement-nodes.ts';
import { readProperties } from './table-definitions.ts';
import { parseTags } from './tags.ts';
import type { TokenStream } from './token-stream.ts';

/** A statement's first words, and how the rest of it is read. */
export interface CatalogRule {
  readonly words: readonly string[];
  /** Reads what follows the words. */
  readonly parse: (tokens: TokenStream) => StatementNode;
}

function rule(words: string, read: (tokens: TokenStream) => CatalogCommandNode): CatalogRule {
  return { words: words.split(' '), parse: (tokens) => ({ kind: 'catalog', command: read(tokens) }) };
}

const SCHEMA_WORDS = ['SCHEMA', 'DATABASE', 'NAMESPACE'];

/** What every statement about the catalog starts with; those of longer openings first. */
export const CATALOG_RULES: readonly CatalogRule[] = [
  ...['DESCRIBE', 'DESC'].flatMap((word) => [
    ...SCHEMA_WORDS.map((schema) => rule(`${word} ${schema}`, parseDescribeSchema)),
    rule(`${word} FUNCTION`, parseDescribeFunction),
    rule(`${word} CATALOG`, parseDescribeCatalog),
    rule(`${word} TABLE`, parseDescribeRelation),
    rule(word, parseDescribeRelation),
  ]),
  rule('SHOW TABLES', parseShowTables),
  rule('SHOW TABLE EXTENDED', parseShowTableExtended),
  ...['SCHEMAS', 'DATABASES', 'NAMESPACES'].map((word) => rule(`SHOW ${word}`, parseShowSchemas)),
  rule('SHOW CATALOGS', (tokens) => ({ kind: 'showCatalogs', pattern: parsePattern(tokens) })),
  ...SCHEMA_WORDS.map((schema) => rule(`SHOW CURRENT ${schema}`, () => ({ kind: 'showCurrent' }))),
  rule('SHOW TBLPROPERTIES', parseShowProperties),
  rule('SHOW CREATE TABLE', parseShowCreate),
  rule('SHOW PARTITIONS', (tokens) => ({
    kind: 'showPartitions',
    target: parseQualifiedName(tokens),
    partition: parsePartitionSpec(tokens),
  })),
  rule('COMMENT ON', parseCommentOn),
  ...SCHEMA_WORDS.map((schema) => rule(`ALTER ${schema}`, parseAlterSchema)),
  rule('CREATE CATALOG', parseCreateCatalog),
  rule('CREATE VOLUME', (tokens) => parseCreateVolume(tokens, false)),
  rule('CREATE EXTERNAL VOLUME', (tokens) => parseCreateVolume(tokens, true)),
  rule('DROP VOLUME', (tokens) => {
    const ifExists = tokens.accept('IF', 'EXISTS');
    return { kind: 'dropVolume', target: parseQualifiedName(tokens), ifExists };
  }),
  rule('ALTER CATALOG', (tokens) => parseTagsOf(tokens, { type: 'CATALOG', name: [parseName(tokens)] })),
  rule('ALTER VOLUME', (tokens) => parseTagsOf(tokens, { type: 'VOLUME', name: parseQualifiedName(tokens) })),
  rule('UNCACHE TABLE', (tokens) =>
    tokens.accept('IF', 'EXISTS')
      ? (parseQualifiedName(tokens), { kind: 'nothing', statement: 'UNCACHE TABLE' })
      : expectRelation('UNCACHE TABLE', tokens),
  ),
  rule('CLEAR CACHE', () => ({ kind: 'nothing', statement: 'CLEAR CACHE' })),
  rule('REFRESH TABLE', (tokens) => expectRelation('REFRESH TABLE', tokens)),
  rule('REFRESH FUNCTION', (tokens) => ({
    kind: 'expectFunction',
    statement: 'REFRESH FUNCTION',
    name: parseQualifiedName(tokens),
  })),
  rule('ANALYZE TABLE', parseAnalyze),
  ...['GRANTS', 'GRANT'].map((word) => rule(`SHOW ${word}`, parseShowGrants)),
  rule('GRANT', (tokens) => parseGrant(tokens, 'grant')),
  rule('REVOKE', (tokens) => parseGrant(tokens, 'revoke')),
];

function expectRelation(statement: string, tokens: TokenStream): CatalogCommandNode {
  return { kind: 'expectRelation', statement, target: parseQualifiedName(tokens) };
}

/** What follows `DESCRIBE [TABLE]`: `[EXTENDED | FORMATTED] t [PARTITION (...)] [column] [AS JSON]`. */
function parseDescribeRelation(tokens: TokenStream): CatalogCommandNode {
  // A relation may have the word for its name, where nothing follows that could be one.
  const next = tokens.peek(1);
  const named = next.kind !== 'end' && !(next.kind === 'operator' && next.text === '.');
  const extended = named && (tokens.accept('EXTENDED') || tokens.accept('FORMATTED'));
  const target = parseQualifiedName(tokens);
  const partition = parsePartitionSpec(tokens);
  const column =
    tokens.isEnd() || tokens.sees('AS', 'JSON') ? undefined : parseQualifiedName(tokens).map(({ text }) => text);
  const start = tokens.peek();
  const asJson = tokens.accept('AS', 'JSON');
  if (asJson && !extended) throw syntaxProblem('DESCRIBE ... AS JSON is written DESCRIBE EXTENDED ... AS JSON.', start);
  if (partition && column) throw syntaxProblem('A column of a partition is not described.', start);
  return { kind: 'describeRelation', target, extended, asJson, column, partition };
}

function parseDescribeSchema(tokens: TokenStream): CatalogCommandNode {
  const extended = tokens.accept('EXTENDED');
  return { kind: 'describeSchema', schema: parseSchemaName(tokens), extended };
}

function parseDescribeCatalog(tokens: TokenStream): CatalogCommandNode {
  const extended = tokens.accept('EXTENDED');
  return { kind: 'describeCatalog', catalog: parseName(tokens), extended };
}

function parseDescribeFunction(tokens: TokenStream): CatalogCommandNode {
  const extended = tokens.accept('EXTENDED');
  const token = tokens.peek();
  // Operators and texts name functions too: DESCRIBE FUNCTION '!='.
  const plain = token.kind === 'word' || token.kind === 'quoted' || token.kind === 'template';
  const name = plain ? parseQualifiedName(tokens) : [tokens.nameFrom(tokens.next())];
  return { kind: 'describeFunction', name, extended };
}

function parseShowTables(tokens: TokenStream): CatalogCommandNode {
  return { kind: 'showTables', within: parseWithin(tokens), pattern: parsePattern(tokens) };
}

function parseShowTableExtended(tokens: TokenStream): CatalogCommandNode {
  const within = parseWithin(tokens);
  const start = tokens.expect('LIKE');
  const pattern = patternText(tokens);
  if (pattern === undefined) throw syntaxProblem('SHOW TABLE EXTENDED has a pattern.', start);
  return { kind: 'showTableExtended', within, pattern, partition: parsePartitionSpec(tokens) };
}

function parseShowSchemas(tokens: TokenStream): CatalogCommandNode {
  const start = tokens.peek();
  const inside = tokens.accept('IN') || tokens.accept('FROM') ? parseQualifiedName(tokens) : undefined;
  if (inside && inside.length > 1) throw syntaxProblem('A catalog has one name.', tokens.spanFrom(start));
  return { kind: 'showSchemas', catalog: inside?.[0], pattern: parsePattern(tokens) };
}

function parseWithin(tokens: TokenStream) {
  return tokens.accept('IN') || tokens.accept('FROM') ? parseSchemaName(tokens) : undefined;
}

/** `[LIKE] 'pattern'`, or nothing. */
function parsePattern(tokens: TokenStream): string | undefined {
  const like = tokens.accept('LIKE');
  const pattern = patternText(tokens);
  if (like && pattern === undefined) throw tokens.unexpected('a pattern');
  return pattern;
}

function patternText(tokens: TokenStream): string | undefined {
  return tokens.peek().kind === 'string' ? tokens.next().text : undefined;
}

function parseShowProperties(tokens: TokenStream): CatalogCommandNode {
  const target = parseQualifiedName(tokens);
  const key = tokens.seesOperator('(') ? tokens.parenthesized(() => propertyKey(tokens)) : undefined;
  return { kind: 'showProperties', target, key };
}

/** `a.b` or `'a.b'`. */
function propertyKey(tokens: TokenStream): string {
  if (tokens.peek().kind === 'string') return tokens.next().text;
  return parseQualifiedName(tokens)
    .map(({ text }) => text)
    .join('.');
}

function parseShowCreate(tokens: TokenStream): CatalogCommandNode {
  const target = parseQualifiedName(tokens);
  if (tokens.sees('AS')) throw notEmulated('SHOW CREATE TABLE ... AS SERDE', tokens.peek(), 'Leave AS SERDE out.');
  return { kind: 'showCreate', target };
}

/** What follows `COMMENT ON`. */
function parseCommentOn(tokens: TokenStream): CatalogCommandNode {
  const object = tokens.next();
  const on = COMMENTED[object.keyword];
  if (!on) throw notEmulated(`COMMENT ON ${object.text.toUpperCase()}`, object);
  const start = tokens.peek();
  const name = on === 'schema' ? parseSchemaName(tokens) : parseQualifiedName(tokens);
  if (on === 'catalog' && name.length > 1) throw syntaxProblem('A catalog has one name.', tokens.spanFrom(start));
  if (on === 'column' && name.length < 2)
    throw syntaxProblem('A column is named with its table: t.column.', tokens.spanFrom(start));
  tokens.expect('IS');
  const token = tokens.peek();
  if (tokens.accept('NULL')) return { kind: 'comment', on, name, text: undefined };
  if (token.kind !== 'string') throw syntaxProblem('A comment is a string or NULL.', token);
  tokens.next();
  return { kind: 'comment', on, name, text: token.text };
}

const COMMENTED: Readonly<Record<string, 'catalog' | 'schema' | 'relation' | 'column'>> = {
  CATALOG: 'catalog',
  SCHEMA: 'schema',
  DATABASE: 'schema',
  NAMESPACE: 'schema',
  TABLE: 'relation',
  COLUMN: 'column',
};

/** `[IF NOT EXISTS] c [MANAGED LOCATION '...'] [COMMENT '...']` */
function parseCreateCatalog(tokens: TokenStream): CatalogCommandNode {
  const ifNotExists = tokens.accept('IF', 'NOT', 'EXISTS');
  const name = parseName(tokens);
  if (tokens.sees('USING')) throw notEmulated('A catalog of a share', tokens.peek());
  return { kind: 'createCatalog', name, ifNotExists, ...parseCreation(tokens, ['MANAGED', 'LOCATION']) };
}

/** `[IF NOT EXISTS] v [COMMENT '...']`, with `LOCATION '...'` of an external one. */
function parseCreateVolume(tokens: TokenStream, external: boolean): CatalogCommandNode {
  const ifNotExists = tokens.accept('IF', 'NOT', 'EXISTS');
  const target = parseQualifiedName(tokens);
  const parts = parseCreation(tokens, ['LOCATION']);
  if (external !== (parts.location !== undefined))
    throw syntaxProblem('An external volume has a LOCATION, and no other one has.', tokens.peek());
  return { kind: 'createVolume', target, ifNotExists, ...parts };
}

function parseCreation(tokens: TokenStream, place: readonly string[]) {
  const found: { comment: string | undefined; location: string | undefined } = {
    comment: undefined,
    location: undefined,
  };
  for (;;) {
    const start = tokens.peek();
    const isPlace = tokens.accept(...place);
    if (!isPlace && !tokens.accept('COMMENT')) return found;
    const token = tokens.next();
    if (token.kind !== 'string') throw syntaxProblem(`${start.text.toUpperCase()} is followed by a string.`, token);
    found[isPlace ? 'location' : 'comment'] = token.text;
  }
}

function parseTagsOf(tokens: TokenStream, on: Parameters<typeof parseTags>[1]): CatalogCommandNode {
  const tags = parseTags(tokens, on);
  if (tags) return tags;
  const what = `${tokens.peek().text.toUpperCase()} ${tokens.peek(1).text.toUpperCase()}`;
  throw notEmulated(`ALTER ${on.type} ... ${what}`, tokens.peek());
}

function parseAlterSchema(tokens: TokenStream): CatalogCommandNode {
  const schema = parseSchemaName(tokens);
  const tags = parseTags(tokens, { type: 'SCHEMA', name: schema });
  return tags ?? { kind: 'alterSchema', schema, change: parseSchemaChange(tokens) };
}

function parseSchemaChange(tokens: TokenStream): SchemaAlteration {
  const start = tokens.peek();
  if (tokens.accept('SET', 'DBPROPERTIES') || tokens.accept('SET', 'PROPERTIES')) {
    const properties = new Map<string, string>();
    readProperties(tokens, properties);
    return { kind: 'setProperties', properties };
  }
  if (tokens.accept('UNSET', 'DBPROPERTIES') || tokens.accept('UNSET', 'PROPERTIES')) {
    return { kind: 'unsetProperties', names: tokens.parenthesized(() => tokens.list(() => propertyKey(tokens))) };
  }
  if (tokens.accept('SET', 'LOCATION')) {
    const token = tokens.next();
    if (token.kind !== 'string') throw syntaxProblem('A location is a string.', token);
    return { kind: 'setLocation', location: token.text };
  }
  if (tokens.accept('SET', 'OWNER', 'TO') || tokens.accept('OWNER', 'TO'))
    return { kind: 'setOwner', owner: parseName(tokens).text };
  throw notEmulated(`ALTER SCHEMA ... ${start.text.toUpperCase()} ${tokens.peek(1).text.toUpperCase()}`, start);
}

/** `t COMPUTE [DELTA] STATISTICS [NOSCAN | FOR COLUMNS a, b | FOR ALL COLUMNS]` */
function parseAnalyze(tokens: TokenStream): CatalogCommandNode {
  const target = parseQualifiedName(tokens);
  if (tokens.sees('PARTITION')) throw notEmulated('ANALYZE TABLE ... PARTITION', tokens.peek(), 'Leave PARTITION out.');
  tokens.expect('COMPUTE');
  tokens.accept('DELTA');
  tokens.expect('STATISTICS');
  if (tokens.accept('FOR', 'ALL', 'COLUMNS')) return { kind: 'analyze', target, scans: true, columns: 'all' };
  const columns = tokens.accept('FOR', 'COLUMNS') ? tokens.list(() => parseName(tokens).text) : [];
  return { kind: 'analyze', target, scans: !tokens.accept('NOSCAN'), columns };
}
