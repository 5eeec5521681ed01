import { pick, type Random } from '../../random.ts';
import { AGGREGATE_FORMS, anyExpression, expression, filled, type Place, WINDOW_FORMS } from './expressions.ts';
import { chosen } from './forms.ts';
import type { Kind } from './literals.ts';

/** What a query sees of its tables. */
export interface Places {
  readonly left: Place;
  readonly right: Place;
  readonly both: Place;
  /** Of the left table all columns that have an order. */
  readonly order: readonly string[];
}

const KEYS: readonly Kind[] = ['int', 'string', 'boolean', 'date', 'decimal', 'timestamp'];
const RESULTS: readonly Kind[] = [
  'int',
  'bigint',
  'double',
  'decimal',
  'wide',
  'string',
  'date',
  'timestamp',
  'ints',
  'struct',
];
const NUMBERS: readonly Kind[] = ['tinyint', 'int', 'bigint', 'double', 'decimal', 'wide'];
const EXACT: readonly Kind[] = ['int', 'bigint', 'decimal', 'wide'];

const truth = (random: Random, place: Place): string => expression(random, 'boolean', place);

/** `CASE WHEN ... WHEN ... ELSE ... END`, some results of another type, which Spark brings to one. */
function chain(random: Random, place: Place, kind: Kind): string {
  const result = (): string =>
    expression(random, NUMBERS.includes(kind) && random() < 0.2 ? pick(random, NUMBERS) : kind, place);
  const branches = Array.from(
    { length: 1 + Math.floor(random() * 3) },
    () => `WHEN ${truth(random, place)} THEN ${result()}`,
  );
  return `CASE ${branches.join(' ')}${random() < 0.8 ? ` ELSE ${result()}` : ''} END`;
}

function aggregate(random: Random, place: Place): string {
  return filled(random, chosen(random, pick(random, AGGREGATE_FORMS)), place);
}

/** An aggregate that any order of rows gives the same, of an expression. */
function plainAggregate(random: Random, place: Place): string {
  const exact = expression(random, pick(random, EXACT), place);
  return pick(random, [
    `count(${anyExpression(random, place)})`,
    `max(${exact})`,
    `min(${expression(random, pick(random, KEYS), place)})`,
    `sum(${expression(random, 'decimal', place)})`,
    `avg(${expression(random, pick<Kind>(random, ['decimal', 'smallint']), place)})`,
    `count(DISTINCT ${exact})`,
    `bool_or(${truth(random, place)})`,
    `count_if(${truth(random, place)})`,
  ]);
}

const OVER_ALL = ' ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING';

function windowOf(random: Random, { left, order }: Places): string {
  const keys = [expression(random, pick(random, KEYS), { ...left, depth: 1 }), ...order, 'id'];
  const parts = pick(random, [
    '',
    `PARTITION BY ${expression(random, pick(random, KEYS), { ...left, depth: 1 })} `,
    'PARTITION BY id, a_boolean ',
  ]);
  return `${parts}ORDER BY ${keys.map((key) => key + pick(random, ['', ' DESC', ' NULLS LAST'])).join(', ')}`;
}

function windowed(random: Random, places: Places, over: string): string {
  const form = filled(random, chosen(random, pick(random, WINDOW_FORMS)), { ...places.left, depth: 1 }).replace(
    /^\((.*)\)$/s,
    '$1',
  );
  const frameless = /^(?:row_number|rank|dense_rank|ntile|percent_rank|cume_dist|lag|lead)/.test(form);
  return `${form} OVER (${over}${frameless ? '' : pick(random, ['', OVER_ALL, ' ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING'])})`;
}

type Shape = (random: Random, places: Places) => string;

