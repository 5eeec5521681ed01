import { MersenneTwister } from '../functions/mersenne-twister.ts';
import { XorShiftRandom } from '../functions/xorshift.ts';
import { refuse, report, type Scope } from '../translate/environment.ts';
import { quoteText, toDuckdbType } from '../types/duckdb-type.ts';
import { DOUBLE, isUnknown, type SparkType, STRING, UNKNOWN } from '../types/spark-type.ts';
import {
  argumentSpan,
  custom,
  type FunctionCall,
  type FunctionRule,
  type FunctionTable,
  type Translated,
} from './function-rule.ts';

interface Distribution {
  readonly name: string;
  /** DuckDB's text of one number. */
  readonly sql: string;
  readonly first: (random: XorShiftRandom) => number;
}

/** Any number will do without a seed; with one, the first that Spark draws is exact, and later ones depend on its partitions. */
function random({ name, sql, first }: Distribution): FunctionRule {
  return custom([0, 1], (call): Translated => {
    const { environment, node, args } = call;
    const answer = { sql: 'NULL', type: DOUBLE, name: `${name}(${args[0]?.name ?? ''})`, volatile: true };
    const place = misplaced(call);
    if (place !== undefined) refuse(environment, `${name} ${place}`, node, 'Compute it in a query of its own first.');
    else if (node.args.length === 0) return { ...answer, sql };
    else {
      const seed = seedOf(call);
      if (seed === undefined || environment.scope.relations.length > 0)
        refuse(
          environment,
          `${name} with a seed over rows`,
          node,
          'Spark draws its numbers by partition: leave the seed out.',
        );
      else return { ...answer, sql: `CAST('${first(new XorShiftRandom(seed))}' AS DOUBLE)` };
    }
    return answer;
  });
}

/** Where Spark and DuckDB do not draw as often. */
export function misplaced({ environment: { scope, joins } }: FunctionCall): string | undefined {
  if (scope.variables.size > 0) return 'inside a lambda';
  if (joins) return "in a join's condition";
  for (let around: Scope | undefined = scope.outer; around; around = around.outer)
    if (around.relations.length > 0) return 'inside a subquery';
  return undefined;
}

/** NULL counts as 0, as in Spark; undefined where the value is not known, which is then said. */
function seedOf(call: FunctionCall): bigint | undefined {
  const [typed] = call.args;
  const { kind } = typed?.type ?? { kind: 'void' };
  if (kind !== 'void' && kind !== 'int' && kind !== 'bigint') {
    report(call.environment, 'sql.type-mismatch', 'A seed is an INT or a BIGINT.', argumentSpan(call, 0), 'Cast it.');
    return undefined;
  }
  if (kind === 'void') return 0n;
  const literal = typed?.literal;
  if (typeof literal !== 'string' || !/^-?\d+$/.test(literal)) return undefined;
  return BigInt(literal);
}

/** What a seeded draw stands in, or why it cannot stand here; a refusal is said. */
function firstDraw(call: FunctionCall, seedAt: number): XorShiftRandom | undefined {
  const { environment, node, name } = call;
  const place = misplaced(call);
  const seed = place === undefined ? seedOf({ ...call, args: call.args.slice(seedAt) }) : undefined;
  if (seed !== undefined && environment.scope.relations.length === 0) return new XorShiftRandom(seed);
  refuse(environment, `${name} ${place ?? 'with a seed over rows'}`, node, 'Compute it in a query of its own first.');
  return undefined;
}

const WIDTHS = ['tinyint', 'smallint', 'int', 'bigint', 'float', 'double'] as const;

