import { tokenize } from './lexer.ts';
import type { Expression, Name } from './nodes.ts';
import { notEmulated, ProblemError, type Span, syntaxProblem } from './problem.ts';
import { contains } from './walk.ts';
import type { Outside, TokenStream } from './token-stream.ts';

/** What an IDENTIFIER(...) or {{p}} stands for while parameter values are unknown. */
export const UNKNOWN_NAME = '\u0000unknown';

/** Words that end a clause, and so cannot be an alias without AS or a column without quotes. */
const RESERVED = new Set(
  'SELECT FROM WHERE GROUP HAVING QUALIFY WINDOW ORDER SORT CLUSTER DISTRIBUTE LIMIT OFFSET UNION INTERSECT EXCEPT MINUS JOIN INNER LEFT RIGHT FULL OUTER CROSS NATURAL SEMI ANTI ON USING LATERAL PIVOT UNPIVOT TABLESAMPLE WITH AS WHEN THEN ELSE END AND OR NOT IN IS BETWEEN LIKE ILIKE RLIKE REGEXP CASE BY SET VALUES INTO'.split(
    ' ',
  ),
);

/** Of those, what may still name a column where an expression stands: Event Hubs Capture has a column `Offset`. */
const NAMES_TOO = new Set(
  'OFFSET WINDOW SORT CLUSTER DISTRIBUTE SET MINUS INTO SEMI ANTI PIVOT UNPIVOT TABLESAMPLE QUALIFY REGEXP BY'.split(
    ' ',
  ),
);

export function isReserved(keyword: string): boolean {
  return RESERVED.has(keyword);
}

/** One identifier: a word, a quoted name, or a `{{p}}` marker, also inside backticks. */
export function parseName(tokens: TokenStream): Name {
  const token = tokens.peek();
  if (tokens.sees('IDENTIFIER') && identifies(tokens)) return oneName(tokens);
  if (token.kind === 'word' && (!isReserved(token.keyword) || NAMES_TOO.has(token.keyword)))
    return tokens.nameFrom(tokens.next());
  if (token.kind === 'quoted') {
    tokens.next();
    const text = fillTemplates(tokens, token.text, token);
    if (text !== token.text) tokens.substitute(token, quoted(text));
    return { ...tokens.nameFrom(token), text };
  }
  if (token.kind === 'template') {
    tokens.next();
    const value = parameterValue(tokens, token.text, token);
    if (value !== undefined && !/^[\p{L}\p{N}_-]+$/u.test(value))
      throw syntaxProblem(`The value of {{${token.text}}} is not one name: ${value}`, token);
    tokens.substitute(token, quoted(value ?? UNKNOWN_NAME));
    return { ...tokens.nameFrom(token), text: value ?? UNKNOWN_NAME };
  }
  throw tokens.unexpected('a name');
}

function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** A text as Databricks SQL writes a string. */
export function quotedText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** Words of joins, which name a column where an expression stands: `(left, right) -> left - right`. */
const JOIN_WORDS = new Set('LEFT RIGHT FULL INNER CROSS NATURAL JOIN'.split(' '));

/** One part of a column's name. */
export function parseColumnName(tokens: TokenStream): Name {
  const token = tokens.peek();
  return token.kind === 'word' && JOIN_WORDS.has(token.keyword) ? tokens.nameFrom(tokens.next()) : parseName(tokens);
}

/** A multi-part name: `a.b.c`, `IDENTIFIER(:x || '.t')`. */
export function parseQualifiedName(tokens: TokenStream): Name[] {
  const parts =
    tokens.sees('IDENTIFIER') && tokens.seesOperator('(', 1) ? identifierClause(tokens) : [parseName(tokens)];
  while (tokens.acceptOperator('.')) parts.push(parseName(tokens));
  return parts;
}

/** `IDENTIFIER(<constant string>)`: its value is parsed as a name, so no value can be anything but a name. */
export function identifierClause(tokens: TokenStream): Name[] {
  const start = tokens.expect('IDENTIFIER');
  const expression = tokens.parenthesized(() => adjacentTexts(tokens));
  const span = tokens.spanFrom(start);
  if (expression.kind === 'literal' && expression.type.kind !== 'string')
    throw notAName(String(expression.value), span);
  if (expression.kind === 'parameter' && tokens.parameters && expression.value === undefined)
    throw notAName(`:${expression.name}`, span);
  const text = tokens.outside ? outsideText(tokens.outside, expression) : constantText(expression);
  if (text === undefined) return [{ ...span, text: UNKNOWN_NAME }];
  return namesIn(text, span);
}

/** `IDENTIFIER(` with a value inside, not a function of that name or the columns of an alias. */
function identifies(tokens: TokenStream): boolean {
  const inside = tokens.peek(2);
  return tokens.seesOperator('(', 1) && (inside.kind === 'string' || inside.text === ':' || inside.text === '?');
}

