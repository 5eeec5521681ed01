import { parseName, parseQualifiedName } from './names.ts';
import { notEmulated } from './problem.ts';
import { parseNameList } from './queries.ts';
import type { KeyNode } from './statement-nodes.ts';
import type { TokenStream } from './token-stream.ts';

/** True where a constraint of a table's definition begins. */
export function seesTableConstraint(tokens: TokenStream): boolean {
  return (
    tokens.sees('CONSTRAINT') ||
    tokens.sees('PRIMARY', 'KEY') ||
    tokens.sees('FOREIGN', 'KEY') ||
    (tokens.seesOneOf('UNIQUE', 'CHECK') && tokens.peek(1).text === '(')
  );
}

/** `[CONSTRAINT name] PRIMARY KEY (a, b)` or `[CONSTRAINT name] FOREIGN KEY (a) REFERENCES t [(b)]`, with options that enforce nothing. */
export function parseTableKey(tokens: TokenStream): KeyNode {
  const name = tokens.accept('CONSTRAINT') ? parseName(tokens).text : undefined;
  return parseKey(tokens, name);
}

/** What follows `CONSTRAINT name` of a table. */
export function parseKey(tokens: TokenStream, name: string | undefined): KeyNode {
  if (tokens.accept('PRIMARY', 'KEY')) {
    const columns = tokens.parenthesized(() => tokens.list(() => parseKeyColumn(tokens)));
    parseOptions(tokens);
    return { kind: 'primary', name, columns };
  }
  if (tokens.accept('FOREIGN', 'KEY'))
    return parseReference(
      tokens,
      name,
      parseNameList(tokens).map(({ text }) => text),
    );
  if (tokens.sees('CHECK'))
    throw notEmulated(
      'CHECK in CREATE TABLE',
      tokens.peek(),
      'Databricks does not take it either: write ALTER TABLE ... ADD CONSTRAINT ... CHECK.',
    );
  throw notEmulated(`The constraint ${tokens.peek().text.toUpperCase()}`, tokens.peek(), 'Leave it out.');
}

/** `[CONSTRAINT name] PRIMARY KEY` or `[CONSTRAINT name] [FOREIGN KEY] REFERENCES t [(b)]` of a column; undefined where none follows. */
export function parseColumnKey(tokens: TokenStream, column: string): KeyNode | undefined {
  if (!tokens.seesOneOf('CONSTRAINT', 'PRIMARY', 'FOREIGN', 'REFERENCES')) return undefined;
  const name = tokens.accept('CONSTRAINT') ? parseName(tokens).text : undefined;
  if (tokens.accept('PRIMARY', 'KEY')) {
    parseOptions(tokens);
    return { kind: 'primary', name, columns: [column] };
  }
  tokens.accept('FOREIGN', 'KEY');
  if (tokens.sees('REFERENCES')) return parseReference(tokens, name, [column]);
  throw notEmulated(`${tokens.peek().text.toUpperCase()} in a column`, tokens.peek());
}

function parseKeyColumn(tokens: TokenStream): string {
  const { text } = parseName(tokens);
  tokens.accept('TIMESERIES');
  return text;
}

function parseReference(tokens: TokenStream, name: string | undefined, columns: readonly string[]): KeyNode {
  tokens.expect('REFERENCES');
  const parent = parseQualifiedName(tokens);
  const parentColumns = tokens.seesOperator('(') ? parseNameList(tokens).map(({ text }) => text) : undefined;
  parseOptions(tokens);
  return { kind: 'foreign', name, columns, parent, parentColumns };
}

/** Nothing of it changes what a table holds: Databricks enforces no key. */
function parseOptions(tokens: TokenStream): void {
  const options = [
    ['NOT', 'ENFORCED'],
    ['DEFERRABLE'],
    ['INITIALLY', 'DEFERRED'],
    ['RELY'],
    ['NORELY'],
    ['ENABLE', 'NOVALIDATE'],
    ['MATCH', 'FULL'],
    ['ON', 'UPDATE', 'NO', 'ACTION'],
    ['ON', 'DELETE', 'NO', 'ACTION'],
  ];
  while (options.some((words) => tokens.accept(...words)));
}
