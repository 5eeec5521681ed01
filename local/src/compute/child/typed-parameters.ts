import { tokenize, type Token } from '@medallion/core/sql/syntax/lexer.ts';
import type { StatementParameter } from '@medallion/emulator/kit/executors.ts';

/** A parameter whose value is not of the type that it is sent with. */
export class ParameterError extends Error {
  override readonly name = 'ParameterError';
}

type Literal = (value: string) => string | undefined;

const whole =
  (suffix: string): Literal =>
  (value) =>
    /^[+-]?\d+$/.test(value) ? `${value}${suffix}` : undefined;
const fraction =
  (suffix: string): Literal =>
  (value) =>
    /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(value) ? `${value}${suffix}` : undefined;
const quoted =
  (type: string): Literal =>
  (value) =>
    `${type} ${stringLiteral(value)}`;

/** How SQL writes a value of a type; a type that is not here is written as a cast. */
const literals: Readonly<Record<string, Literal>> = {
  TINYINT: whole('Y'),
  BYTE: whole('Y'),
  SMALLINT: whole('S'),
  SHORT: whole('S'),
  INT: whole(''),
  INTEGER: whole(''),
  BIGINT: whole('L'),
  LONG: whole('L'),
  FLOAT: fraction('F'),
  DOUBLE: fraction('D'),
  BOOLEAN: (value) => (/^(true|false)$/i.test(value) ? value.toUpperCase() : undefined),
  DATE: quoted('DATE'),
  TIMESTAMP: quoted('TIMESTAMP'),
  TIMESTAMP_NTZ: quoted('TIMESTAMP_NTZ'),
};

/**
 * The statement with the markers of typed parameters written as literals of their types; those of strings stay markers, so that
 * IDENTIFIER(:p) and the like keep their meaning. Text in strings and comments is not touched.
 * @throws ParameterError
 */
export function withTypedParameters(statement: string, parameters: readonly StatementParameter[]): string {
  const typed = new Map(parameters.flatMap((one) => (isString(one) ? [] : [[one.name, literalOf(one)] as const])));
  if (typed.size === 0) return statement;
  let result = '';
  let copied = 0;
  for (const { start, end, name } of markersIn(tokenize(statement))) {
    const literal = typed.get(name);
    if (literal === undefined) continue;
    result += statement.slice(copied, start) + literal;
    copied = end;
  }
  return result + statement.slice(copied);
}

/** The values of the string parameters, which stay markers. */
export function stringParameters(parameters: readonly StatementParameter[]): Readonly<Record<string, string>> {
  return Object.fromEntries(parameters.filter(isString).map(({ name, value = '' }) => [name, value]));
}

const isString = ({ type, value }: StatementParameter): boolean =>
  value !== undefined && (type === undefined || /^string$/i.test(type));

function literalOf({ name, value, type = 'STRING' }: StatementParameter): string {
  if (value === undefined) return `CAST(NULL AS ${type})`;
  const literal = literals[type.toUpperCase()];
  if (!literal) return `CAST(${stringLiteral(value)} AS ${type})`;
  const text = literal(value);
  if (text !== undefined) return text;
  throw new ParameterError(`[INVALID_PARAMETER_MARKER_VALUE] The parameter '${name}' is no ${type}: '${value}'.`);
}

const stringLiteral = (value: string): string => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

interface Marker {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

function* markersIn(tokens: readonly Token[]): Generator<Marker> {
  for (const [index, token] of tokens.entries()) {
    const name = tokens[index + 1];
    if (token.text !== ':' || token.kind !== 'operator' || name?.kind !== 'word' || name.start !== token.end) continue;
    if (!isPathInto(tokens[index - 1], token)) yield { name: name.text, start: token.start, end: name.end };
  }
}

/** `column:field` without a blank before the colon is a path into a document. */
function isPathInto(before: Token | undefined, colon: Token): boolean {
  if (before?.end !== colon.start) return false;
  return before.kind === 'word' || before.kind === 'quoted' || before.text === ')' || before.text === ']';
}