/** IDENTIFIER where one name stands: an alias, a column of a list. */
function oneName(tokens: TokenStream): Name {
  const start = tokens.peek();
  const [name, more] = identifierClause(tokens);
  if (!name || more) throw syntaxProblem('Here stands one name.', tokens.spanFrom(start));
  return name;
}

/** `:schema '.t'`: texts and parameters side by side are one text. */
function adjacentTexts(tokens: TokenStream): Expression {
  if (!standsAlone(tokens)) return tokens.grammar.expression(tokens);
  let left = tokens.grammar.value(tokens);
  while (!tokens.seesOperator(')')) {
    const right = tokens.grammar.value(tokens);
    left = { kind: 'binary', operator: '||', left, right, start: left.start, end: right.end };
  }
  return left;
}

/** True where nothing but texts and parameters stand up to the parenthesis: a colon between them begins no JSON path. */
function standsAlone(tokens: TokenStream): boolean {
  let ahead = 0;
  while (tokens.peek(ahead).kind === 'string' || tokens.seesOperator(':', ahead))
    ahead += tokens.peek(ahead).kind === 'string' ? 1 : 2;
  return ahead > 0 && tokens.seesOperator(')', ahead);
}

/** A text that must be computed is known when the statement runs. */
function outsideText({ constants, pending }: Outside, expression: Expression): string | undefined {
  const known = constants.get(expression.start);
  if (known !== undefined) return known;
  if (isConstant(expression)) return constantText(expression);
  if (contains(expression, ({ kind }) => kind === 'scalarQuery' || kind === 'exists' || kind === 'inQuery'))
    throw notEmulated('A subquery in IDENTIFIER', expression, 'Set a variable to it first.');
  pending.push(expression);
  return undefined;
}

function isConstant(expression: Expression): boolean {
  try {
    constantText(expression);
    return true;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return false;
  }
}

/** The parts of a name that stands in a text. @throws ProblemError `sql.invalid-identifier`. */
export function namesIn(text: string, span: Span): Name[] {
  const parts = text.length === 0 ? [] : tokenize(text);
  const names: Name[] = [];
  parts.forEach((token, index) => {
    if (token.kind === 'end') return;
    const isName =
      token.kind === 'quoted' || token.kind === 'word' || (token.kind === 'number' && /^\d+$/.test(token.text));
    if (index % 2 === 0 ? !isName : token.text !== '.') throw notAName(text, span);
    if (index % 2 === 0) names.push({ ...span, text: token.text });
  });
  if (names.length === 0 || parts.length !== names.length * 2) throw notAName(text, span);
  return names;
}

function notAName(text: string, span: Span): ProblemError {
  return new ProblemError({
    code: 'sql.invalid-identifier',
    message: `IDENTIFIER was given "${text}", which is not a name.`,
    span,
    nextStep: 'Give a name such as silver.orders; put backticks around a part with other characters.',
  });
}

/**
 * The value of a constant string expression: literals, parameters and `||` or concat of them; undefined where a parameter's
 * value is not known. @throws ProblemError for anything else.
 */
export function constantText(expression: Expression): string | undefined {
  if (expression.kind === 'literal' && expression.value !== null) return String(expression.value);
  if (expression.kind === 'parameter') return expression.value;
  if (expression.kind === 'binary' && expression.operator === '||') return joined([expression.left, expression.right]);
  if (expression.kind === 'call' && expression.name.toLowerCase() === 'concat') return joined(expression.args);
  if (expression.kind === 'cast' && expression.type.kind === 'string') return constantText(expression.operand);
  throw notEmulated(
    'Anything but string literals, parameters and || in a constant expression',
    expression,
    "Write a constant of literals and parameters, such as :landing || '/orders'.",
  );
}

function joined(parts: readonly Expression[]): string | undefined {
  const texts = parts.map(constantText);
  return texts.includes(undefined) ? undefined : texts.join('');
}

/** A parameter's value; undefined where values are not known at all. @throws ProblemError `sql.unbound-parameter`. */
export function parameterValue(tokens: TokenStream, name: string, span: Span): string | undefined {
  if (!tokens.parameters) return undefined;
  const value = tokens.parameters.get(name);
  if (value !== undefined) return value;
  const known = [...tokens.parameters.keys()].join(', ') || 'none';
  throw new ProblemError({
    code: 'sql.unbound-parameter',
    message: `The parameter ${name} has no value.`,
    span,
    nextStep: `Pass a value for ${name} (job or task parameters; given now: ${known}).`,
  });
}

/** `{{p}}` markers inside a quoted name or a string. */
export function fillTemplates(tokens: TokenStream, text: string, span: Span): string {
  if (!tokens.parameters) return /\{\{.*?\}\}/.test(text) ? UNKNOWN_NAME : text;
  return text.replace(/\{\{\s*(.*?)\s*\}\}/g, (_, name: string) => parameterValue(tokens, name, span) ?? '');
}
