import type { Expression } from '../syntax/nodes.ts';
import { contains } from '../syntax/walk.ts';
import type { Environment } from '../translate/environment.ts';
import type { Typed } from '../translate/typed.ts';

/** What is only evaluated where a condition asks for it: Spark leaves constants there that raise. */
const CONDITIONAL: ReadonlySet<string> = new Set(
  'if iff coalesce nvl ifnull nvl2 nullif nullifzero zeroifnull decode nanvl case count_if'.split(' '),
);

/** What a constant is made of that is no column's, no row's and no session's. */
const PURE: ReadonlySet<Expression['kind']> = new Set(['literal', 'unary', 'binary', 'cast', 'call', 'interval']);

/** The environment of a call's arguments: an aggregate gathers its constants, and what is conditional adds none. */
export function gatheringConstants(environment: Environment, name: string, aggregates: boolean): Environment {
  if (CONDITIONAL.has(name)) return environment.constants ? { ...environment, constants: undefined } : environment;
  return aggregates && environment.profile.ansi ? { ...environment, constants: new Set() } : environment;
}

/** An argument that is a constant as a whole, though no literal, is gathered with the texts that are read as other types. */
export function gatherConstant({ constants }: Environment, node: Expression, typed: Typed): void {
  if (!constants || node.kind === 'literal' || typed.volatile || typed.local || typed.outer) return;
  const row = (one: Expression): boolean =>
    !PURE.has(one.kind) ||
    (one.kind === 'call' && (one.args.length === 0 || CONDITIONAL.has(one.name.toLowerCase()) || !!one.qualifier));
  if (!contains(node, row)) constants.add(typed.sql);
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
