import type { LiteralValue } from '../syntax/nodes.ts';
import type { SparkType } from '../types/spark-type.ts';
import type { HasNotes } from '../types/column-notes.ts';
import { type HasOrigins, originsOf } from '../types/origins.ts';

/** DuckDB text with the Spark type of its value and the name that Spark gives it where it has no alias. */
export interface Typed extends HasOrigins, HasNotes {
  readonly sql: string;
  readonly type: SparkType;
  readonly name: string;
  /** The value, where the expression is a literal. */
  readonly literal?: LiteralValue;
  /** It aggregates rows, or contains what does. */
  readonly aggregate?: boolean;
  /** Evaluating it twice may give two values. */
  readonly volatile?: boolean;
  /** Its text holds a window function. */
  readonly window?: boolean;
  /** It holds a column of a query around this one, or one of this query's own. */
  readonly outer?: boolean;
  readonly local?: boolean;
  /** It holds an earlier item of the SELECT list, by its alias. */
  readonly lateralAlias?: boolean;
  /** Several columns of the SELECT list have its name. */
  readonly ambiguous?: boolean;
  /** How firmly its text has its collation; only kept where a text is. */
  readonly strength?: 'explicit' | 'implicit';
  /** An integer of it may leave its type, which is an error; whether its text calls what raises is `mayRaise`'s to say. */
  readonly raises?: boolean;
  /** AND or OR, and what stands between them; of `sql` where that is still the text. */
  readonly parts?: { readonly operator: 'AND' | 'OR'; readonly items: readonly Typed[]; readonly sql: string };
  /** It is a row generator (explode, ...), which only a SELECT list or a lateral view may hold. */
  readonly generator?: Generator;
}

/** A row generator: a DuckDB subquery's text and its columns. */
export interface Generator {
  /** `SELECT ... ` that yields the rows, without an alias. */
  readonly sql: string;
  readonly columns: readonly { readonly name: string; readonly type: SparkType }[];
}

/** Flags that an expression takes over from its parts. */
export function inherited(
  parts: readonly Typed[],
): Pick<Typed, 'aggregate' | 'volatile' | 'window' | 'outer' | 'local' | 'lateralAlias' | 'raises' | 'origins'> {
  return {
    ...(parts.some(({ aggregate }) => aggregate) ? { aggregate: true } : {}),
    ...(parts.some(({ volatile }) => volatile) ? { volatile: true } : {}),
    ...(parts.some(({ window }) => window) ? { window: true } : {}),
    ...(parts.some(({ outer }) => outer) ? { outer: true } : {}),
    ...(parts.some(({ local }) => local) ? { local: true } : {}),
    ...(parts.some(({ lateralAlias }) => lateralAlias) ? { lateralAlias: true } : {}),
    ...(parts.some(({ raises }) => raises) ? { raises: true } : {}),
    ...originsOf(parts),
  };
}

/** Whether it has one value for all rows. */
export function isConstant({ local, outer, aggregate, window, volatile, lateralAlias }: Typed): boolean {
  return !local && !outer && !aggregate && !window && !volatile && !lateralAlias;
}

/** The same value where it no longer stands there as a literal. */
export function withoutLiteral(typed: Typed): Typed {
  return Object.fromEntries(Object.entries(typed).filter(([key]) => key !== 'literal')) as unknown as Typed;
}
