import type { Expression, Query, SelectItem, Source, TableAlias } from './nodes.ts';
import { notEmulated, type Span, syntaxProblem } from './problem.ts';
import type { TokenStream } from './token-stream.ts';

/** What TABLESAMPLE leaves: every row, or so many. */
export type Sample = { readonly kind: 'all' } | { readonly kind: 'rows'; readonly count: Expression };

/** `TABLESAMPLE (...) [REPEATABLE (n)]`. Only what is not random is emulated. */
export function parseSample(tokens: TokenStream): Sample | undefined {
  const start = tokens.peek();
  if (!tokens.accept('TABLESAMPLE')) return undefined;
  tokens.accept('SYSTEM');
  const sample = tokens.parenthesized(() => (tokens.accept('BUCKET') ? bucket(tokens) : amount(tokens)));
  if (tokens.accept('REPEATABLE')) tokens.parenthesized(() => tokens.next());
  if (!sample) throw notEmulated('TABLESAMPLE', tokens.spanFrom(start), 'Its rows are random: leave it out.');
  return sample;
}

function bucket(tokens: TokenStream): Sample | undefined {
  const wanted = wholeNumber(tokens);
  tokens.expect('OUT');
  tokens.expect('OF');
  const of = wholeNumber(tokens);
  if (tokens.accept('ON')) throw notEmulated('TABLESAMPLE ... ON', tokens.peek(), 'Leave it out.');
  return fraction(tokens, wanted / of);
}

function wholeNumber(tokens: TokenStream): number {
  const { kind, text } = tokens.peek();
  if (kind !== 'number' || !/^\d+$/.test(text)) throw tokens.unexpected('a whole number');
  tokens.next();
  return Number(text);
}

function amount(tokens: TokenStream): Sample | undefined {
  const negative = tokens.acceptOperator('-');
  const percent = tokens.peek();
  if (tokens.peek(1).keyword === 'PERCENT' && percent.kind === 'number') {
    tokens.next();
    tokens.next();
    return fraction(tokens, (negative ? -1 : 1) * (Number(percent.text) / 100));
  }
  if (negative) throw syntaxProblem('TABLESAMPLE counts from 0.', percent);
  const count = tokens.grammar.expression(tokens);
  tokens.expect('ROWS');
  return { kind: 'rows', count };
}

/** All rows, or none; what lies between is random. */
function fraction(tokens: TokenStream, part: number): Sample | undefined {
  const span = tokens.peek();
  if (!(part >= 0 && part <= 1)) throw syntaxProblem('TABLESAMPLE takes from 0 to 100 percent.', span);
  if (part === 1) return { kind: 'all' };
  if (part > 0) return undefined;
  const { start, end } = span;
  return { kind: 'rows', count: { kind: 'literal', type: { kind: 'int' }, value: '0', start, end } };
}

/** Every column of a source under another name. */
export function allOf(source: Source, alias: TableAlias, span: Span, count?: Expression): Source {
  const { start, end } = span;
  const star: SelectItem = {
    expression: { kind: 'star', qualifier: [], except: [], start, end },
    alias: undefined,
    aliases: undefined,
    start,
    end,
  };
  const body: Query['body'] = {
    kind: 'select',
    distinct: false,
    items: [star],
    from: source,
    where: undefined,
    groupBy: undefined,
    having: undefined,
    qualify: undefined,
    windows: new Map(),
    start,
    end,
  };
  const query: Query = {
    with: [],
    body,
    orderBy: [],
    orderByAll: undefined,
    limit: count,
    offset: undefined,
    start,
    end,
  };
  return { kind: 'subquery', query, alias, lateral: false, keepsNames: !alias.name, start, end };
}

export function sampled(source: Source, sample: Sample, alias: TableAlias, span: Span): Source {
  return allOf(source, alias, span, sample.kind === 'rows' ? sample.count : undefined);
}

export function sampledQuery(query: Query, sample: Sample): Query {
  if (sample.kind === 'all') return query;
  const { start, end } = query;
  const alias = { name: undefined, columns: undefined };
  const source = allOf({ kind: 'subquery', query, alias, lateral: false, start, end }, alias, query, sample.count);
  return source.kind === 'subquery' ? source.query : query;
}
