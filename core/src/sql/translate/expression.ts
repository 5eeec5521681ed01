import { arithmetic, negated } from '../rules/arithmetic.ts';
import { between, comparison, inList, isDistinct, isTest, like } from '../rules/comparisons.ts';
import { extract } from '../rules/datetime-parts.ts';
import { functionCall } from '../rules/functions.ts';
import { colonPath, lastKey } from '../rules/colon-path.ts';
import { variantPath } from '../rules/variants.ts';
import type { Expression, ExpressionOf } from '../syntax/nodes.ts';
import { contains } from '../syntax/walk.ts';
import { quoteName } from '../types/duckdb-type.ts';
import {
  BOOLEAN,
  INT,
  isCollated,
  isFractional,
  isIntegral,
  isNumeric,
  isUnknown,
  STRING,
  typeText,
  UNKNOWN,
} from '../types/spark-type.ts';
import { isCollationCall } from '../rules/collations.ts';
import { castSql } from './cast.ts';
import { carriesText, defaultCollated, strengthOf, withoutStrength } from './collations.ts';
import { hasKey, isNormalized, normalized, orderable } from './orderable.ts';
import { coerce, mismatch, unify } from './coerce.ts';
import { truth, truths } from './condition.ts';
import { columnReference, fieldOf, hasColumn, inputColumn } from './columns.ts';
import { type Environment, refuse, report, type TranslatedQuery } from './environment.ts';
import { interval } from './intervals.ts';
import { literal, parameter } from './literals.ts';
import { inherited, type Typed } from './typed.ts';

type Translators = { readonly [K in Expression['kind']]: (environment: Environment, node: ExpressionOf<K>) => Typed };

/** How each kind of expression becomes DuckDB text. A kind that stands elsewhere only is refused here. */
const TRANSLATORS: Translators = {
  literal,
  parameter: (environment, node) => environment.names.parameter(node.name) ?? parameter(node),
  column: columnReference,
  inputColumn,
  star: (environment, node) => refuse(environment, '* in this place', node),
  call: (environment, node) =>
    // current_date without parentheses is a column where there is one of that name.
    node.args.length === 0 && node.end === node.nameSpan.end && hasColumn(environment.scope, node.name)
      ? columnReference(environment, { ...node, kind: 'column', parts: [{ text: node.name, ...node.nameSpan }] })
      : functionCall(environment, node),
  unary,
  binary,
  between,
  in: inList,
  inQuery,
  like,
  is: isTest,
  isDistinct,
  case: caseWhen,
  cast,
  scalarQuery,
  exists: (environment, node) => {
    const query = environment.translateQuery(environment, node.query);
    return { sql: `EXISTS (${query.sql})`, type: BOOLEAN, name: 'exists()' };
  },
  index,
  field: (environment, node) => fieldOf(environment, environment.translate(environment, node.operand), node.field),
  path,
  interval,
  lambda: (environment, node) => refuse(environment, 'A lambda in this place', node),
  row,
  extract,
};

/** One expression as DuckDB text with its Spark type. Refusals go to `environment.problems`. */
export function translateExpression(environment: Environment, node: Expression): Typed {
  return groupedAsWhole(environment, node) ?? translatePart(environment, node);
}

/** An expression that is itself a key of its groups, whatever parts of it are. */
function groupedAsWhole(environment: Environment, node: Expression): Typed | undefined {
  const { representatives } = environment;
  if (!representatives?.size || node.kind === 'column' || node.kind === 'literal') return undefined;
  const whole = translatePart({ ...environment, representatives: new Set() }, node);
  if (!representatives.has(whole.sql) || !isNormalized(whole.type)) return undefined;
  return { ...whole, sql: normalized(whole.sql, whole.type) };
}