/** Expressions within expressions: chains of CASE, values inside values and back, conditions of several parts. */
const NESTED: readonly Shape[] = [
  (random, { left }) =>
    `SELECT id, ${chain(random, left, pick(random, RESULTS))} AS c, ${chain(random, left, pick(random, RESULTS))} AS d FROM t1`,
  (random, { left }) => {
    const [one, two] = [pick(random, RESULTS), pick(random, RESULTS)];
    const value = `named_struct('a', ${expression(random, one, left)}, 'b', array(${expression(random, two, left)}, ${expression(random, two, left)}), 'c', map('k', ${expression(random, one, left)}))`;
    return `SELECT id, v.a, v.b[0] AS b0, v.c['k'] AS ck, v.c['none'] AS cn, size(v.b) AS n, to_json(v) AS j, v FROM (SELECT id, ${value} AS v FROM t1) s`;
  },
  (random, { left }) => {
    const kind = pick<Kind>(random, ['int', 'string', 'decimal', 'date', 'struct']);
    const list = `array(${expression(random, kind, left)}, ${expression(random, kind, left)}, ${expression(random, kind, left)})`;
    return `SELECT id, l, l = array_distinct(l) AS same, ${pick(random, ['sort_array(l)', 'array_compact(l)', 'reverse(l)', 'slice(l, 2, 2)', 'array_position(l, l[1])', 'filter(l, (x, i) -> x IS NOT NULL AND i < 2)', "transform(l, x -> named_struct('x', x))", 'aggregate(l, 0, (a, x) -> a + if(x IS NULL, 0, 1))', 'arrays_zip(l, reverse(l))', 'map_from_arrays(array(1, 2, 3), l)', 'exists(l, x -> x IS NULL)', 'forall(l, x -> x = l[0])'])} AS r FROM (SELECT id, ${list} AS l FROM t1)`;
  },
  (random, { left }) =>
    `SELECT id, ${anyExpression(random, { ...left, depth: 1 })} AS x FROM t1 WHERE ${truth(random, left)} ${pick(random, ['AND', 'OR'])} ${truth(random, left)} ${pick(random, ['AND', 'OR', 'AND NOT'])} (${truth(random, left)})`,
  (random, { left }) =>
    `SELECT id, ${truth(random, left)} AND ${truth(random, left)} AS x, NOT (${truth(random, left)} OR ${truth(random, left)}) AS y FROM t1`,
  (random, { left }) => {
    const kind = pick(random, KEYS);
    const value = (): string => expression(random, random() < 0.1 ? 'string' : kind, { ...left, depth: 1 });
    return `SELECT id, ${value()} ${pick(random, ['IN', 'NOT IN'])} (${value()}, ${value()}, ${value()}) AS i, ${value()} BETWEEN ${value()} AND ${value()} AS b, ${value()} <=> ${value()} AS e, coalesce(${value()}, ${value()}) AS c, greatest(${value()}, ${value()}) AS g FROM t1`;
  },
  (random, { left }) =>
    `SELECT DISTINCT ${expression(random, pick<Kind>(random, ['struct', 'ints', 'nested', 'texts']), left)} AS x, ${chain(random, { ...left, depth: 1 }, 'int')} AS y FROM t1`,
];

