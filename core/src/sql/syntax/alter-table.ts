import { typeText } from '../types/spark-type.ts';
import { parseName, parseQualifiedName } from './names.ts';
import { notEmulated, syntaxProblem } from './problem.ts';
import type { StatementNode } from './statement-nodes.ts';
import { parseColumn, parseDefaultRule, parseStoredType } from './column-definitions.ts';
import { parsePropertyName, readProperties } from './table-definitions.ts';
import type { TokenStream } from './token-stream.ts';

/** What follows `ALTER TABLE`. */
export function parseAlterTable(tokens: TokenStream): StatementNode {
  const target = parseQualifiedName(tokens);
  if (tokens.accept('RENAME', 'TO')) return { kind: 'rename', object: 'TABLE', target, to: parseQualifiedName(tokens) };
  return { kind: 'alterTable', target, change: parseChange(tokens) };
}

type Change = Extract<StatementNode, { kind: 'alterTable' }>['change'];

function parseChange(tokens: TokenStream): Change {
  const start = tokens.peek();
  if (tokens.accept('ADD', 'CONSTRAINT')) return parseConstraint(tokens);
  if (tokens.accept('ADD')) return parseAddColumns(tokens);
  if (tokens.accept('DROP', 'CONSTRAINT')) {
    const ifExists = tokens.accept('IF', 'EXISTS');
    return { kind: 'dropConstraint', name: parseName(tokens).text, ifExists };
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
  if (!tokens.sees('CHECK')) throw notEmulated('A key constraint', tokens.peek(), 'Leave it out: nothing enforces it.');
  tokens.next();
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
