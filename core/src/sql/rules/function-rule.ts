import type { Call, Expression, LiteralValue } from '../syntax/nodes.ts';
import type { Span } from '../syntax/problem.ts';
import { coerce, mismatch } from '../translate/coerce.ts';
import type { Environment } from '../translate/environment.ts';
import type { Typed } from '../translate/typed.ts';
import {
  BIGINT,
  BINARY,
  BOOLEAN,
  DATE,
  DOUBLE,
  INT,
  isDatetime,
  isIntegral,
  isNumeric,
  isUnknown,
  type SparkType,
  STRING,
  TIMESTAMP,
} from '../types/spark-type.ts';

/** A call that a rule translates; `args` in order, already translated (empty for `raw` rules). */
export interface FunctionCall {
  readonly environment: Environment;
  readonly node: Call;
  readonly name: string;
  readonly args: readonly Typed[];
}

export interface Translated {
  readonly sql: string;
  readonly type: SparkType;
  /** Spark's name for the column, where it is not `name(args)`. */
  readonly name?: string;
  readonly volatile?: boolean;
  /** The value, where it is known when the text is. */
  readonly literal?: LiteralValue;
  readonly generator?: Typed['generator'];
}

/** An aggregate before DISTINCT, FILTER and OVER are put in. */
export interface Aggregate {
  readonly call: string;
  readonly args: readonly string[];
  readonly type: SparkType;
  readonly wrap: (sql: string) => string;
  readonly name?: string;
  /** Inside the parentheses, after the arguments: ` IGNORE NULLS`. */
  readonly tail?: string;
}

export type FunctionRule =
  | {
      readonly kind: 'scalar';
      readonly arity: readonly [number, number];
      readonly translate: (call: FunctionCall) => Translated;
    }
  /** Takes its arguments untranslated: lambdas, units. */
  | {
      readonly kind: 'raw';
      readonly arity: readonly [number, number];
      readonly translate: (call: FunctionCall) => Translated;
    }
  | {
      readonly kind: 'aggregate';
      readonly arity: readonly [number, number];
      readonly translate: (call: FunctionCall) => Aggregate | undefined;
      /** May stand with OVER; `only`: must. */
      readonly window: 'yes' | 'no' | 'only';
    };

export type FunctionTable = Readonly<Record<string, FunctionRule>>;

/** What an argument may be; the implicit casts are Spark's. */
export type Parameter =
  | 'any'
  | 'string'
  /** Text only: a number is no text. */
  | 'text'
  | 'int'
  /** An integer of 32 bits or less by its type, or text: a BIGINT and a fraction are refused. */
  | 'narrow int'
  | 'bigint'
  | 'double'
  | 'boolean'
  | 'date'
  | 'timestamp'
  | 'binary'
  | 'integral'
  | 'number'
  | 'array'
  | 'map';

const TARGETS: Readonly<Record<string, SparkType>> = {
  string: STRING,
  text: STRING,
  int: INT,
  'narrow int': INT,
  bigint: BIGINT,
  double: DOUBLE,
  boolean: BOOLEAN,
  date: DATE,
  timestamp: TIMESTAMP,
  binary: BINARY,
};

/** An argument brought to its parameter's type. */
export function argument(call: FunctionCall, at: number, parameter: Parameter): Typed {
  const typed = call.args[at];
  if (!typed) throw new Error(`${call.name} has no argument ${at}`);
  const span: Span = call.node.args[at] ?? call.node;
  const { type } = typed;
  const target = TARGETS[parameter];
  if (isUnknown(type) || parameter === 'any') return typed;
  if (type.kind === 'void') return target ? coerce(call.environment, typed, target, span) : typed;
  const fits = accepts(parameter, type, call.environment.profile.ansi);
  if (!fits) return mismatch(call.environment, typed, parameter === 'number' ? 'a number' : parameter, span);
  if (target) return coerce(call.environment, typed, target, span);
  return type.kind === 'string' ? coerce(call.environment, typed, DOUBLE, span) : typed;
}

/** Spark's implicit casts of arguments: text is read as what is needed, plain values are written as text where text is needed. */
function accepts(parameter: Parameter, type: SparkType, ansi: boolean): boolean {
  const text = type.kind === 'string';
  switch (parameter) {
    case 'any':
      return true;
    case 'string':
      return (
        isNumeric(type) || isDatetime(type) || ['string', 'boolean', 'binary', 'time', 'variant'].includes(type.kind)
      );
    case 'text':
      return text;
    case 'boolean':
      return type.kind === 'boolean' || (text && ansi);
    case 'binary':
      return type.kind === 'binary' || text;
    case 'array':
    case 'map':
      return type.kind === parameter;
    case 'int':
    case 'bigint':
      return isNumeric(type) || text;
    case 'narrow int':
      return (isIntegral(type) && type.kind !== 'bigint') || text;
    case 'integral':
      return isIntegral(type);
    case 'double':
    case 'number':
      return isNumeric(type) || text;
    case 'date':
    case 'timestamp':
      return isDatetime(type) || text;
  }
}

/** A function whose DuckDB text follows from its arguments' texts. The last `optional` parameters may be left out. */
export function scalar(
  parameters: readonly Parameter[],
  type: SparkType | ((args: readonly Typed[]) => SparkType),
  sql: (...args: string[]) => string,
  optional = 0,
): FunctionRule {
  return {
    kind: 'scalar',
    arity: [parameters.length - optional, parameters.length],
    translate: (call) => {
      const args = call.args.map((_, at) => argument(call, at, parameters[at] ?? 'any'));
      return { sql: sql(...args.map((arg) => arg.sql)), type: typeof type === 'function' ? type(args) : type };
    },
  };
}

export function custom(arity: readonly [number, number], translate: (call: FunctionCall) => Translated): FunctionRule {
  return { kind: 'scalar', arity, translate };
}

/** The text of an argument that must be a literal string; undefined where it is not known yet. */
export function literalArgument(call: FunctionCall, at: number): string | undefined {
  const typed = call.args[at];
  if (typed && typeof typed.literal === 'string' && (typed.type.kind === 'string' || isIntegral(typed.type)))
    return typed.literal;
  return undefined;
}

export function argumentSpan(call: FunctionCall, at: number): Expression | Call {
  return call.node.args[at] ?? call.node;
}

/** The type of the only argument. */
export function sameAsFirst(args: readonly Typed[]): SparkType {
  return args[0]?.type ?? STRING;
}
