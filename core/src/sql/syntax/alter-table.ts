import { typeText } from '../types/spark-type.ts';
import { parseName, parseQualifiedName } from './names.ts';
import { notEmulated, syntaxProblem } from './problem.ts';
import type { StatementNode } from './statement-nodes.ts';
import type { CatalogCommandNode } from './catalog-nodes.ts';
import { parseColumn, parseDefaultRule, parseStoredType } from './column-definitions.ts';
import { parseKey, parseTableKey } from './key-constraints.ts';
import type { Name } from './nodes.ts';
import { parseTags } from './tags.ts';
import { parsePropertyName, readProperties } from './table-definitions.ts';
import type { TokenStream } from './token-stream.ts';

/** What follows `ALTER TABLE`. */
export function parseAlterTable(tokens: TokenStream): StatementNode {
  const target = parseQualifiedName(tokens);
  if (tokens.accept('RENAME', 'TO')) return { kind: 'rename', object: 'TABLE', target, to: parseQualifiedName(tokens) };
  const command = parseKept(tokens, target);
  if (command) return { kind: 'catalog', command };
  return { kind: 'alterTable', target, change: parseChange(tokens) };
}

/** What Unity Catalog keeps of a table and its log does not: tags and keys. */
function parseKept(tokens: TokenStream, target: readonly Name[]): CatalogCommandNode | undefined {
  const on = { type: 'TABLE', name: target } as const;
  const isColumn = tokens.sees('ALTER', 'COLUMN');
  if (tokens.sees('ALTER') && tokens.peek(isColumn ? 4 : 3).keyword === 'TAGS') {
    tokens.next();
    tokens.accept('COLUMN');
    return parseTags(tokens, on, parseName(tokens).text);
  }
  if (tokens.sees('ALTER') && tokens.peek(isColumn ? 4 : 3).keyword === 'MASK') {
    tokens.next();
    tokens.accept('COLUMN');
    return parseMask(tokens, target, parseName(tokens).text);
  }
  if (tokens.accept('DROP', 'ROW', 'FILTER')) return { kind: 'rowFilter', target, filter: undefined };
  if (tokens.accept('SET', 'ROW', 'FILTER')) {
    const functionName = parseQualifiedName(tokens);
    tokens.expect('ON');
    return { kind: 'rowFilter', target, filter: { functionName, columns: parsePolicyColumns(tokens) } };
  }
  if (tokens.sees('ADD', 'CONSTRAINT') && tokens.peek(3).keyword !== 'CHECK') {
    tokens.next();
    return { kind: 'addKey', target, key: parseTableKey(tokens) };
  }
  if (tokens.sees('ADD', 'PRIMARY', 'KEY') || tokens.sees('ADD', 'FOREIGN', 'KEY')) {
    tokens.next();
    return { kind: 'addKey', target, key: parseKey(tokens, undefined) };
  }
  if (tokens.accept('DROP', 'PRIMARY', 'KEY')) {
    const ifExists = tokens.accept('IF', 'EXISTS');
    if (!tokens.accept('CASCADE')) tokens.accept('RESTRICT');
    return { kind: 'dropPrimaryKey', target, ifExists };
  }
  return parseTags(tokens, on);
}

/** `SET MASK f [USING COLUMNS (a, b)]` or `DROP MASK` */
function parseMask(tokens: TokenStream, target: readonly Name[], column: string): CatalogCommandNode {
  if (tokens.accept('DROP', 'MASK')) return { kind: 'mask', target, column, mask: undefined };
  tokens.expect('SET', 'MASK');
  const functionName = parseQualifiedName(tokens);
  const columns = tokens.accept('USING', 'COLUMNS') ? parsePolicyColumns(tokens) : [];
  return { kind: 'mask', target, column, mask: { functionName, columns } };
}

function parsePolicyColumns(tokens: TokenStream): string[] {
  if (tokens.seesOperator('(') && tokens.seesOperator(')', 1)) {
    tokens.next();
    tokens.next();
    return [];
  }
  return tokens.parenthesized(() =>
    tokens.list(() => {
      const token = tokens.peek();
      if (token.kind === 'string' || token.kind === 'number')
        throw notEmulated('A constant of a mask or a row filter', token, 'Write it into the function.');
      return parseName(tokens).text;
    }),
  );
}

type Change = Extract<StatementNode, { kind: 'alterTable' }>['change'];

