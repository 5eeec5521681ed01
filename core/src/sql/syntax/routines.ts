import { typeText } from '../types/spark-type.ts';
import { parseName, parseQualifiedName } from './names.ts';
import type { Expression, Name, Query } from './nodes.ts';
import { notEmulated, type Span, syntaxProblem } from './problem.ts';
import type { TokenStream } from './token-stream.ts';
import { parseUnlimitedType } from './types.ts';

export interface ParameterNode extends Span {
  readonly name: string;
  /** Spark's type text. */
  readonly typeText: string;
  readonly defaultValue: Expression | undefined;
  readonly comment: string | undefined;
}

export type ReturnsNode =
  | { readonly kind: 'scalar'; readonly typeText: string | undefined }
  | { readonly kind: 'table'; readonly columns: readonly ParameterNode[] | undefined };

/** What a function computes: an expression, or a query. */
export type RoutineBody =
  { readonly kind: 'expression'; readonly expression: Expression } | { readonly kind: 'query'; readonly query: Query };

/** CREATE FUNCTION with a body in SQL. */
export interface CreateFunctionNode {
  readonly kind: 'createFunction';
  readonly name: readonly Name[];
  readonly temporary: boolean;
  readonly mode: 'create' | 'createOrReplace' | 'createIfNotExists';
  readonly parameters: readonly ParameterNode[];
  readonly returns: ReturnsNode;
  readonly comment: string | undefined;
  readonly deterministic: boolean | undefined;
  /** CONTAINS SQL: the body reads no table. */
  readonly dataAccess: 'CONTAINS SQL' | 'READS SQL DATA' | undefined;
  readonly body: RoutineBody;
  readonly bodySpan: Span;
}

export interface DropFunctionNode {
  readonly kind: 'dropFunction';
  readonly name: readonly Name[];
  readonly temporary: boolean;
  readonly ifExists: boolean;
}

/** What follows CREATE [OR REPLACE] [TEMPORARY] FUNCTION. */
export function parseCreateFunction(
  tokens: TokenStream,
  { orReplace, temporary }: { readonly orReplace: boolean; readonly temporary: boolean },
): CreateFunctionNode {
  const start = tokens.peek();
  const ifNotExists = tokens.accept('IF', 'NOT', 'EXISTS');
  if (ifNotExists && (orReplace || temporary))
    throw syntaxProblem(`IF NOT EXISTS cannot stand beside ${temporary ? 'TEMPORARY' : 'OR REPLACE'}.`, start);
  const name = parseQualifiedName(tokens);
  if (temporary && name.length > 1) throw syntaxProblem('A temporary function has one name.', tokens.spanFrom(start));
  if (tokens.sees('AS')) throw notEmulated('A function of a class', tokens.peek(), 'Run it with Spark.');
  const parameters = parseColumns(tokens, true);
  const characteristics: { -readonly [K in keyof Characteristics]: Characteristics[K] } = {};
  while (parseCharacteristic(tokens, characteristics));
  if (!tokens.sees('RETURN')) throw tokens.unexpected('RETURN');
  tokens.next();
  const from = tokens.peek();
  const body = parseRoutineBody(tokens);
  const returns = characteristics.returns ?? { kind: 'scalar', typeText: undefined };
  if (returns.kind === 'table' && body.kind !== 'query')
    throw syntaxProblem('A function that returns a table returns a query.', tokens.spanFrom(from));
  return {
    kind: 'createFunction',
    name,
    temporary,
    mode: orReplace ? 'createOrReplace' : ifNotExists ? 'createIfNotExists' : 'create',
    parameters,
    returns,
    comment: characteristics.comment,
    deterministic: characteristics.deterministic,
    dataAccess: characteristics.dataAccess,
    body,
    bodySpan: tokens.spanFrom(from),
  };
}

interface Characteristics {
  readonly returns?: ReturnsNode;
  readonly comment?: string;
  readonly deterministic?: boolean;
  readonly dataAccess?: CreateFunctionNode['dataAccess'];
  readonly language?: string;
  readonly security?: string;
}