function translatePart(environment: Environment, node: Expression): Typed {
  const translate = TRANSLATORS[node.kind] as (environment: Environment, node: Expression) => Typed;
  const parts: Typed[] = [];
  const noting: Environment['translate'] = (inner, part) => {
    const typed = environment.translateWhole(inner, part);
    parts.push(typed);
    return typed;
  };
  const generators = environment.generators === true && node.kind === 'call';
  const typed = translate({ ...environment, generators, translate: noting }, node);
  if (losesCollation(environment, node, parts, typed))
    return refuse(environment, 'This text in a view with DEFAULT COLLATION', node, 'Write COLLATE after it.');
  if (parts.some(({ type }) => isCollated(type)) && !takesCollations(environment, node)) {
    const what = node.kind === 'call' ? node.name : 'This';
    return refuse(environment, `${what} of text with a collation`, node, 'Compare by bytes: a COLLATE UTF8_BINARY.');
  }
  if (environment.representatives?.has(typed.sql) && isNormalized(typed.type))
    return { ...typed, sql: normalized(typed.sql, typed.type) };
  if (environment.representatives?.has(typed.sql) && hasKey(typed.type)) {
    return {
      ...typed,
      sql: `first(${typed.sql})`,
      aggregate: true,
      ...(carriesText(typed.type) ? { strength: 'implicit' } : {}),
    };
  }
  if (!carriesText(typed.type)) return typed;
  const strength = strengthOf(node, parts);
  if (strength === typed.strength) return typed;
  return strength ? { ...typed, strength } : withoutStrength(typed);
}

/** In a view with a collation of its own, functions that make text of no text, or of other values too, have rules of their own. */
function losesCollation({ profile }: Environment, node: Expression, parts: readonly Typed[], { type }: Typed): boolean {
  if (profile.collation === undefined || (node.kind !== 'call' && node.kind !== 'binary')) return false;
  if (!carriesText(type) || (node.kind === 'call' && KEEPS_COLLATION.has(node.name.toLowerCase()))) return false;
  return parts.length === 0 || parts.some((part) => !carriesText(part.type));
}

/** Text of their first argument, whatever the others are; and of arguments that are all of one type. */
const KEEPS_COLLATION: ReadonlySet<string> = new Set(
  'collate substring substr left right repeat lpad rpad if coalesce nvl ifnull nullif array explode'.split(' '),
);

/** What a collation makes no difference to, and what is written for it. */
const KINDS_WITH_COLLATIONS: ReadonlySet<Expression['kind']> = new Set([
  'column',
  'unary',
  'binary',
  'between',
  'in',
  'inQuery',
  'is',
  'isDistinct',
  'case',
  'cast',
  'field',
  'row',
]);

function takesCollations({ profile }: Environment, node: Expression): boolean {
  // Subqueries over tables with collated columns are not judged yet; those of a view's own texts are.
  if (node.kind === 'scalarQuery' || node.kind === 'exists') return profile.collation !== undefined;
  return node.kind === 'call' ? isCollationCall(node.name) : KINDS_WITH_COLLATIONS.has(node.kind);
}

/** The opposite, said of the parts: Spark reads NOT (a IN (SELECT ...)) as NOT IN, whose NULLs count otherwise. */
function opposite(node: Expression): Expression {
  if (node.kind === 'inQuery') return { ...node, not: !node.not };
  if (node.kind === 'unary' && node.operator === 'NOT') return node.operand;
  if (node.kind === 'binary' && (node.operator === 'AND' || node.operator === 'OR')) {
    const operator = node.operator === 'AND' ? 'OR' : 'AND';
    return { ...node, operator, left: opposite(node.left), right: opposite(node.right) };
  }
  const { start, end } = node;
  return { kind: 'unary', operator: 'NOT', operand: node, start, end };
}

function holdsInQuery(node: Expression): boolean {
  if (node.kind === 'binary' && (node.operator === 'AND' || node.operator === 'OR'))
    return holdsInQuery(node.left) || holdsInQuery(node.right);
  return node.kind === 'unary' && node.operator === 'NOT' ? holdsInQuery(node.operand) : node.kind === 'inQuery';
}

