import { STRING } from '../types/spark-type.ts';
import { parseQualifiedName } from './names.ts';
import { parseNameList } from './queries.ts';
import type { Call, Expression, Query, SelectItem, Source } from './nodes.ts';
import { notEmulated, type Span, syntaxProblem } from './problem.ts';
import type { StatementNode } from './statement-nodes.ts';
import type { TokenStream } from './token-stream.ts';

/** What follows `COPY INTO`: a query over `STREAM read_files(...)`, so that each file is read once. */
export function parseCopyInto(tokens: TokenStream): StatementNode {
  const target = parseQualifiedName(tokens);
  const columns = tokens.seesOperator('(') ? parseNameList(tokens) : undefined;
  const byPosition = columns !== undefined || tokens.accept('BY', 'POSITION');
  tokens.expect('FROM');
  const start = tokens.peek();
  const selected = tokens.acceptOperator('(')
    ? parseSelected(tokens)
    : { items: [star(start)], path: parsePath(tokens) };
  if (tokens.sees('WITH'))
    throw notEmulated('WITH in COPY INTO', tokens.peek(), 'Leave it out: the catalog knows the place.');
  tokens.expect('FILEFORMAT');
  tokens.acceptOperator('=');
  const format = tokens.next();
  const options = new Map([['format', format.text.toLowerCase()]]);
  const wanted = parseFiles(tokens);
  const copy = parseOptions(tokens, options);
  if (byPosition && (format.keyword !== 'CSV' || options.get('header') === 'true'))
    throw syntaxProblem('COPY INTO by position takes CSV files without a header.', format);
  if (format.keyword === 'CSV' && !options.has('infercolumntypes')) options.set('infercolumntypes', 'false');
  const span: Span = { start: start.start, end: format.end };
  const known = new Set(['mergeschema', 'force']);
  const other = [...copy.keys()].find((key) => !known.has(key));
  if (other !== undefined) throw notEmulated(`The copy option ${other}`, span);
  return {
    kind: 'copyInto',
    target,
    query: fileQuery(selected.items, filesIn(selected.path, wanted), options, span),
    ...(byPosition ? { columns: columns?.map(({ text }) => text) ?? 'all' } : {}),
    mergeSchema: copy.get('mergeschema') === 'true',
    force: copy.get('force') === 'true',
  };
}

function parseSelected(tokens: TokenStream): { items: readonly SelectItem[]; path: Expression } {
  tokens.expect('SELECT');
  const items = tokens.list((): SelectItem => {
    const expression = tokens.grammar.expression(tokens);
    const named = tokens.accept('AS') || !(tokens.seesOperator(',') || tokens.sees('FROM'));
    const [name] = named ? parseQualifiedName(tokens) : [];
    return { expression, alias: name, aliases: undefined, start: expression.start, end: expression.end };
  });
  tokens.expect('FROM');
  const path = parsePath(tokens);
  tokens.expectOperator(')');
  return { items, path };
}

/** `FILES = ('a.csv', 'b.csv')` or `PATTERN = 'a*.csv'`, below the folder: as a glob. */
function parseFiles(tokens: TokenStream): string | undefined {
  const start = tokens.peek();
  if (tokens.accept('PATTERN')) {
    tokens.expectOperator('=');
    const pattern = fileName(tokens);
    if (tokens.sees('FILES')) throw syntaxProblem('FILES and PATTERN exclude each other.', tokens.peek());
    return pattern;
  }
  if (!tokens.accept('FILES')) return undefined;
  tokens.expectOperator('=');
  const names = tokens.parenthesized(() => tokens.list(() => fileName(tokens)));
  if (tokens.sees('PATTERN')) throw syntaxProblem('FILES and PATTERN exclude each other.', tokens.peek());
  if (names.some((name) => /[*?[\]{},\\]/.test(name)))
    throw notEmulated('FILES with the characters of patterns', tokens.spanFrom(start), 'Use PATTERN.');
  return names.length === 1 ? names[0] : `{${names.join(',')}}`;
}

function fileName(tokens: TokenStream): string {
  const token = tokens.next();
  if (token.kind !== 'string') throw syntaxProblem("A file's name stands in quotes.", token);
  return token.text;
}

function filesIn(path: Expression, wanted: string | undefined): Expression {
  if (wanted === undefined || path.kind !== 'literal') return path;
  return { ...path, value: `${String(path.value).replace(/\/$/, '')}/${wanted}` };
}

function parsePath(tokens: TokenStream): Expression {
  if (tokens.peek().kind !== 'string') throw notEmulated('COPY INTO from anything but a path in quotes', tokens.peek());
  return tokens.grammar.expression(tokens);
}

/** FORMAT_OPTIONS go to `options`, under the names of read_files; COPY_OPTIONS come back. */
function parseOptions(tokens: TokenStream, options: Map<string, string>): ReadonlyMap<string, string> {
  const copy = new Map<string, string>();
  while (!tokens.isEnd()) {
    const token = tokens.peek();
    if (tokens.accept('FORMAT_OPTIONS')) readOptions(tokens, options);
    else if (tokens.accept('COPY_OPTIONS')) readOptions(tokens, copy);
    else
      throw notEmulated(
        `${token.text.toUpperCase()} in COPY INTO`,
        token,
        'Leave it out, or read the files with read_files.',
      );
  }
  const infers = options.get('inferschema');
  if (infers !== undefined) {
    options.delete('inferschema');
    options.set('infercolumntypes', infers);
  }
  return copy;
}

function readOptions(tokens: TokenStream, options: Map<string, string>): void {
  tokens.parenthesized(() =>
    tokens.list(() => {
      const key = tokens.next();
      tokens.expectOperator('=');
      const value = tokens.next();
      if (value.kind === 'operator') throw syntaxProblem('An option has a value in quotes.', value);
      options.set(key.text.toLowerCase(), value.text.toLowerCase() === 'true' ? 'true' : value.text);
    }),
  );
}

function star({ start, end }: Span): SelectItem {
  const expression: Expression = { kind: 'star', qualifier: [], except: [], start, end };
  return { expression, alias: undefined, aliases: undefined, start, end };
}

function fileQuery(
  items: readonly SelectItem[],
  path: Expression,
  options: ReadonlyMap<string, string>,
  span: Span,
): Query {
  const text = (value: string): Expression => ({ kind: 'literal', type: STRING, value, ...span });
  const named = [...options].map(([name, value]) => ({ name, value: text(value) }));
  const plain = { distinct: false, ignoreNulls: false, nameSpan: span };
  const call: Call = { kind: 'call', name: 'read_files', args: [path], named, ...plain, ...span };
  const from: Source = {
    kind: 'tableFunction',
    call,
    alias: { name: undefined, columns: undefined },
    stream: true,
    ...span,
  };
  const nothing = { where: undefined, groupBy: undefined, having: undefined, qualify: undefined, windows: new Map() };
  const tail = { with: [], orderBy: [], orderByAll: undefined, limit: undefined, offset: undefined };
  return { ...tail, body: { kind: 'select', distinct: false, items, from, ...nothing, ...span }, ...span };
}
