import type { RowsOf } from './rows-of.ts';
import type { ComputeProfile, RankedRows } from '../contract.ts';
import type { Expression, LiteralValue, Query, SourceOf, WindowSpecification } from '../syntax/nodes.ts';
import type { Problem, Span } from '../syntax/problem.ts';
import type { SparkType } from '../types/spark-type.ts';
import { UNKNOWN } from '../types/spark-type.ts';
import type { SessionNames } from '../program/session-names.ts';
import type { FunctionDefinition } from '../../lake/stored-function.ts';
import type { HasNotes } from '../types/column-notes.ts';
import type { HasOrigins } from '../types/origins.ts';
import type { Trace } from './trace.ts';
import type { Typed } from './typed.ts';

export interface ScopeColumn extends HasOrigins, HasNotes {
  readonly name: string;
  readonly type: SparkType;
  /** How DuckDB text refers to it. */
  readonly sql: string;
  /** Left out of `*` (`_metadata`, the right side of USING). */
  readonly hidden: boolean;
  /** As of `OutputColumn`. */
  readonly planned?: ReadonlySet<string>;
}

export interface ScopeRelation {
  /** What may stand before a column's dot, lower-case, the last part last; empty: nothing. */
  readonly names: readonly string[];
  readonly columns: readonly ScopeColumn[];
  /** Its columns are not known (`analyze`): every name resolves. */
  readonly open: boolean;
  /** A table under its own name, of which the catalog and schema may be left out. */
  readonly short?: boolean;
  /** A function's parameters: how many queries deep a name still means one of them, as in Spark. */
  readonly reach?: number;
}

/** What a name can mean at one place of a query. */
export interface Scope {
  readonly relations: readonly ScopeRelation[];
  /** Columns merged by USING or NATURAL, which win over the relations' own. */
  readonly merged: readonly ScopeColumn[];
  /** The query around a subquery. */
  readonly outer: Scope | undefined;
  /** Lateral column aliases, or a HAVING's aliases, by lower-case name. */
  readonly aliases: ReadonlyMap<string, Typed>;
  /** An ORDER BY looks at the result's columns before the input's. */
  readonly aliasesFirst: boolean;
  /** The aliases are lateral ones, which no subquery sees. */
  readonly lateralAliases?: boolean;
  /** A lambda's parameters, by lower-case name. */
  readonly variables: ReadonlyMap<string, Typed>;
  readonly windows: ReadonlyMap<string, WindowSpecification>;
  /** A lateral subquery stands inside: its stars may mean these relations. */
  readonly lateral?: boolean;
  /** The condition of groups stands inside: a WHERE of its subqueries may aggregate these relations' columns. */
  readonly grouped?: boolean;
}

export interface OutputColumn extends HasOrigins, HasNotes {
  /** As Spark names it; may occur twice. */
  readonly name: string;
  readonly type: SparkType;
  /** Its name in the DuckDB text; unique in its query. */
  readonly internal: string;
  /** The names of the relation that it is a column of, where it is one as it was. */
  readonly owner?: readonly string[];
  /** Constants of its text, which Spark computes where somebody asks for the column. */
  readonly planned?: ReadonlySet<string>;
}

export interface TranslatedQuery {
  readonly sql: string;
  readonly columns: readonly OutputColumn[];
  readonly open: boolean;
  /** What it reads has a column named all: GROUP BY and ORDER BY all mean that one. */
  readonly namesAll?: boolean;
  /** The same in two parts, where that is possible; `whole` is the text that they stand for. */
  readonly ranked?: (RankedRows & { readonly whole: string }) | undefined;
  /** As of `TranslatedSource`. */
  readonly rows?: RowsOf;
}

/** A table of WITH. */
export interface KnownTable extends TranslatedQuery {
  /** What DuckDB's text calls it. */
  readonly reference: string;
  /** Constants of its text, which count where it is read. */
  readonly planned?: ReadonlySet<string>;
  /** A recursion that is read only as far as it is asked for: under a LIMIT. */
  readonly lazy?: string;
}