function unary(environment: Environment, node: ExpressionOf<'unary'>): Typed {
  if (node.operator === 'NOT' && holdsInQuery(node.operand)) {
    const { name } = environment.translate(environment, node.operand);
    return { ...environment.translate(environment, opposite(node.operand)), name: `(NOT ${name})` };
  }
  const operand = environment.translate(environment, node.operand);
  const flags = inherited([operand]);
  if (node.operator === 'NOT')
    return {
      sql: `(NOT ${truth(environment, operand, node.operand, 'not').sql})`,
      type: BOOLEAN,
      name: `(NOT ${operand.name})`,
      ...flags,
    };
  if (operand.type.kind === 'unknown') return operand;
  if (node.operator === '~') {
    if (!isIntegral(operand.type)) return mismatch(environment, operand, 'an integer', node.operand);
    return { sql: `(~${operand.sql})`, type: operand.type, name: `~${operand.name}`, ...flags };
  }
  const interval = operand.type.kind.startsWith('interval');
  if (operand.type.kind === 'string' && !environment.profile.ansi)
    return refuse(environment, 'The sign of text where ANSI is off', node, 'Write an explicit CAST.');
  if (!isNumeric(operand.type) && !interval) return mismatch(environment, operand, 'a number', node.operand);
  if (node.operator === '+') return { ...operand, name: `(+ ${operand.name})` };
  return { sql: negated(environment, operand), type: operand.type, name: `(- ${operand.name})`, ...flags };
}

const SHIFTS = { '<<': 'shiftleft', '>>': 'shiftright', '>>>': 'shiftrightunsigned' } as const;

/** `a << 1` is Spark's function of another name. */
function shifted(environment: Environment, node: ExpressionOf<'binary'>, operator: keyof typeof SHIFTS): Typed {
  const { left, right, start, end } = node;
  const call = { kind: 'call', name: SHIFTS[operator], nameSpan: node, args: [left, right], named: [] } as const;
  const typed = functionCall(environment, { ...call, distinct: false, ignoreNulls: false, start, end });
  const [, names = ''] = /^\w+\(([\s\S]*)\)$/.exec(typed.name) ?? [];
  return { ...typed, name: names };
}

const ARITHMETIC = new Set(['+', '-', '*', '/', '%', 'DIV']);

function binary(environment: Environment, node: ExpressionOf<'binary'>): Typed {
  const left = environment.translate(environment, node.left);
  const right = environment.translate(environment, node.right);
  const { operator } = node;
  if (ARITHMETIC.has(operator)) return arithmetic(environment, node, left, right);
  if (operator === 'AND' || operator === 'OR') {
    const sides = truths(environment, [left, right], [node.left, node.right]);
    const sql = `(${sides.map((side) => side.sql).join(` ${operator} `)})`;
    return { sql, type: BOOLEAN, name: `(${left.name} ${operator} ${right.name})`, ...inherited([left, right]) };
  }
  if (operator === '||') {
    const call = {
      kind: 'call',
      name: 'concat',
      nameSpan: node,
      args: [node.left, node.right],
      named: [],
      distinct: false,
      ignoreNulls: false,
    } as const;
    return functionCall(environment, { ...call, start: node.start, end: node.end });
  }
  if (operator in SHIFTS) return shifted(environment, node, operator as keyof typeof SHIFTS);
  if (operator === '&' || operator === '|' || operator === '^') return bitwise(environment, node, left, right);
  return comparison(environment, node, left, right);
}

function bitwise(environment: Environment, node: ExpressionOf<'binary'>, left: Typed, right: Typed): Typed {
  const { type, items } = unify(environment, [left, right], [node.left, node.right]);
  if (!isIntegral(type) && !isUnknown(type)) return mismatch(environment, left, 'an integer', node.left);
  const [a, b] = items.map(({ sql }) => sql);
  const sql = node.operator === '^' ? `xor(${a ?? ''}, ${b ?? ''})` : `(${a ?? ''} ${node.operator} ${b ?? ''})`;
  return { sql, type, name: `(${left.name} ${node.operator} ${right.name})`, ...inherited([left, right]) };
}

