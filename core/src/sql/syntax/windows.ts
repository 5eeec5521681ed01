import { parseName } from './names.ts';
import type { FrameBound, SortKey, WindowSpecification } from './nodes.ts';
import { syntaxProblem } from './problem.ts';
import type { TokenStream } from './token-stream.ts';
import { contains } from './walk.ts';

/** What stands after OVER: a name or `(PARTITION BY ... ORDER BY ... frame)`. */
export function parseWindow(tokens: TokenStream): WindowSpecification {
  const start = tokens.peek();
  if (!tokens.seesOperator('(')) {
    const { text } = parseName(tokens);
    return { base: text, partitionBy: [], orderBy: [], ...tokens.spanFrom(start) };
  }
  tokens.expectOperator('(');
  const named =
    tokens.peek().kind === 'word' &&
    !tokens.seesOneOf('PARTITION', 'DISTRIBUTE', 'ORDER', 'SORT', 'ROWS', 'RANGE', 'CLUSTER');
  // Spark takes a window's name alone in the parentheses, and builds no window upon another.
  const base = named ? parseName(tokens).text : undefined;
  if (base !== undefined) {
    tokens.expectOperator(')');
    return { base, partitionBy: [], orderBy: [], ...tokens.spanFrom(start) };
  }
  const partitionBy =
    tokens.accept('PARTITION', 'BY') || tokens.accept('DISTRIBUTE', 'BY')
      ? tokens.list(() => tokens.grammar.expression(tokens))
      : [];
  const orderBy = tokens.accept('ORDER', 'BY') || tokens.accept('SORT', 'BY') ? parseSortKeys(tokens) : [];
  const frame = tokens.seesOneOf('ROWS', 'RANGE') ? parseFrame(tokens) : undefined;
  tokens.expectOperator(')');
  return {
    partitionBy,
    orderBy,
    ...(frame ? { frame } : {}),
    ...tokens.spanFrom(start),
  };
}

export function parseSortKeys(tokens: TokenStream): SortKey[] {
  return tokens.list(() => ({ expression: tokens.grammar.expression(tokens), ...parseDirection(tokens) }));
}

/** SORT BY, CLUSTER BY and DISTRIBUTE BY arrange rows within partitions: any order is Spark's, and this one is as good. */
export function parseArrangement(tokens: TokenStream): SortKey[] | undefined {
  if (tokens.accept('CLUSTER', 'BY')) return parseSortKeys(tokens);
  let sorted = tokens.accept('SORT', 'BY') ? parseSortKeys(tokens) : undefined;
  if (!tokens.accept('DISTRIBUTE', 'BY')) return sorted;
  const parts = tokens.list(() => tokens.grammar.expression(tokens)).filter(({ kind }) => kind !== 'literal');
  sorted ??= tokens.accept('SORT', 'BY') ? parseSortKeys(tokens) : [];
  return [...sorted, ...parts.map((expression) => ({ expression, descending: false, nulls: undefined }))];
}

export function parseDirection(tokens: TokenStream): Pick<SortKey, 'descending' | 'nulls'> {
  const descending = tokens.accept('DESC');
  if (!descending) tokens.accept('ASC');
  const nulls = tokens.accept('NULLS', 'FIRST') ? 'first' : tokens.accept('NULLS', 'LAST') ? 'last' : undefined;
  return { descending, nulls };
}

function parseFrame(tokens: TokenStream): NonNullable<WindowSpecification['frame']> {
  const unit = tokens.next().keyword === 'ROWS' ? 'ROWS' : 'RANGE';
  if (!tokens.accept('BETWEEN')) return { unit, start: parseBound(tokens), end: { kind: 'current' } };
  const start = parseBound(tokens);
  tokens.expect('AND');
  return { unit, start, end: parseBound(tokens) };
}

function parseBound(tokens: TokenStream): FrameBound {
  if (tokens.accept('UNBOUNDED', 'PRECEDING')) return { kind: 'unboundedPreceding' };
  if (tokens.accept('UNBOUNDED', 'FOLLOWING')) return { kind: 'unboundedFollowing' };
  if (tokens.accept('CURRENT', 'ROW')) return { kind: 'current' };
  const offset = tokens.grammar.expression(tokens);
  // Spark looks at it before it knows any name.
  if (contains(offset, ({ kind }) => ['column', 'call', 'scalarQuery'].includes(kind)))
    throw syntaxProblem('A bound of a frame is a constant.', offset);
  if (tokens.accept('PRECEDING')) return { kind: 'preceding', offset };
  tokens.expect('FOLLOWING');
  return { kind: 'following', offset };
}
