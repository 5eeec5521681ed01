import type { Expression, GroupBy } from './nodes.ts';
import { notEmulated } from './problem.ts';
import type { TokenStream } from './token-stream.ts';

type Sets = GroupBy['sets'];

interface Analytic {
  readonly kind: 'rollup' | 'cube' | 'groupingSets';
  readonly sets: Sets;
}

/** GROUP BY: expressions, grouping analytics, or both, which together are the product of their grouping sets. */
export function parseGroupBy(tokens: TokenStream): GroupBy {
  const start = tokens.expect('GROUP', 'BY');
  const done = (kind: GroupBy['kind'], expressions: GroupBy['expressions'], sets: Sets = []): GroupBy => ({
    kind,
    expressions,
    sets,
    ...tokens.spanFrom(start),
  });
  if (tokens.sees('ALL') && !tokens.seesOperator('.', 1)) {
    tokens.next();
    if (tokens.seesOperator(',')) throw notEmulated('GROUP BY ALL with more', tokens.peek(), 'Name the columns.');
    return done('all', []);
  }
  const elements = tokens.list(() => parseAnalytic(tokens) ?? tokens.grammar.expression(tokens));
  const [first, more] = elements;
  if (first && !more && isAnalytic(first)) return done(first.kind, [], first.sets);
  if (elements.some(isAnalytic)) return done('groupingSets', [], product(elements));
  const expressions = elements.filter((one) => !isAnalytic(one));
  const single = expressions.map((one) => [one]);
  if (tokens.accept('WITH', 'ROLLUP')) return done('rollup', [], single);
  if (tokens.accept('WITH', 'CUBE')) return done('cube', [], single);
  if (tokens.sees('GROUPING', 'SETS')) return done('groupingSets', expressions, parseAnalytic(tokens)?.sets ?? []);
  return done('expressions', expressions);
}

function isAnalytic(element: Expression | Analytic): element is Analytic {
  return 'sets' in element;
}

function parseAnalytic(tokens: TokenStream): Analytic | undefined {
  const named = tokens.seesOneOf('ROLLUP', 'CUBE') && tokens.seesOperator('(', 1);
  if (!named && !tokens.sees('GROUPING', 'SETS')) return undefined;
  const word = tokens.next().keyword;
  if (word === 'ROLLUP' || word === 'CUBE') {
    const sets = tokens.parenthesized(() => tokens.list(() => parseSet(tokens)));
    return { kind: word === 'ROLLUP' ? 'rollup' : 'cube', sets };
  }
  tokens.expect('SETS');
  // A grouping analytic inside GROUPING SETS stands for all of its own sets.
  const sets = tokens.parenthesized(() =>
    tokens.list(() => {
      const nested = parseAnalytic(tokens);
      return nested ? setsOf(nested) : [parseSet(tokens)];
    }),
  );
  return { kind: 'groupingSets', sets: sets.flat() };
}

function parseSet(tokens: TokenStream): Sets[number] {
  if (tokens.seesOperator('(') && tokens.seesOperator(')', 1)) {
    tokens.next();
    tokens.next();
    return [];
  }
  const one = tokens.grammar.expression(tokens);
  return one.kind === 'row' ? one.items : [one];
}

/** The grouping sets that an analytic stands for. */
function setsOf({ kind, sets }: Analytic): Sets {
  switch (kind) {
    case 'groupingSets':
      return sets;
    case 'rollup':
      return [...sets, []].map((_, at) => sets.slice(0, sets.length - at).flat());
    case 'cube':
      return sets.reduceRight<Sets>((rest, set) => [...rest.map((one) => [...set, ...one]), ...rest], [[]]);
  }
}

function product(elements: readonly (Expression | Analytic)[]): Sets {
  return elements.reduce<Sets>(
    (sets, element) =>
      sets.flatMap((set) => (isAnalytic(element) ? setsOf(element) : [[element]]).map((one) => [...set, ...one])),
    [[]],
  );
}