function caseWhen(environment: Environment, node: ExpressionOf<'case'>): Typed {
  const { operand } = node;
  const whens = node.branches.map(({ when }) =>
    operand
      ? comparisonOf(environment, operand, when)
      : truth(environment, environment.translate(environment, when), when, 'filter'),
  );
  const resultNodes = [...node.branches.map(({ then }) => then), ...(node.otherwise ? [node.otherwise] : [])];
  const results = resultNodes.map((result) => environment.translate(environment, result));
  const { type, items } = unify(environment, results, resultNodes, 'bytes');
  const branches = whens.map((when, at) => `WHEN ${when.sql} THEN ${items[at]?.sql ?? 'NULL'}`).join(' ');
  const otherwise = node.otherwise ? ` ELSE ${items.at(-1)?.sql ?? 'NULL'}` : '';
  const names = whens.map((when, at) => `WHEN ${when.name} THEN ${results[at]?.name ?? ''}`).join(' ');
  const name = `CASE ${names}${node.otherwise ? ` ELSE ${results.at(-1)?.name ?? ''}` : ''} END`;
  return { sql: `CASE ${branches}${otherwise} END`, type, name, ...inherited([...whens, ...results]) };
}

function comparisonOf(environment: Environment, left: Expression, right: Expression): Typed {
  const span = { start: left.start, end: right.end };
  return binary(environment, { kind: 'binary', operator: '=', left, right, ...span });
}

function cast(environment: Environment, written: ExpressionOf<'cast'>): Typed {
  const { collation } = environment.profile;
  const node = collation === undefined ? written : { ...written, type: defaultCollated(written.type, collation) };
  const operand = environment.translate(environment, node.operand);
  // Spark names the cast of a plain column as the column.
  const plain = (node.operand.kind === 'column' && !operand.name.includes('.')) || node.operand.kind === 'path';
  const name = plain
    ? operand.name
    : `${node.trying ? 'TRY_CAST' : 'CAST'}(${operand.name} AS ${typeText(node.type).toUpperCase()})`;
  const flags = inherited([operand]);
  if (isUnknown(operand.type)) return { sql: 'NULL', type: node.type, name, ...flags };
  if (operand.type.kind === 'void' && isCollated(node.type)) refuse(environment, 'NULL with a collation', node);
  const mode = node.trying ? 'try' : environment.profile.ansi ? 'strict' : 'legacy';
  const sql = castSql(operand.sql, operand.type, node.type, mode);
  if (sql === undefined) {
    const types = `${typeText(operand.type)} as ${typeText(node.type)}`.toUpperCase();
    return { ...refuse(environment, `CAST of ${types}`, node), type: node.type };
  }
  return { sql, type: node.type, name, ...flags };
}

function scalarQuery(environment: Environment, node: ExpressionOf<'scalarQuery'>): Typed {
  const query = environment.translateQuery(environment, node.query);
  const [column, extra] = query.columns;
  if (query.open || !column) return { sql: 'NULL', type: UNKNOWN, name: 'scalarsubquery()' };
  if (extra)
    return report(
      environment,
      'sql.type-mismatch',
      'A subquery used as a value has one column.',
      node,
      'Select one column.',
    );
  refuseGrouped(environment, node);
  // More than one row is an error in Spark and in DuckDB (scalar_subquery_error_on_multiple_rows).
  return { sql: `(${query.sql})`, type: column.type, name: 'scalarsubquery()' };
}

