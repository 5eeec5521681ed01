import { between, inList, isDistinct, isTest, like } from '../rules/comparisons.ts';
import { extract } from '../rules/datetime-parts.ts';
import { functionCall } from '../rules/functions.ts';
import { colonPath, lastKey } from '../rules/colon-path.ts';
import { plan, withoutConstants } from '../rules/raising-constants.ts';
import { variantPath } from '../rules/variants.ts';
import type { Expression, ExpressionOf } from '../syntax/nodes.ts';
import { quoteName } from '../types/duckdb-type.ts';
import { BOOLEAN, INT, isCollated, isFractional, isUnknown, STRING, typeText, UNKNOWN } from '../types/spark-type.ts';
import { isCollationCall } from '../rules/collations.ts';
import { castSql } from './cast.ts';
import { carriesText, defaultCollated, strengthOf, withoutStrength } from './collations.ts';
import { hasKey, isNormalized, normalized } from './orderable.ts';
import { coerce, mismatch, specialOf, unify } from './coerce.ts';
import { truth } from './condition.ts';
import { columnReference, fieldOf, hasColumn, inputColumn } from './columns.ts';
import { type Environment, refuse } from './environment.ts';
import { interval } from './intervals.ts';
import { literal, parameter } from './literals.ts';
import { inherited, type Typed } from './typed.ts';
import { scalarQuery, inQuery, subquery } from './subqueries.ts';
import { unary, binary } from './operators.ts';

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
      : ofGroupsAround(environment, functionCall(environment, node)),
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
    const { query, named } = subquery(environment, node.query, 'exists');
    return { sql: `EXISTS (${query.sql})`, type: BOOLEAN, name: named('exists') };
  },
  index,
  field: (environment, node) => fieldOf(environment, environment.translate(environment, node.operand), node.field),
  path,
  interval,
  lambda: (environment, node) => refuse(environment, 'A lambda in this place', node),
  row,
  extract,
};

/** `HAVING EXISTS (SELECT ... WHERE b.m > min(a.n))`: an aggregate of the groups around is one value to the subquery's WHERE. */
function ofGroupsAround({ scope, filters }: Environment, typed: Typed): Typed {
  if (!typed.aggregate || !filters || !scope.outer?.grouped) return typed;
  // Whose columns they are is not known before the relations are.
  const around = (typed.outer === true && !typed.local) || scope.relations.some(({ open }) => open);
  return around ? { ...typed, aggregate: false } : typed;
}

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
  plan(environment, node, typed);
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

function caseWhen(around: Environment, node: ExpressionOf<'case'>): Typed {
  const { operand } = node;
  const environment = node.planned ? around : withoutConstants(around);
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
  // Spark does not name a cast to what holds other values.
  const name = ['array', 'map', 'struct'].includes(node.type.kind)
    ? operand.name
    : `${node.trying ? 'TRY_CAST' : 'CAST'}(${operand.name} AS ${typeText(node.type).toUpperCase()})`;
  const flags = inherited([operand]);
  if (isUnknown(operand.type)) return { sql: 'NULL', type: node.type, name, ...flags };
  if (operand.type.kind === 'void' && isCollated(node.type)) refuse(environment, 'NULL with a collation', node);
  const special = specialOf(environment, operand, node.type, node);
  if (special) return { ...special, name };
  const mode = node.trying ? 'try' : environment.profile.ansi ? 'strict' : 'legacy';
  const sql = castSql(operand.sql, operand.type, node.type, mode);
  if (sql === undefined) {
    const types = `${typeText(operand.type)} as ${typeText(node.type)}`.toUpperCase();
    return { ...refuse(environment, `CAST of ${types}`, node), type: node.type };
  }
  return { sql, type: node.type, name, ...flags };
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
    name: `named_struct(${items
      .map(({ name }, at) => {
        const alias = node.names?.[at]?.text;
        return `${fields[at]?.name ?? ''}, ${name}${alias === undefined ? '' : ` AS ${alias}`}`;
      })
      .join(', ')})`,
    ...inherited(items),
  };
}
