import { isReserved, parseName, parseQualifiedName } from './names.ts';
import type { Expression, ExpressionOf, Name, SelectItem, Source, TableAlias, Unpivot } from './nodes.ts';
import { syntaxProblem } from './problem.ts';
import type { TokenStream } from './token-stream.ts';

/** `PIVOT (...)` and `UNPIVOT (...)`, as many as follow a source. */
export function parsePivots(tokens: TokenStream, first: Source): Source {
  let input = first;
  for (;;) {
    if (tokens.sees('PIVOT') && tokens.seesOperator('(', 1)) input = parsePivot(tokens, input);
    else if (seesUnpivot(tokens)) input = parseUnpivot(tokens, input);
    else return input;
  }
}

function seesUnpivot(tokens: TokenStream): boolean {
  if (!tokens.sees('UNPIVOT')) return false;
  return tokens.seesOperator('(', 1) || ['INCLUDE', 'EXCLUDE'].includes(tokens.peek(1).keyword);
}

/** After PIVOT's columns its values are constants; the analysis says so where one is none. */
function parsePivot(tokens: TokenStream, input: Source): Source {
  const start = tokens.expect('PIVOT');
  const parts = tokens.parenthesized(() => {
    const aggregates = tokens.list(() => aliased(tokens));
    tokens.expect('FOR');
    const columns = tokens.seesOperator('(')
      ? tokens.parenthesized(() => tokens.list(() => pivotColumn(tokens)))
      : [pivotColumn(tokens)];
    tokens.expect('IN');
    const values = tokens.parenthesized(() => tokens.list(() => aliased(tokens)));
    return { aggregates, columns, values };
  });
  return { kind: 'pivot', input, ...parts, ...tokens.spanFrom(start) };
}

function aliased(tokens: TokenStream): SelectItem {
  const start = tokens.peek();
  const expression = tokens.grammar.expression(tokens);
  const explicit = tokens.accept('AS');
  const next = tokens.peek();
  const implicit =
    next.kind === 'quoted' || (next.kind === 'word' && !isReserved(next.keyword) && next.keyword !== 'FOR');
  const alias = explicit || implicit ? parseName(tokens) : undefined;
  return { expression, alias, aliases: undefined, ...tokens.spanFrom(start) };
}

/** PIVOT takes a name alone. */
function pivotColumn(tokens: TokenStream): ExpressionOf<'column'> {
  const one = column(tokens);
  const [, more] = one.parts;
  if (more) throw syntaxProblem('The column of PIVOT has no qualifier.', more);
  return one;
}

function column(tokens: TokenStream): ExpressionOf<'column'> {
  const start = tokens.peek();
  const parts = parseQualifiedName(tokens);
  const node: Expression = { kind: 'column', parts, ...tokens.spanFrom(start) };
  return node;
}

function parseUnpivot(tokens: TokenStream, input: Source): Source {
  const start = tokens.expect('UNPIVOT');
  const includeNulls = tokens.accept('INCLUDE', 'NULLS');
  if (!includeNulls) tokens.accept('EXCLUDE', 'NULLS');
  const parts = tokens.parenthesized(() => {
    const several = tokens.seesOperator('(');
    const values: Name[] = several
      ? tokens.parenthesized(() => tokens.list(() => parseName(tokens)))
      : [parseName(tokens)];
    tokens.expect('FOR');
    const name = parseName(tokens);
    tokens.expect('IN');
    const groups = tokens.parenthesized(() => tokens.list(() => unpivotGroup(tokens, several)));
    return { values, name, groups };
  });
  return { kind: 'unpivot', input, includeNulls, ...parts, alias: unpivotAlias(tokens), ...tokens.spanFrom(start) };
}

function unpivotGroup(tokens: TokenStream, several: boolean): Unpivot['groups'][number] {
  const columns = several ? tokens.parenthesized(() => tokens.list(() => column(tokens))) : [column(tokens)];
  const named = tokens.accept('AS') || tokens.peek().kind === 'word' || tokens.peek().kind === 'quoted';
  return { columns, alias: named ? parseName(tokens) : undefined };
}

function unpivotAlias(tokens: TokenStream): TableAlias {
  const next = tokens.peek();
  const named = tokens.accept('AS') || next.kind === 'quoted' || (next.kind === 'word' && !isReserved(next.keyword));
  return { name: named ? parseName(tokens) : undefined, columns: undefined };
}
