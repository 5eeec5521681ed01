import type { Expression } from '../syntax/nodes.ts';
import { BOOLEAN, isUnknown, typeText } from '../types/spark-type.ts';
import { coerce } from './coerce.ts';
import { type Environment, report } from './environment.ts';
import type { Typed } from './typed.ts';

/**
 * Where a truth stands, and what Spark casts to one there beside BOOLEAN (Spark 4.1's analysis, asked case by case):
 * WHERE, ON, QUALIFY, FILTER and a branch of CASE take nothing else, not even NULL; IF takes NULL; NOT takes NULL, and text under
 * ANSI; HAVING casts whatever it is given.
 */
export type TruthPlace = 'filter' | 'if' | 'not' | 'having';

/** The truth of an expression in its place; reports what Spark would not take for one. */
export function truth(environment: Environment, typed: Typed, at: Expression, place: TruthPlace): Typed {
  const { kind } = typed.type;
  const fits =
    kind === 'boolean' ||
    isUnknown(typed.type) ||
    place === 'having' ||
    (kind === 'void' && place !== 'filter') ||
    (kind === 'string' && place === 'not' && environment.profile.ansi);
  return fits ? coerce(environment, typed, BOOLEAN, at) : noTruth(environment, typed, at);
}

/** The sides of AND and OR: NULL is a truth beside anything but text, and text is one beside a BOOLEAN where ANSI is on. */
export function truths(
  environment: Environment,
  sides: readonly [Typed, Typed],
  nodes: readonly [Expression, Expression],
): Typed[] {
  return sides.map((side, at) => {
    const beside = sides[1 - at]?.type ?? BOOLEAN;
    const { kind } = side.type;
    const fits =
      kind === 'boolean' ||
      isUnknown(side.type) ||
      kind === 'void' ||
      (kind === 'string' && environment.profile.ansi && (beside.kind === 'boolean' || isUnknown(beside)));
    const node = nodes[at] ?? nodes[0];
    return fits ? coerce(environment, side, BOOLEAN, node) : noTruth(environment, side, node);
  });
}

function noTruth(environment: Environment, typed: Typed, at: Expression): Typed {
  report(
    environment,
    'sql.type-mismatch',
    `${typeText(typed.type).toUpperCase()} stands where BOOLEAN is needed.`,
    at,
    'Compare it, or CAST it to BOOLEAN.',
  );
  return { ...typed, sql: 'CAST(NULL AS BOOLEAN)', type: BOOLEAN };
}