/** `uniform(low, high, seed)`: of the wider type of its bounds, computed as doubles. */
function between(call: FunctionCall): Translated {
  const { environment, node, args } = call;
  const bounds = args.slice(0, 2);
  if (bounds.some(({ type }) => type.kind === 'void')) return { sql: 'NULL', type: DOUBLE };
  if (bounds.some(({ type }) => isUnknown(type))) return { sql: 'NULL', type: UNKNOWN };
  const wider = Math.max(...bounds.map(({ type }) => WIDTHS.findIndex((kind) => kind === type.kind)));
  const known = bounds.every(({ type, literal }) => WIDTHS.some((kind) => kind === type.kind) && literal !== undefined);
  const kind = WIDTHS[wider];
  if (!known || kind === undefined) {
    refuse(environment, 'uniform of these bounds', node, 'Write two numbers of whole or floating types.');
    return { sql: 'NULL', type: DOUBLE };
  }
  const type: SparkType = { kind };
  const draw = args.length > 2 ? firstDraw(call, 2) : undefined;
  if (args.length > 2 && !draw) return { sql: 'NULL', type };
  const share = draw ? `CAST('${draw.nextDouble()}' AS DOUBLE)` : 'random()';
  const [low = '', high = ''] = bounds.map(({ sql }) => `CAST(${sql} AS DOUBLE)`);
  const value = `(${low} + (${high} - ${low}) * ${share})`;
  const sql = kind === 'float' || kind === 'double' ? value : `trunc(${value})`;
  return { sql: `CAST(${sql} AS ${toDuckdbType(type)})`, type };
}

const LETTERS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** `randstr(length, seed)`: digits and letters. */
function letters(call: FunctionCall): Translated {
  const { environment, node, args } = call;
  const [length, seed] = args;
  const count =
    typeof length?.literal === 'string' && /^\d+$/.test(length.literal) ? Number(length.literal) : undefined;
  const whole = length?.type.kind === 'int' || length?.type.kind === 'smallint';
  if (length?.type.kind === 'void') return { sql: "''", type: STRING };
  if (count === undefined || !whole || !seed) {
    refuse(environment, 'randstr with these arguments', node, 'Give a number of letters and a seed.');
    return { sql: 'NULL', type: STRING };
  }
  const draw = firstDraw(call, 1);
  if (!draw) return { sql: 'NULL', type: STRING };
  const text = Array.from({ length: count }, () => LETTERS[Math.abs(draw.nextInt() % LETTERS.length)]).join('');
  return { sql: quoteText(text), type: STRING };
}

/** `shuffle(array(...), seed)` of elements that are written out. */
function shuffled(call: FunctionCall): Translated {
  const { environment, node, args } = call;
  const [list, seed] = args;
  const name = `shuffle(${list?.name ?? ''})`;
  if (!list || isUnknown(list.type)) return { sql: 'NULL', type: UNKNOWN, name };
  const [written] = node.args;
  const elements = written?.kind === 'call' && written.name.toLowerCase() === 'array' ? written.args : undefined;
  if (!elements || !seed || seed.type.kind === 'void' || list.type.kind !== 'array') {
    refuse(environment, 'shuffle of other than array(...) with a seed', node, 'Order by random() in a subquery.');
    return { sql: 'NULL', type: list.type, name };
  }
  const place = misplaced(call);
  const start = place === undefined ? seedOf({ ...call, args: args.slice(1) }) : undefined;
  if (start === undefined || environment.scope.relations.length > 0) {
    refuse(environment, `shuffle ${place ?? 'with a seed over rows'}`, node, 'Order by random() in a subquery.');
    return { sql: 'NULL', type: list.type, name };
  }
  const places = new MersenneTwister(start).order(elements.length);
  const moved = places.map((at) => `(${list.sql})[${at + 1}]`);
  return { sql: moved.length > 0 ? `[${moved.join(', ')}]` : list.sql, type: list.type, name };
}

const uniform = random({ name: 'rand', sql: 'random()', first: (draws) => draws.nextDouble() });

export const RANDOM_RULES: FunctionTable = {
  rand: uniform,
  random: uniform,
  randn: random({
    name: 'randn',
    sql: '(sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()))',
    first: (draws) => draws.nextGaussian(),
  }),
  uniform: custom([2, 3], (call) => ({ ...between(call), volatile: true })),
  shuffle: custom([1, 2], (call) => ({ ...shuffled(call), volatile: true })),
  randstr: custom([1, 2], (call) => ({ ...letters(call), volatile: true })),
};
