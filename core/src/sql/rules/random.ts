import { XorShiftRandom } from '../functions/xorshift.ts';
import { refuse, report, type Scope } from '../translate/environment.ts';
import { DOUBLE } from '../types/spark-type.ts';
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

const uniform = random({ name: 'rand', sql: 'random()', first: (draws) => draws.nextDouble() });

export const RANDOM_RULES: FunctionTable = {
  rand: uniform,
  random: uniform,
  randn: random({
    name: 'randn',
    sql: '(sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()))',
    first: (draws) => draws.nextGaussian(),
  }),
};