function parseChange(tokens: TokenStream): Change {
  const start = tokens.peek();
  if (tokens.accept('ADD', 'CONSTRAINT')) return parseConstraint(tokens);
  if (tokens.accept('ADD')) return parseAddColumns(tokens);
  if (tokens.accept('DROP', 'CONSTRAINT')) {
    const ifExists = tokens.accept('IF', 'EXISTS');
    const { text: name } = parseName(tokens);
    if (!tokens.accept('CASCADE')) tokens.accept('RESTRICT');
    return { kind: 'dropConstraint', name, ifExists };
  }
  if (tokens.accept('SET', 'TBLPROPERTIES')) {
    const properties = new Map<string, string>();
    readProperties(tokens, properties);
    return { kind: 'setProperties', properties };
  }
  if (tokens.accept('UNSET', 'TBLPROPERTIES')) {
    const ifExists = tokens.accept('IF', 'EXISTS');
    return {
      kind: 'unsetProperties',
      names: tokens.parenthesized(() => tokens.list(() => parsePropertyName(tokens))),
      ifExists,
    };
  }
  if (tokens.sees('ALTER') || tokens.sees('CHANGE')) return parseAlterColumn(tokens);
  if (tokens.accept('CLUSTER', 'BY')) {
    if (tokens.accept('NONE')) return { kind: 'clusterBy', columns: [] };
    return { kind: 'clusterBy', columns: tokens.parenthesized(() => tokens.list(() => parseName(tokens).text)) };
  }
  if (tokens.accept('RENAME', 'COLUMN')) {
    const path = columnPath(tokens);
    tokens.expect('TO');
    return { kind: 'renameColumn', path, name: parseName(tokens).text };
  }
  if (tokens.accept('DROP', 'COLUMN') || tokens.accept('DROP', 'COLUMNS')) {
    const ifExists = tokens.accept('IF', 'EXISTS');
    const paths = tokens.seesOperator('(')
      ? tokens.parenthesized(() => tokens.list(() => columnPath(tokens)))
      : tokens.list(() => columnPath(tokens));
    return { kind: 'dropColumns', paths, ifExists };
  }
  const words = `${start.text.toUpperCase()} ${tokens.peek(1).text.toUpperCase()}`;
  throw notEmulated(`ALTER TABLE ... ${words}`, tokens.spanFrom(tokens.next()));
}

function columnPath(tokens: TokenStream): string[] {
  return parseQualifiedName(tokens).map(({ text }) => text);
}

function parseConstraint(tokens: TokenStream): Change {
  const name = parseName(tokens).text;
  tokens.expect('CHECK');
  const start = tokens.expectOperator('(');
  const condition = tokens.grammar.expression(tokens);
  const end = tokens.expectOperator(')');
  return { kind: 'addCheck', name, condition, span: { start: start.end, end: end.start } };
}

function parseAddColumns(tokens: TokenStream): Change {
  const plural = tokens.accept('COLUMNS');
  if (!plural) tokens.expect('COLUMN');
  const one = () => {
    const column = parseColumn(tokens);
    if (tokens.seesOneOf('FIRST', 'AFTER')) throw notEmulated(`${tokens.peek().keyword} in ADD COLUMN`, tokens.peek());
    return column;
  };
  const listed = tokens.seesOperator('(');
  const columns = listed ? tokens.parenthesized(() => tokens.list(one)) : tokens.list(one);
  return { kind: 'addColumns', columns };
}

function parseAlterColumn(tokens: TokenStream): Change {
  tokens.next();
  tokens.accept('COLUMN');
  const start = tokens.peek();
  const path = columnPath(tokens);
  if (tokens.accept('TYPE')) return { kind: 'setType', path, typeText: typeText(parseStoredType(tokens)) };
  const [column, field] = path;
  if (column === undefined || field !== undefined)
    throw notEmulated('ALTER COLUMN of a nested field', tokens.spanFrom(start));
  if (tokens.accept('SET', 'NOT', 'NULL')) return { kind: 'setNullable', column, nullable: false };
  if (tokens.accept('DROP', 'NOT', 'NULL')) return { kind: 'setNullable', column, nullable: true };
  if (tokens.accept('SET', 'DEFAULT')) return { kind: 'setDefault', column, rule: parseDefaultRule(tokens) };
  if (tokens.accept('DROP', 'DEFAULT')) return { kind: 'setDefault', column, rule: undefined };
  if (!tokens.accept('COMMENT'))
    throw notEmulated(`ALTER COLUMN ... ${tokens.peek().text.toUpperCase()}`, tokens.peek());
  const comment = tokens.next();
  if (comment.kind !== 'string') throw syntaxProblem('A comment is a string.', comment);
  return { kind: 'setComment', column, comment: comment.text };
}