export interface RelationSource {
  readonly sql: string;
  readonly columns: readonly ScopeColumn[];
  readonly open: boolean;
  /** As of `TranslatedSource`. */
  readonly rows?: RowsOf;
}

/** Where relations come from: the lake's placeholders, or nothing but their names (`analyze`). */
export interface Catalog {
  table(source: SourceOf<'table'>): RelationSource;
  files(source: SourceOf<'tableFunction'>, path: Expression): RelationSource;
  hubs(source: SourceOf<'tableFunction'>): RelationSource;
  changes(source: SourceOf<'tableFunction'>): RelationSource;
}

/** All that a rule needs to translate a node and its parts. */
export interface Environment {
  readonly profile: ComputeProfile;
  readonly catalog: Catalog;
  /** What the session's functions, variables and parameters are. */
  readonly names: SessionNames;
  /** The functions whose bodies stand around this place, outermost first. */
  readonly callers: readonly FunctionDefinition[];
  readonly scope: Scope;
  readonly commonTables: ReadonlyMap<string, KnownTable>;
  readonly problems: Problem[];
  /** Inside DuckDB's TRY (`try_add`, ...): what does not fit raises there, and nothing calls `error`, which TRY does not take. */
  readonly trying?: boolean;
  /** A row generator may stand here: as a whole item of a SELECT list, or as a relation. */
  readonly generators?: boolean;
  /** Inside a subquery that has a LIMIT, or in a subquery of its FROM. */
  readonly limited?: boolean | undefined;
  /** True inside the condition of a join. */
  readonly joins?: boolean;
  /** Inside a subquery: the columns of the query around that it mentions, in their order; its name lists them. */
  readonly outerNames?: Set<string> | undefined;
  /** True inside WHERE. */
  readonly filters?: boolean | undefined;
  /** IN with a subquery must be true or false here: elsewhere what is not known is false. */
  readonly knownIn?: boolean;
  /** Present where somebody asks what comes from what. */
  readonly trace?: Trace;
  /** Texts of a GROUP BY whose groups have several values, equal by their collation: one of them stands for a group. */
  readonly representatives?: ReadonlySet<string>;
  /** Inside `round(..., digits)`: to how many digits the call that stands there is looked at. */
  readonly roundedTo?: number | undefined;
  /** Inside an aggregate: texts of constants that may raise, as they are met. */
  readonly constants?: Set<string> | undefined;
  /** Where Spark computes constants while it plans: texts of those that may raise, as they are met. */
  readonly planned?: Set<string> | undefined;
  /** All columns of the query that stands here are asked for: Spark leaves out the others before it plans. */
  readonly wholly?: boolean;
  /** A number that no other relation of the statement has. */
  readonly nextId: () => number;
  readonly translate: (environment: Environment, node: Expression) => Typed;
  /** `translate` without what the expression around notes of its parts; a trace watches it. */
  readonly translateWhole: (environment: Environment, node: Expression) => Typed;
  readonly translateQuery: (environment: Environment, query: Query) => TranslatedQuery;
}

export const EMPTY_SCOPE: Scope = {
  relations: [],
  merged: [],
  outer: undefined,
  aliases: new Map(),
  aliasesFirst: false,
  variables: new Map(),
  windows: new Map(),
};

const NO_REWRITE = 'Rewrite it with what is emulated, or run this task with Spark.';

/** Records a refusal and goes on with a value of unknown type, so that one run finds every refusal. */
export function refuse(environment: Environment, what: string, span: Span, nextStep = NO_REWRITE): Typed {
  return report(environment, 'sql.not-emulated', `${what} is not emulated locally.`, span, nextStep);
}

export function report(environment: Environment, code: string, message: string, span: Span, nextStep: string): Typed {
  const { start, end } = span;
  const known = environment.problems.some(
    (one) => one.span.start === start && one.span.end === end && one.message === message,
  );
  if (!known) environment.problems.push({ code, message, span: { start, end }, nextStep });
  return { sql: 'NULL', type: UNKNOWN, name: '' };
}

export function literalText(typed: Typed): string | undefined {
  const value: LiteralValue | undefined = typed.literal;
  return typeof value === 'string' ? value : undefined;
}
