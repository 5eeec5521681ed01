import type { HasOrigins } from '../types/origins.ts';
import type { SparkType } from '../types/spark-type.ts';
import type { Span } from './problem.ts';

export type LiteralValue = string | boolean | null;

export interface Name extends Span {
  readonly text: string;
}

export interface SortKey {
  readonly expression: Expression;
  readonly descending: boolean;
  /** As written; undefined: Spark's default (first when ascending, last when descending). */
  readonly nulls: 'first' | 'last' | undefined;
}

export interface FrameBound {
  readonly kind: 'unboundedPreceding' | 'preceding' | 'current' | 'following' | 'unboundedFollowing';
  readonly offset?: Expression;
}

export interface WindowSpecification extends Span {
  readonly base?: string;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly SortKey[];
  readonly frame?: { readonly unit: 'ROWS' | 'RANGE'; readonly start: FrameBound; readonly end: FrameBound };
}

export interface Call extends Span {
  readonly kind: 'call';
  /** `cat.sch` of `cat.sch.f(x)`: a function of the session or the catalog. */
  readonly qualifier?: readonly Name[];
  readonly name: string;
  readonly nameSpan: Span;
  readonly args: readonly Expression[];
  readonly named: readonly { readonly name: string; readonly value: Expression }[];
  readonly distinct: boolean;
  readonly ignoreNulls: boolean;
  readonly filter?: Expression;
  readonly withinGroup?: readonly SortKey[];
  readonly over?: WindowSpecification;
}

/** A step of `a:b.c['d'][0][*]`: a name, a key in brackets, one item of an array, all of them. */
export type PathStep =
  | { readonly kind: 'name' | 'key'; readonly text: string }
  | { readonly kind: 'index'; readonly at: number }
  | { readonly kind: 'all' };

export type Expression = Span &
  (
    | { readonly kind: 'literal'; readonly type: SparkType; readonly value: LiteralValue }
    | { readonly kind: 'parameter'; readonly name: string; readonly value: string | undefined }
    | {
        readonly kind: 'column';
        readonly parts: readonly Name[];
        /** What it is, where another rule has found that out. */
        readonly placed?: { readonly sql: string; readonly type: SparkType } & HasOrigins;
      }
    /** A column of FROM by its place, from 1: `|> AGGREGATE ... GROUP BY 1`. */
    | { readonly kind: 'inputColumn'; readonly at: number }
    | {
        readonly kind: 'star';
        readonly qualifier: readonly Name[];
        readonly except: readonly (readonly Name[])[];
        /** Columns that hold another value in their place. */
        readonly replace?: readonly { readonly name: Name; readonly expression: Expression }[];
      }
    | Omit<Call, 'start' | 'end'>
    | { readonly kind: 'unary'; readonly operator: 'NOT' | '-' | '+' | '~'; readonly operand: Expression }
    | { readonly kind: 'binary'; readonly operator: string; readonly left: Expression; readonly right: Expression }
    | {
        readonly kind: 'between';
        readonly operand: Expression;
        readonly low: Expression;
        readonly high: Expression;
        readonly not: boolean;
      }
    | { readonly kind: 'in'; readonly operand: Expression; readonly list: readonly Expression[]; readonly not: boolean }
    | { readonly kind: 'inQuery'; readonly operand: Expression; readonly query: Query; readonly not: boolean }
    | {
        readonly kind: 'like';
        readonly operator: 'LIKE' | 'ILIKE' | 'RLIKE';
        readonly operand: Expression;
        readonly patterns: readonly Expression[];
        readonly quantifier: 'ANY' | 'ALL' | undefined;
        readonly escape: string | undefined;
        readonly not: boolean;
      }
    | {
        readonly kind: 'is';
        readonly operand: Expression;
        readonly test: 'NULL' | 'TRUE' | 'FALSE' | 'UNKNOWN';
        readonly not: boolean;
      }
    | { readonly kind: 'isDistinct'; readonly left: Expression; readonly right: Expression; readonly not: boolean }
    | {
        readonly kind: 'case';
        readonly operand: Expression | undefined;
        readonly branches: readonly { readonly when: Expression; readonly then: Expression }[];
        readonly otherwise: Expression | undefined;
        /** The clauses of a MERGE: none of them waits for another's condition where Spark computes constants. */
        readonly planned?: true;
      }
    | { readonly kind: 'cast'; readonly operand: Expression; readonly type: SparkType; readonly trying: boolean }
    | { readonly kind: 'scalarQuery'; readonly query: Query }
    | { readonly kind: 'exists'; readonly query: Query }
    | { readonly kind: 'index'; readonly operand: Expression; readonly index: Expression }
    | { readonly kind: 'field'; readonly operand: Expression; readonly field: Name }
    | { readonly kind: 'path'; readonly operand: Expression; readonly steps: readonly PathStep[] }
    | {
        readonly kind: 'interval';
        readonly parts: readonly { readonly value: Expression; readonly unit: string }[];
        readonly to: string | undefined;
      }
    | { readonly kind: 'lambda'; readonly parameters: readonly Name[]; readonly body: Expression }
    | {
        readonly kind: 'row';
        readonly items: readonly Expression[];
        /** `(1 AS a, 2)`: the fields that have a name. */
        readonly names?: readonly (Name | undefined)[];
      }
    | { readonly kind: 'extract'; readonly field: string; readonly source: Expression }
  );

export type ExpressionOf<K extends Expression['kind']> = Extract<Expression, { kind: K }>;