/** A subquery that compares with the query around it groups by nothing but what it compares for equality. */
function refuseGrouped(environment: Environment, { query }: ExpressionOf<'scalarQuery'>): void {
  const { body } = query;
  // Spark answers with another row where what is compared is no column of the subquery: it leaves out the NULLs that come first.
  if (body.kind === 'select' && body.where && query.limit && query.orderBy.length > 0)
    for (const conjunct of conjuncts(body.where))
      if (mentionsOuter(environment, conjunct) && !(conjunct.kind === 'binary' && conjunct.operator === '='))
        refuse(environment, 'LIMIT in a subquery that compares with the query around it by other than =', conjunct);
  if (body.kind !== 'select' || body.groupBy?.kind !== 'expressions' || !body.where) return;
  const compared = conjuncts(body.where).flatMap((conjunct) =>
    conjunct.kind === 'binary' && conjunct.operator === '=' ? [conjunct.left, conjunct.right].map(shape) : [],
  );
  const correlated = conjuncts(body.where).some((one) => mentionsOuter(environment, one));
  for (const key of body.groupBy.expressions)
    if (correlated && key.kind !== 'literal' && !compared.includes(shape(key)))
      refuse(environment, 'GROUP BY in a subquery that depends on the query around it', key);
}

/** An expression without its places. */
function shape(node: Expression): string {
  return JSON.stringify(node, (key, value: unknown) =>
    key === 'start' || key === 'end' ? undefined : value,
  ).toLowerCase();
}

function conjuncts(node: Expression): Expression[] {
  return node.kind === 'binary' && node.operator === 'AND'
    ? [...conjuncts(node.left), ...conjuncts(node.right)]
    : [node];
}

/** A column that the query around it has, by its name. */
function mentionsOuter({ scope }: Environment, node: Expression): boolean {
  return contains(node, (inner) => inner.kind === 'column' && hasColumn(scope, inner.parts.at(-1)?.text ?? ''));
}

/** Where NULL and false would not come to the same, Spark says one or the other by what it knows of the columns. */
const UNKNOWN_IN =
  "CAST(error('[NOT_EMULATED] IN with a subquery met a NULL inside another condition of a join: compute it as a column.') AS BOOLEAN)";

function inQuery(environment: Environment, node: ExpressionOf<'inQuery'>): Typed {
  const query = environment.translateQuery(environment, node.query);
  const [column, extra] = query.columns;
  const operand = environment.translate(environment, node.operand);
  const name = `(${operand.name} ${node.not ? 'NOT ' : ''}IN (listquery()))`;
  if (node.operand.kind === 'row' && !query.open) return inRows(environment, node, node.operand.items, query, name);
  if (extra && !query.open)
    return report(
      environment,
      'sql.type-mismatch',
      'IN compares one value with several columns.',
      node,
      'Select one column.',
    );
  if (query.open || !column) return { sql: 'NULL', type: BOOLEAN, name };
  const text = quoteName(column.internal);
  const inner: Typed = { sql: text, type: column.type, name: column.name, strength: 'implicit' };
  const [left = '', right = ''] = unify(environment, [operand, inner], [node.operand, node]).items.map((item) =>
    orderable(environment, item, 'Comparing', node),
  );
  const test = `(${left} ${node.not ? 'NOT IN' : 'IN'} (SELECT ${right} FROM (${query.sql}) AS q${environment.nextId()}))`;
  // Spark joins, and never says NULL but of a NULL that is written there.
  const otherwise = environment.knownIn ? UNKNOWN_IN : 'false';
  const sql = operand.type.kind === 'void' ? test : `coalesce(${test}, ${otherwise})`;
  return { sql, type: BOOLEAN, name, ...inherited([operand]) };
}

