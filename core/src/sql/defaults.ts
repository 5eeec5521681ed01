import type { ColumnRule } from './contract.ts';
import type { Expression, Query } from './syntax/nodes.ts';
import { syntaxProblem } from './syntax/problem.ts';
import { tokenize } from './syntax/lexer.ts';
import { createTokenStream } from './syntax/statements.ts';
import type { ColumnRuleNode } from './syntax/statement-nodes.ts';
import type { Span } from './syntax/problem.ts';
import { VOID } from './types/spark-type.ts';

/** What a table's columns hold where a statement says DEFAULT: column name in lower case to SQL text. */
export type Defaults = ReadonlyMap<string, string>;

/** The keyword DEFAULT where a value stands: it reads as a column's name. */
export function isDefault(expression: Expression): boolean {
  const [only, more] = expression.kind === 'column' ? expression.parts : [];
  return !more && only?.text.toUpperCase() === 'DEFAULT';
}

/** A value, or the column's default where it is the keyword. NULL where the column has none. */
export function valueOrDefault(value: Expression, column: string, defaults: Defaults): Expression {
  if (!isDefault(value)) return value;
  const span: Span = { start: value.start, end: value.end };
  const text = defaults.get(column.toLowerCase());
  if (text === undefined) return { kind: 'literal', type: VOID, value: null, ...span };
  const tokens = createTokenStream(tokenize(text), new Map());
  const expression = tokens.grammar.expression(tokens);
  if (!tokens.isEnd()) throw syntaxProblem(`The default of ${column} is no expression: ${text}.`, span);
  return { ...expression, ...span };
}

/** True where a VALUES query holds the keyword. */
export function usesDefault({ body }: Query): boolean {
  return body.kind === 'values' && body.rows.some((row) => row.some(isDefault));
}

/** A VALUES query with the keyword replaced. @param columns the target's, in the query's order. */
export function withDefaults(query: Query, columns: readonly string[], defaults: Defaults): Query {
  const { body } = query;
  if (body.kind !== 'values') return query;
  const rows = body.rows.map((row) => row.map((cell, at) => valueOrDefault(cell, columns[at] ?? '', defaults)));
  return { ...query, body: { ...body, rows } };
}

/** A column's rule with its expression as text, parameters filled in. */
export function ruleText(rule: ColumnRuleNode, filledText: (span: Span) => string): ColumnRule {
  if (rule.kind === 'identity') return rule;
  return { kind: rule.kind, sql: filledText(rule.span).trim() };
}