/** Groups whose keys, conditions and aggregates are expressions. */
const GROUPS: readonly Shape[] = [
  (random, { left }) => {
    const keys = [expression(random, pick(random, KEYS), left), expression(random, pick(random, KEYS), left)];
    return `SELECT ${keys.join(' AS k0, ')} AS k1, ${aggregate(random, left)} AS g, ${plainAggregate(random, left)} AS h FROM t1 GROUP BY ${keys.join(', ')} HAVING ${plainAggregate(random, { ...left, depth: 1 })} IS NOT NULL`;
  },
  (random, { left }) =>
    `SELECT id % 2 AS k, ${plainAggregate(random, left)} FILTER (WHERE ${truth(random, left)}) AS f, CASE WHEN ${plainAggregate(random, left)} IS NULL THEN ${plainAggregate(random, left)} END AS c FROM t1 GROUP BY id % 2`,
  (random, { both }) =>
    `SELECT t1.id, ${plainAggregate(random, both)} AS g0, ${plainAggregate(random, both)} AS g1, sum(a_decimal * b_decimal) AS s, max(named_struct('a', a_int, 'b', b_string)) AS m FROM t1 ${pick(random, ['', 'LEFT ', 'FULL '])}JOIN t2 ON t1.id = t2.id GROUP BY t1.id`,
  (random, { left }) =>
    `SELECT k, count(*) AS n, max(g) AS g FROM (SELECT ${expression(random, pick(random, KEYS), left)} AS k, id, ${plainAggregate(random, left)} AS g FROM t1 GROUP BY 1, id) GROUP BY ${pick(random, ['k', 'ROLLUP (k)', 'GROUPING SETS ((k), ())'])}`,
  (random, { left }) => {
    const kind = pick(random, KEYS);
    return `SELECT ${pick(random, ['id', 'a_boolean'])} AS k, max_by(${expression(random, pick(random, RESULTS), left)}, struct(${expression(random, kind, left)}, id, a_string, a_int, a_bigint, a_double)) IS NULL AS b, count(DISTINCT ${expression(random, kind, left)}, a_int) AS d FROM t1 GROUP BY 1`;
  },
];

/** Windows over expressions, and expressions over windows. */
const OVER: readonly Shape[] = [
  (random, places) =>
    `SELECT id, ${windowed(random, places, windowOf(random, places))} AS w, ${windowed(random, places, windowOf(random, places))} AS v FROM t1`,
  (random, places) => {
    const over = windowOf(random, places);
    const value = expression(random, pick(random, EXACT), { ...places.left, depth: 1 });
    return `SELECT id, ${pick(random, [`try_subtract(${value}, lag(${value}) OVER (${over}))`, `coalesce(lead(${value}, 2) OVER (${over}), ${value})`, `CASE WHEN row_number() OVER (${over}) = 1 THEN 'first' WHEN ${value} = lag(${value}) OVER (${over}) THEN 'same' ELSE 'other' END`, `count(${value}) OVER (${over}) * 100 / count(*) OVER ()`, `max(${value}) OVER (${over}${OVER_ALL}) = ${value}`, `sum(CAST(${value} AS DECIMAL(20,2))) OVER (${over})`])} AS x FROM t1`;
  },
  (random, places) =>
    `SELECT * FROM (SELECT id, ${anyExpression(random, { ...places.left, depth: 1 })} AS x, row_number() OVER (${windowOf(random, places)}) AS n FROM t1) WHERE n <= ${pick(random, ['1', '2', '3'])}`,
  (random, { left }) =>
    `SELECT k, g, rank() OVER (ORDER BY n DESC) AS r, sum(n) OVER (PARTITION BY g ORDER BY n, k ROWS UNBOUNDED PRECEDING) AS s FROM (SELECT id AS k, ${truth(random, left)} AS g, count(*) AS n FROM t1 GROUP BY id, 2)`,
];

