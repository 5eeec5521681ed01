import { expressionError } from './expression-error.ts';
import { functions } from './functions.ts';
import { type Expression, parseExpression, parseTemplate } from './parse.ts';
import { isObject, toText, type Scope, type Value } from './value.ts';

/**
 * A property's value with its expressions evaluated: `@...` as a whole, `@{...}` inside text, `{value, type: 'Expression'}`.
 * @throws ExpectedError `pipelines.expression`: a syntax error, a name that is not there, a function that is not emulated.
 */
export function evaluate(value: Value, scope: Scope): Value {
  if (typeof value === 'string') return evaluateText(value, scope);
  if (Array.isArray(value)) return value.map((item: Value) => evaluate(item, scope));
  if (!isObject(value)) return value;
  const { type, value: inner } = value;
  if (type === 'Expression' && typeof inner === 'string') return evaluateText(inner, scope);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, evaluate(item, scope)]));
}

function evaluateText(text: string, scope: Scope): Value {
  if (text.startsWith('@@')) return text.slice(1);
  if (text.startsWith('@') && !text.startsWith('@{')) return run(parseExpression(text.slice(1)), scope, text);
  if (!text.includes('@{')) return text;
  return parseTemplate(text)
    .map((piece) => (typeof piece === 'string' ? piece : toText(run(piece, scope, text))))
    .join('');
}

function run(expression: Expression, scope: Scope, source: string): Value {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'call':
      return call(expression, scope, source);
    case 'member':
      return member(expression, scope, source);
  }
}

function call(expression: Extract<Expression, { kind: 'call' }>, scope: Scope, source: string): Value {
  const { name } = expression;
  const args = expression.args.map((argument) => run(argument, scope, source));
  const root = Object.entries(scope).find(([known]) => known.toLowerCase() === name.toLowerCase())?.[1];
  if (root) return root(args);
  const known = functions.get(name.toLowerCase());
  if (!known) throw expressionError(source, `the function ${name} is not emulated`);
  if (args.length < known.least || args.length > known.most) {
    throw expressionError(source, `${name} does not take ${args.length} arguments`);
  }
  return known.call(args, source);
}

function member(expression: Extract<Expression, { kind: 'member' }>, scope: Scope, source: string): Value {
  const of = run(expression.of, scope, source);
  const key = run(expression.key, scope, source);
  const found = lookUp(of, key);
  if (found !== undefined) return found;
  if (expression.optional) return null;
  throw expressionError(source, `there is no ${JSON.stringify(key)}`);
}

function lookUp(of: Value, key: Value): Value | undefined {
  if (Array.isArray(of)) return typeof key === 'number' ? (of as readonly Value[])[key] : undefined;
  if (!isObject(of) || typeof key !== 'string') return undefined;
  const name = Object.keys(of).find((known) => known.toLowerCase() === key.toLowerCase());
  return name === undefined ? undefined : of[name];
}