export interface SelectItem extends Span {
  readonly expression: Expression;
  readonly alias: Name | undefined;
  /** `explode(m) AS (key, value)` */
  readonly aliases: readonly Name[] | undefined;
}

/** `VERSION AS OF 3`, `TIMESTAMP AS OF '2024-05-01'`; values are constants. */
export type VersionPin =
  { readonly kind: 'version'; readonly value: Expression } | { readonly kind: 'timestamp'; readonly value: Expression };

export interface TableAlias {
  readonly name: Name | undefined;
  readonly columns: readonly Name[] | undefined;
}

export type Source = Span &
  (
    | {
        readonly kind: 'table';
        readonly parts: readonly Name[];
        readonly alias: TableAlias;
        readonly stream: boolean;
        readonly pin: VersionPin | undefined;
        /** Set where the statement itself, not the lake, gives the rows: what the engine knows them by. */
        readonly local?: LocalRelation;
      }
    | {
        readonly kind: 'tableFunction';
        readonly call: Call;
        readonly alias: TableAlias;
        readonly stream: boolean;
        /** Its arguments see the relations on its left. */
        readonly lateral?: boolean;
      }
    | {
        readonly kind: 'subquery';
        readonly query: Query;
        readonly alias: TableAlias;
        readonly lateral: boolean;
        /** The columns go on being known by the relations that they come from: after a pipe, on a sampled join. */
        readonly keepsNames?: boolean;
      }
    | { readonly kind: 'values'; readonly rows: readonly (readonly Expression[])[]; readonly alias: TableAlias }
    | {
        readonly kind: 'join';
        readonly type: JoinType;
        readonly left: Source;
        readonly right: Source;
        readonly on: Expression | undefined;
        readonly using: readonly Name[] | undefined;
        readonly natural: boolean;
      }
    | {
        readonly kind: 'lateralView';
        readonly input: Source;
        readonly call: Call;
        readonly outer: boolean;
        readonly alias: TableAlias;
      }
    | Pivot
    | Unpivot
  );

/** `PIVOT (sum(a) AS s FOR c IN ('x' AS one, 'y'))`: groups by every column that it does not name. */
export interface Pivot {
  readonly kind: 'pivot';
  readonly input: Source;
  readonly aggregates: readonly SelectItem[];
  readonly columns: readonly Expression[];
  readonly values: readonly SelectItem[];
}

/** `UNPIVOT ((v, w) FOR n IN ((a, b) AS one, (c, d)))`: a row for each group of columns. */
export interface Unpivot {
  readonly kind: 'unpivot';
  readonly input: Source;
  readonly includeNulls: boolean;
  readonly values: readonly Name[];
  readonly name: Name;
  readonly groups: readonly { readonly columns: readonly ExpressionOf<'column'>[]; readonly alias: Name | undefined }[];
  readonly alias: TableAlias;
}

/** The rows of a statement that changes a table: those of the table, and those of MERGE's source. */
export type LocalRelation = 'target' | 'source';

export type SourceOf<K extends Source['kind']> = Extract<Source, { kind: K }>;

export type JoinType = 'INNER' | 'LEFT' | 'RIGHT' | 'FULL' | 'CROSS' | 'LEFT SEMI' | 'LEFT ANTI';

export interface GroupBy extends Span {
  readonly kind: 'expressions' | 'all' | 'rollup' | 'cube' | 'groupingSets';
  readonly expressions: readonly Expression[];
  readonly sets: readonly (readonly Expression[])[];
}

export interface Select extends Span {
  readonly kind: 'select';
  readonly distinct: boolean;
  readonly items: readonly SelectItem[];
  readonly from: Source | undefined;
  readonly where: Expression | undefined;
  readonly groupBy: GroupBy | undefined;
  readonly having: Expression | undefined;
  readonly qualify: Expression | undefined;
  readonly windows: ReadonlyMap<string, WindowSpecification>;
  /** `FROM t` or `TABLE t` without SELECT. */
  readonly bare?: boolean;
  /** The pipe operator that it comes from: only AGGREGATE may aggregate, and must. */
  readonly pipe?: 'SELECT' | 'EXTEND' | 'SET' | 'WHERE' | 'AGGREGATE';
}

export type QueryBody =
  | Select
  | (Span & { readonly kind: 'values'; readonly rows: readonly (readonly Expression[])[]; readonly alias: TableAlias })
  | (Span & { readonly kind: 'nested'; readonly query: Query })
  | (Span & {
      readonly kind: 'set';
      readonly operator: 'UNION' | 'INTERSECT' | 'EXCEPT';
      readonly all: boolean;
      readonly left: QueryBody;
      readonly right: QueryBody;
    });

export interface CommonTable {
  readonly name: Name;
  readonly columns: readonly Name[] | undefined;
  readonly query: Query;
  /** It stands in WITH RECURSIVE, and so may read itself. */
  readonly recursive: boolean;
  /** `MAX RECURSION LEVEL n` */
  readonly maxLevel: number | undefined;
}

export interface Query extends Span {
  readonly with: readonly CommonTable[];
  readonly body: QueryBody;
  readonly orderBy: readonly SortKey[];
  readonly orderByAll: SortKey | undefined;
  /** `orderBy` comes from SORT BY and the like, which promise no order of the whole. */
  readonly arranged?: boolean;
  readonly limit: Expression | undefined;
  readonly offset: Expression | undefined;
}