/** Joins by computed keys, and rows compared side by side as a MERGE compares them. */
const JOINED: readonly Shape[] = [
  (random, { left, right }) => {
    const kinds = random() < 0.7 ? [pick(random, NUMBERS)] : [pick(random, NUMBERS), pick(random, NUMBERS)];
    const shallow = { ...left, depth: 1 };
    return `SELECT t1.id AS l, t2.id AS r FROM t1 ${pick(random, ['', 'LEFT ', 'RIGHT ', 'FULL '])}JOIN t2 ON ${expression(random, kinds[0] ?? 'int', shallow)} ${pick(random, ['=', '=', '<=>'])} ${expression(random, kinds.at(-1) ?? 'int', right)}`;
  },
  (random) =>
    `SELECT t1.id, a_decimal ${pick(random, ['+', '-', '*', '/', '%'])} nullif(b_${pick(random, ['wide', 'decimal', 'int', 'bigint', 'double', 'tinyint'])}, 0) AS x, a_wide ${pick(random, ['+', '-', '*'])} b_${pick(random, ['wide', 'decimal', 'smallint'])} AS y FROM t1 JOIN t2 ON t1.id = t2.id AND a_decimal ${pick(random, ['<', '>=', '<>'])} b_${pick(random, ['wide', 'int', 'double', 'decimal'])}`,
  (random, { both }) => {
    const kind = pick(random, RESULTS);
    return `SELECT coalesce(t1.id, t2.id) AS k, CASE WHEN t2.id IS NULL THEN 'gone' WHEN t1.id IS NULL THEN 'new' WHEN a_int <=> b_int THEN 'same' WHEN ${truth(random, both)} THEN 'changed' ELSE 'kept' END AS op, CASE WHEN t1.id IS NULL THEN ${expression(random, kind, both)} ELSE ${expression(random, kind, both)} END AS v FROM t1 FULL JOIN t2 ON t1.id = t2.id`;
  },
  (random, { left, right }) =>
    `WITH a AS (SELECT id, ${plainAggregate(random, left)} AS m, count(*) AS n FROM t1 GROUP BY id), b AS (SELECT id, ${plainAggregate(random, right)} AS m FROM t2 GROUP BY id) SELECT a.id, a.m, b.m AS o, a.n FROM a ${pick(random, ['', 'LEFT ', 'FULL '])}JOIN b ON a.id = b.id${pick(random, ['', ' AND a.n > 1'])} WHERE a.n ${pick(random, ['>', '<>', '<='])} 1`,
  (random, { both }) =>
    `SELECT t1.id, ${anyExpression(random, both)} AS x FROM t1, t2 WHERE t1.id = t2.id AND ${truth(random, both)} AND ${truth(random, both)}`,
];

/** Subqueries that aggregate what belongs to a row. */
const CORRELATED: readonly Shape[] = [
  (random, { right }) =>
    `SELECT id, (SELECT ${plainAggregate(random, right)} FROM t2 WHERE t2.id = t1.id${random() < 0.5 ? ` AND ${truth(random, right)}` : ''}) AS q FROM t1`,
  (random, { left, right }) =>
    `SELECT id, ${anyExpression(random, { ...left, depth: 1 })} AS x FROM t1 WHERE ${pick(random, ['a_int >', 'a_double <', 'a_decimal <>', 'a_bigint <='])} (SELECT ${pick(random, ['max', 'min', 'avg', 'sum'])}(${expression(random, pick<Kind>(random, ['decimal', 'smallint']), right)}) FROM t2 WHERE t2.id = t1.id)`,
  (random, { right }) =>
    `SELECT id, CASE WHEN EXISTS (SELECT 1 FROM t2 WHERE t2.id = t1.id AND ${truth(random, right)}) THEN (SELECT count(*) FROM t2 WHERE t2.id = t1.id) ELSE -1 END AS c FROM t1`,
  (random, { right }) =>
    `SELECT id FROM t1 WHERE id ${pick(random, ['IN', 'NOT IN'])} (SELECT id FROM t2 GROUP BY id HAVING ${plainAggregate(random, { ...right, depth: 1 })} IS NOT NULL)`,
  (random, { right }) =>
    `SELECT t1.id, v.* FROM t1, LATERAL (SELECT ${plainAggregate(random, right)} AS p, ${plainAggregate(random, right)} AS q FROM t2 WHERE t2.id = t1.id) v`,
  (random, { left, right }) =>
    `SELECT id, ${plainAggregate(random, left)} AS g FROM t1 WHERE EXISTS (SELECT 1 FROM t2 WHERE t2.id = t1.id AND ${truth(random, right)}) GROUP BY id`,
];

export const COMPOUND: readonly (readonly Shape[])[] = [NESTED, GROUPS, OVER, JOINED, CORRELATED];