/** One clause between the parameters and the body; false where none stands there. Each stands once. */
function parseCharacteristic(
  tokens: TokenStream,
  found: { -readonly [K in keyof Characteristics]: Characteristics[K] },
): boolean {
  const start = tokens.peek();
  const once = (key: keyof Characteristics): void => {
    if (found[key] !== undefined) throw syntaxProblem(`The clause ${start.keyword} stands there twice.`, start);
  };
  if (tokens.sees('RETURNS', 'NULL') || tokens.sees('CALLED'))
    throw notEmulated(`${start.keyword} ... ON NULL INPUT`, start);
  if (tokens.accept('RETURNS')) {
    once('returns');
    found.returns = parseReturns(tokens);
  } else if (tokens.accept('COMMENT')) {
    once('comment');
    found.comment = commentText(tokens);
  } else if (tokens.accept('LANGUAGE')) {
    once('language');
    const language = tokens.next();
    if (language.keyword !== 'SQL')
      throw notEmulated(
        `A function in ${language.text.toUpperCase()}`,
        tokens.spanFrom(start),
        'Run this task with Spark.',
      );
    found.language = language.keyword;
  } else if (tokens.sees('DETERMINISTIC') || tokens.sees('NOT', 'DETERMINISTIC')) {
    once('deterministic');
    found.deterministic = !tokens.accept('NOT');
    tokens.next();
  } else if (tokens.sees('CONTAINS', 'SQL') || tokens.sees('READS', 'SQL', 'DATA')) {
    once('dataAccess');
    found.dataAccess = tokens.accept('CONTAINS', 'SQL') ? 'CONTAINS SQL' : 'READS SQL DATA';
    if (found.dataAccess === 'READS SQL DATA') tokens.expect('READS', 'SQL', 'DATA');
  } else if (tokens.accept('SQL', 'SECURITY')) {
    once('security');
    found.security = tokens.next().keyword;
    if (found.security !== 'DEFINER') throw notEmulated(`SQL SECURITY ${found.security}`, tokens.spanFrom(start));
  } else return false;
  return true;
}

function parseReturns(tokens: TokenStream): ReturnsNode {
  if (!tokens.sees('TABLE')) return { kind: 'scalar', typeText: typeText(parseUnlimitedType(tokens)) };
  tokens.next();
  if (!tokens.seesOperator('(')) return { kind: 'table', columns: undefined };
  if (tokens.seesOperator(')', 1)) throw tokens.unexpected('at least one column');
  return { kind: 'table', columns: parseColumns(tokens, false) };
}

/** `(a INT DEFAULT 1 COMMENT 'x', ...)`: names are unique, defaults come last. */
function parseColumns(tokens: TokenStream, defaults: boolean): ParameterNode[] {
  const columns: ParameterNode[] = [];
  tokens.expectOperator('(');
  if (!tokens.seesOperator(')')) tokens.list(() => columns.push(parseColumn(tokens, columns, defaults)));
  tokens.expectOperator(')');
  return columns;
}

function parseColumn(tokens: TokenStream, before: readonly ParameterNode[], defaults: boolean): ParameterNode {
  const start = tokens.peek();
  const name = parseName(tokens).text;
  if (before.some((one) => one.name.toLowerCase() === name.toLowerCase()))
    throw syntaxProblem(`The name ${name} stands there twice.`, start);
  const type = typeText(parseUnlimitedType(tokens));
  if (tokens.sees('NOT', 'NULL')) throw syntaxProblem('A parameter of a function cannot be NOT NULL.', tokens.peek());
  const withDefault = tokens.sees('DEFAULT');
  if (withDefault && !defaults) throw tokens.unexpected('no DEFAULT');
  const defaultValue = tokens.accept('DEFAULT') ? tokens.grammar.expression(tokens) : undefined;
  if (!withDefault && before.some((one) => one.defaultValue))
    throw syntaxProblem(`The parameter ${name} has no default and follows one that has.`, start);
  const comment = tokens.accept('COMMENT') ? commentText(tokens) : undefined;
  return { name, typeText: type, defaultValue, comment, ...tokens.spanFrom(start) };
}

function commentText(tokens: TokenStream): string {
  const token = tokens.peek();
  if (token.kind !== 'string') throw tokens.unexpected('a text');
  tokens.next();
  return token.text;
}

/** What stands after RETURN. */
export function parseRoutineBody(tokens: TokenStream): RoutineBody {
  if (tokens.seesOneOf('SELECT', 'WITH', 'VALUES', 'FROM', 'TABLE'))
    return { kind: 'query', query: tokens.grammar.query(tokens) };
  return { kind: 'expression', expression: tokens.grammar.expression(tokens) };
}

/** What follows DROP [TEMPORARY] FUNCTION. */
export function parseDropFunction(tokens: TokenStream, temporary: boolean): DropFunctionNode {
  const ifExists = tokens.accept('IF', 'EXISTS');
  const start = tokens.peek();
  const name = parseQualifiedName(tokens);
  if (temporary && name.length > 1) throw syntaxProblem('A temporary function has one name.', tokens.spanFrom(start));
  return { kind: 'dropFunction', name, temporary, ifExists };
}
