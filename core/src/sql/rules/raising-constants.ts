import type { Expression, ExpressionOf } from '../syntax/nodes.ts';
import { contains } from '../syntax/walk.ts';
import type { Environment } from '../translate/environment.ts';
import { mightRaise } from '../translate/raising.ts';
import { isConstant, type Typed } from '../translate/typed.ts';

/** What is only evaluated where a condition asks for it: Spark leaves constants there that raise. */
const CONDITIONAL: ReadonlySet<string> = new Set(
  'if iff coalesce nvl ifnull nvl2 nullif nullifzero zeroifnull decode nanvl case'.split(' '),
);

/** What a constant is made of that is no column's, no row's and no session's. */
const PURE: ReadonlySet<Expression['kind']> = new Set([
  'literal',
  'unary',
  'binary',
  'cast',
  'call',
  'case',
  'interval',
]);

/** `decode` of two is one of bytes. */
function isConditional({ name, args }: ExpressionOf<'call'>): boolean {
  const lower = name.toLowerCase();
  return CONDITIONAL.has(lower) && !(lower === 'decode' && args.length === 2);
}

/** Where a condition decides what is evaluated. */
export function withoutConstants(environment: Environment): Environment {
  return environment.constants || environment.planned
    ? { ...environment, constants: undefined, planned: undefined }
    : environment;
}

/** The environment of a call's arguments: an aggregate gathers its constants, and what is conditional adds none. */
export function gatheringConstants(
  environment: Environment,
  call: ExpressionOf<'call'>,
  aggregates: boolean,
): Environment {
  if (isConditional(call)) return withoutConstants(environment);
  // Where no row is left of given ones, Spark leaves its constants in a condition.
  if (call.name.toLowerCase() === 'count_if')
    return environment.constants ? { ...environment, constants: undefined } : environment;
  return aggregates && environment.profile.ansi ? { ...environment, constants: new Set() } : environment;
}

/** An argument that is a constant as a whole, though no literal, is gathered with the texts that are read as other types. */
export function gatherConstant({ constants }: Environment, node: Expression, typed: Typed): void {
  if (constants && isPure(node, typed)) constants.add(typed.sql);
}

/** A constant that Spark computes while it plans, if it may raise. */
export function plan({ planned, callers }: Environment, node: Expression, typed: Typed): void {
  if (planned && callers.length === 0 && isPure(node, typed) && isConstant(typed) && mightRaise(typed.sql))
    planned.add(typed.sql);
}

/** A constant as a whole, and no literal: what is conditional in it is left to its own conditions. */
function isPure(node: Expression, typed: Typed): boolean {
  if (node.kind === 'literal' || typed.volatile || typed.local || typed.outer) return false;
  const row = (one: Expression): boolean =>
    !PURE.has(one.kind) || (one.kind === 'call' && (one.args.length === 0 || !!one.qualifier));
  return !contains(node, row);
}

/**
 * Spark evaluates constants once, before any row: one that raises does so over no rows too. DuckDB would ask an aggregate's
 * arguments for rows only.
 */
export function afterConstants(sql: string, { constants }: Environment): string {
  if (!constants || constants.size === 0) return sql;
  const asked = [...constants].map((one) => `(${one}) IS NULL`).join(', ');
  return `CASE WHEN len([${asked}]) = 0 THEN NULL ELSE ${sql} END`;
}