/** `(a, b) IN (SELECT ...)`: false where a row could be equal but for its NULLs, and so is NOT IN: Spark joins, and never says NULL. */
function inRows(
  environment: Environment,
  node: ExpressionOf<'inQuery'>,
  items: readonly Expression[],
  query: TranslatedQuery,
  name: string,
): Typed {
  if (items.length !== query.columns.length)
    return report(
      environment,
      'sql.type-mismatch',
      `IN compares ${items.length} values with ${query.columns.length} columns.`,
      node,
      'Select as many columns.',
    );
  const alias = `q${environment.nextId()}`;
  const operands = items.map((item) => environment.translate(environment, item));
  const tests = query.columns.map((column, at) => {
    const text = `${alias}.${quoteName(column.internal)}`;
    const inner: Typed = { sql: text, type: column.type, name: column.name, strength: 'implicit' };
    const pair = unify(environment, [operands[at] ?? inner, inner], [items[at] ?? node, node]).items;
    return `(${pair.map((item) => orderable(environment, item, 'Comparing', node)).join(' = ')})`;
  });
  const some = (test: (one: string) => string): string =>
    `EXISTS (SELECT 1 FROM (${query.sql}) AS ${alias} WHERE ${tests.map(test).join(' AND ')})`;
  const sql = node.not ? `(NOT ${some((one) => `coalesce(${one}, true)`)})` : some((one) => one);
  return { sql, type: BOOLEAN, name, ...inherited(operands) };
}

/** `a[0]` counts from 0; `m['k']` is NULL where the key is missing. */
function index(environment: Environment, node: ExpressionOf<'index'>): Typed {
  const base = environment.translate(environment, node.operand);
  const key = environment.translate(environment, node.index);
  const name = `${base.name}[${key.name}]`;
  const flags = inherited([base, key]);
  if (isUnknown(base.type)) return { sql: 'NULL', type: UNKNOWN, name, ...flags };
  if (base.type.kind === 'map') {
    if (base.outer && key.local && !base.local)
      return refuse(environment, 'A map of the query around this one with a key of this one', node);
    const [wanted] = [coerce(environment, key, base.type.key, node.index)];
    return { sql: `map_extract_value(${base.sql}, ${wanted.sql})`, type: base.type.value, name, ...flags };
  }
  if (base.type.kind !== 'array') return mismatch(environment, base, 'an array or a map', node.operand);
  if (
    key.type.kind === 'decimal' ||
    isFractional(key.type) ||
    (key.type.kind === 'string' && !environment.profile.ansi)
  )
    return mismatch(environment, key, 'an integer', node.index);
  const at = coerce(environment, key, INT, node.index).sql;
  const strict = environment.profile.ansi ? 'spark_element' : 'spark_element_or_null';
  return { sql: `${strict}(${base.sql}, ${at})`, type: base.type.element, name, ...flags };
}

function path(environment: Environment, node: ExpressionOf<'path'>): Typed {
  const base = environment.translate(environment, node.operand);
  if (base.type.kind === 'variant') return variantPath(environment, base, node.steps, node);
  if (base.type.kind !== 'string' && !isUnknown(base.type))
    return mismatch(environment, base, 'JSON text', node.operand);
  if (isUnknown(base.type)) return { sql: 'NULL', type: UNKNOWN, name: '' };
  return { sql: colonPath(base.sql, node.steps), type: STRING, name: lastKey(node.steps), ...inherited([base]) };
}

function ownName(node: Expression | undefined): string | undefined {
  if (node?.kind === 'column') return node.parts.at(-1)?.text;
  return node?.kind === 'field' ? node.field.text : undefined;
}

function row(environment: Environment, node: ExpressionOf<'row'>): Typed {
  const items = node.items.map((item) => environment.translate(environment, item));
  const fields = items.map((item, at) => ({
    name: node.names?.[at]?.text ?? ownName(node.items[at]) ?? `col${at + 1}`,
    type: item.type,
  }));
  const sql = `struct_pack(${items.map((item, at) => `${quoteName(fields[at]?.name ?? '')} := ${item.sql}`).join(', ')})`;
  return {
    sql,
    type: { kind: 'struct', fields },
    name: `struct(${items.map(({ name }) => name).join(', ')})`,
    ...inherited(items),
  };
}
