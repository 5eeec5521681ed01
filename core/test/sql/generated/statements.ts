import { pick, type Random, whole } from '../../random.ts';
import {
  aggregates,
  anyExpression,
  type Column,
  columnsOf,
  expression,
  filled,
  items,
  type Place,
  WINDOW_FORMS,
} from './expressions.ts';
import { COMPOUND, type Places } from './compound-statements.ts';
import { chosen } from './forms.ts';
import { COLUMN_KINDS, type Kind } from './literals.ts';

type Shape = (random: Random) => string;

const ID: Column = { name: 'id', kind: 'int' };
const LEFT = columnsOf('a');
const RIGHT = columnsOf('b');
const first: Place = { columns: [ID, ...LEFT], depth: 2 };
const shallow: Place = { ...first, depth: 1 };
const second: Place = { columns: RIGHT, depth: 1 };
const joined: Place = { columns: [...LEFT, ...RIGHT], depth: 2 };
const KEYS: readonly Kind[] = [
  'int',
  'string',
  'boolean',
  'date',
  'decimal',
  'timestamp',
  'double',
  'binary',
  'ints',
  'struct',
];
/** Of these both sides find a common type, or refuse alike. */
const MIXED: readonly Kind[] = [
  'tinyint',
  'int',
  'bigint',
  'float',
  'double',
  'decimal',
  'wide',
  'string',
  'date',
  'timestamp',
  'ntz',
  'boolean',
];
/** No two rows of a table that differ are ordered by chance. */
const TOTAL_ORDER = COLUMN_KINDS.filter((kind) => kind !== 'map').map((kind) => `a_${kind}`);

function condition(random: Random, place: Place): string {
  return expression(random, 'boolean', place);
}

/** Queries of one table. */
const SINGLE: readonly Shape[] = [
  (random) => `SELECT ${items(random, first, 3)} FROM t1`,
  (random) => `SELECT ${items(random, first, 2)} FROM t1`,
  (random) => `SELECT id, ${items(random, first, 2)} FROM t1 WHERE ${condition(random, first)}`,
  (random) =>
    `SELECT DISTINCT ${expression(random, pick(random, KEYS), shallow)} AS x, ${expression(random, pick(random, KEYS), shallow)} AS y FROM t1`,
  (random) => {
    const direction = (): string => pick(random, ['', ' DESC', ' ASC NULLS LAST', ' DESC NULLS FIRST', ' NULLS LAST']);
    const keys = [expression(random, pick(random, KEYS), shallow), ...TOTAL_ORDER, 'id'];
    const limit = pick(random, ['', ' LIMIT 3', ' LIMIT 2 OFFSET 1', ' OFFSET 2']);
    return `SELECT id, ${items(random, shallow, 2)} FROM t1 ORDER BY ${keys.map((key) => key + direction()).join(', ')}${limit}`;
  },
  (random) =>
    `SELECT id, v.*, ${anyExpression(random, shallow)} AS x FROM t1, LATERAL (SELECT ${items(random, shallow, 1)}) v`,
  (random) =>
    `FROM t1 |> WHERE ${condition(random, shallow)} |> EXTEND ${anyExpression(random, shallow)} AS e |> SELECT id, e`,
  (random) => `FROM t1 |> AGGREGATE ${aggregates(random, shallow, 2)} GROUP BY id`,
  (random) =>
    `WITH c AS (SELECT id, ${items(random, first, 2)} FROM t1) SELECT id, x0, x1, (SELECT count(*) FROM t2 WHERE t2.id = c.id) AS n FROM c`,
  // No row is left out: Spark computes the inner query of constants before it filters, and raises for rows that a table's query would not see.
  (random) =>
    `SELECT s.* FROM (SELECT id AS k, ${items(random, first, 2)} FROM t1) s WHERE s.k ${pick(random, ['> 0', '< 9', '<> 7'])}`,
  (random) =>
    `SELECT id, e FROM t1 LATERAL VIEW ${pick(random, ['explode', 'OUTER explode'])}(${expression(random, pick<Kind>(random, ['ints', 'texts', 'nested']), { ...first, depth: 2 })}) v AS e`,
  (random) =>
    `SELECT id, p, e FROM t1 LATERAL VIEW ${pick(random, ['posexplode', 'OUTER posexplode'])}(${expression(random, 'ints', shallow)}) v AS p, e`,
  (random) =>
    `SELECT id, k, e FROM t1 LATERAL VIEW ${pick(random, ['explode', 'OUTER explode'])}(${expression(random, 'map', shallow)}) v AS k, e`,
  (random) =>
    `SELECT id, ${pick(random, ['explode', 'explode_outer'])}(${expression(random, 'ints', shallow)}) AS e FROM t1`,
  (random) =>
    `SELECT id, stack(2, ${expression(random, 'int', shallow)}, 'a', ${expression(random, 'int', shallow)}, 'b') AS (n, s) FROM t1`,
  (random) => `SELECT id, e.* FROM t1, LATERAL explode(${expression(random, 'texts', shallow)}) AS e(c)`,
  (random) =>
    `SELECT inline(array(${expression(random, 'struct', shallow)}, ${expression(random, 'struct', shallow)})) FROM t1`,
  (random) =>
    `SELECT * FROM (SELECT id, a_tinyint, a_smallint, a_int FROM t1) UNPIVOT ${pick(random, ['', 'INCLUDE NULLS '])}(v FOR n IN (a_tinyint, a_smallint${pick(random, ['', ' AS s', ', a_int'])}))`,
];

/** Queries that group. */
const GROUPED: readonly Shape[] = [
  (random) => {
    const key = expression(random, pick(random, KEYS), shallow);
    return `SELECT ${key} AS k, ${aggregates(random, shallow, 3)} FROM t1 GROUP BY ${key}`;
  },
  (random) => `SELECT ${aggregates(random, shallow, 3)} FROM t1 WHERE ${condition(random, first)}`,
  (random) => `SELECT ${aggregates(random, shallow, 3)} FROM t1 WHERE id > 100`,
  (random) =>
    `SELECT id, ${aggregates(random, shallow, 2)} FROM t1 GROUP BY ${pick(random, ['ROLLUP (id)', 'CUBE (id)', 'id', 'ALL', '1'])} HAVING count(*) >= 1`,
  (random) =>
    `SELECT id, a_boolean, grouping_id() AS gid, ${aggregates(random, shallow, 2)} FROM t1 GROUP BY ${pick(random, ['CUBE (id, a_boolean)', 'ROLLUP (id, a_boolean)', 'GROUPING SETS ((id), (a_boolean), ())', 'id, ROLLUP (a_boolean)', 'GROUPING SETS ((id, a_boolean), (id))'])}`,
  (random) => `SELECT id, count(*) AS n FROM t1 GROUP BY id HAVING ${filledAggregate(random)} IS NOT NULL`,
  (random) =>
    `SELECT * FROM (SELECT id, a_boolean, ${expression(random, 'int', shallow)} % 100 AS v FROM t1) PIVOT (${pick(random, ['sum(v) AS s', 'count(v) AS c, max(v) AS m', 'avg(v)', 'min(v)'])} FOR id IN (1, 2, ${pick(random, ['3', '4 AS four', '9'])}))`,
];

function filledAggregate(random: Random): string {
  return aggregates(random, shallow, 1).replace(/ AS g0$/, '');
}

const FRAMES = [
  ...['', '', ' ROWS BETWEEN 1 PRECEDING AND CURRENT ROW', ' ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING'],
  ...[' ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING', ' ROWS BETWEEN CURRENT ROW AND 2 FOLLOWING', ' ROWS 1 PRECEDING'],
  ' RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW',
];
const RANGES = [
  ...[
    ['a_int', '1 PRECEDING', '1 FOLLOWING'],
    ['a_smallint DESC', '100 PRECEDING', 'CURRENT ROW'],
    ['a_double', '1.5D PRECEDING', '2D FOLLOWING'],
  ],
  ...[
    ['a_date', '30 PRECEDING', 'CURRENT ROW'],
    ['a_date', "INTERVAL '1' MONTH PRECEDING", "INTERVAL '1' MONTH FOLLOWING"],
  ],
  ...[
    ['a_timestamp', "INTERVAL '1' DAY PRECEDING", 'CURRENT ROW'],
    ['a_decimal', '1.5 PRECEDING', 'UNBOUNDED FOLLOWING'],
    ['a_bigint', '1L FOLLOWING', 'UNBOUNDED FOLLOWING'],
  ],
];
/** Any order of rows gives these the same answer. */
const UNORDERED = [
  'count(*)',
  'sum(a_int % 100)',
  'min(a_string)',
  'max(a_date)',
  'count(a_double)',
  'avg(a_smallint)',
  'sum(a_decimal)',
];

/** Windows. */
const WINDOWS: readonly Shape[] = [
  (random) => {
    const form = filled(random, chosen(random, pick(random, WINDOW_FORMS)), shallow).replace(/^\((.*)\)$/s, '$1');
    const frame = /^(?:row_number|rank|dense_rank|ntile|percent_rank|cume_dist|lag|lead)/.test(form)
      ? ''
      : pick(random, FRAMES);
    const order = [pick(random, TOTAL_ORDER) + pick(random, ['', ' DESC', ' NULLS LAST']), ...TOTAL_ORDER, 'id'];
    return `SELECT id, ${form} OVER (${pick(random, ['PARTITION BY id ', 'PARTITION BY a_boolean ', ''])}ORDER BY ${order.join(', ')}${frame}) AS w, ${items(random, shallow, 1)} FROM t1`;
  },
  (random) => {
    const [key, from, to] = pick(random, RANGES);
    return `SELECT id, ${key?.split(' ')[0]}, ${pick(random, UNORDERED)} OVER (${pick(random, ['PARTITION BY id ', ''])}ORDER BY ${key} RANGE BETWEEN ${from} AND ${to}) AS w FROM t1`;
  },
  (random) =>
    `SELECT id, ${pick(random, UNORDERED)} OVER w AS x, ${pick(random, UNORDERED)} OVER () AS y FROM t1 WINDOW w AS (PARTITION BY ${expression(random, pick(random, KEYS), shallow)})`,
  () =>
    `SELECT id, sum(count(*)) OVER (ORDER BY id) AS r, rank() OVER (ORDER BY count(*) DESC, id) AS k FROM t1 GROUP BY id`,
];

/** Joins, subqueries and set operations over two tables. */
const SEVERAL: readonly Shape[] = [
  (random) =>
    `SELECT ${items(random, joined, 3)} FROM t1 ${pick(random, ['LEFT', 'RIGHT', 'FULL', 'INNER'])} JOIN t2 ON t1.id = t2.id`,
  (random) => {
    const kind = pick(
      random,
      COLUMN_KINDS.filter((one) => one !== 'map'),
    );
    return `SELECT t1.id AS l, t2.id AS r FROM t1 ${pick(random, ['LEFT', 'RIGHT', 'FULL', 'INNER'])} JOIN t2 ON a_${kind} ${pick(random, ['=', '<=>', '<', '>='])} b_${kind}`;
  },
  (random) => `SELECT t1.id AS l, t2.id AS r FROM t1 JOIN t2 ON a_${pick(random, MIXED)} = b_${pick(random, MIXED)}`,
  (random) =>
    `SELECT id, ${items(random, joined, 2)} FROM t1 ${pick(random, ['LEFT', 'RIGHT', 'FULL', 'INNER'])} JOIN t2 USING (id)`,
  (random) =>
    `SELECT ${pick(random, ['id', '*', 'id, a_int, b_string'])} FROM (SELECT id, a_int FROM t1) NATURAL ${pick(random, ['', 'LEFT ', 'FULL '])}JOIN (SELECT id, b_string FROM t2)`,
  (random) => `SELECT ${items(random, joined, 2)} FROM t1 CROSS JOIN t2 WHERE ${condition(random, joined)}`,
  (random) =>
    `SELECT t1.id, v.n, v.m FROM t1, LATERAL (SELECT count(*) AS n, max(b_int) AS m FROM t2 WHERE t2.id ${pick(random, ['=', '<'])} t1.id) v`,
  (random) =>
    `SELECT id, ${items(random, first, 1)} FROM t1 LEFT ${pick(random, ['SEMI', 'ANTI'])} JOIN t2 ON t1.id = t2.id AND ${condition(random, joined)}`.replace(
      'SELECT id',
      'SELECT t1.id',
    ),
  (random) => {
    const operation = pick(random, ['UNION', 'UNION ALL', 'EXCEPT', 'INTERSECT', 'EXCEPT ALL', 'INTERSECT ALL']);
    const kinds = [pick(random, MIXED), pick(random, MIXED)];
    return `SELECT ${kinds.map((kind, at) => `${expression(random, kind, shallow)} AS x${at}`).join(', ')} FROM t1 ${operation} SELECT ${kinds.map((kind) => `b_${random() < 0.6 ? kind : pick(random, MIXED)}`).join(', ')} FROM t2`;
  },
  (random) => {
    const kind = pick(
      random,
      COLUMN_KINDS.filter((one) => one !== 'map'),
    );
    return `SELECT a_${kind} FROM t1 ${pick(random, ['UNION', 'EXCEPT', 'INTERSECT', 'EXCEPT ALL', 'INTERSECT ALL'])} SELECT b_${kind} FROM t2`;
  },
  (random) =>
    `SELECT id, ${items(random, first, 1)} FROM t1 WHERE ${pick(random, ['EXISTS', 'NOT EXISTS'])} (SELECT 1 FROM t2 WHERE t2.id = t1.id AND ${condition(random, second)})`,
  (random) => {
    const kind = pick(random, KEYS);
    return `SELECT id, a_${kind} FROM t1 WHERE a_${kind} ${pick(random, ['IN', 'NOT IN'])} (SELECT ${expression(random, random() < 0.8 ? kind : pick(random, MIXED), second)} FROM t2)`;
  },
  (random) =>
    `SELECT id, (SELECT ${pick(random, ['max', 'min', 'count', 'avg', 'sum'])}(b_${pick(random, ['int', 'decimal', 'smallint'])}) FROM t2 WHERE t2.id ${pick(random, ['=', '>', '<>'])} t1.id) AS q FROM t1`,
  (random) =>
    `SELECT id, a_int ${pick(random, ['>', '=', '<>'])} (SELECT max(b_${pick(random, ['int', 'string', 'double', 'decimal'])}) FROM t2) AS q, ${items(random, shallow, 1)} FROM t1`,
  () =>
    `WITH a AS (SELECT id, a_int AS n FROM t1), b AS (SELECT id, sum(n % 100) AS s FROM a GROUP BY id) SELECT a.id, a.n, b.s, (SELECT count(*) FROM b WHERE b.s < a.n) AS c FROM a LEFT JOIN b ON a.id = b.id`,
  (random) => `FROM t1 |> ${pick(random, ['LEFT ', ''])}JOIN t2 USING (id) |> SELECT id, ${items(random, joined, 1)}`,
  (random) =>
    `SELECT CASE WHEN id IN (SELECT id FROM t2) THEN ${whole(random, 1, 3)} ELSE a_int END AS c, EXISTS (SELECT 1 FROM t2 WHERE b_int > a_int) AS e FROM t1`,
];

const places: Places = {
  left: first,
  right: { ...second, depth: 2 },
  both: joined,
  order: TOTAL_ORDER,
};

/** What is asked is about expressions, about the queries around them, and about both. */
const FAMILIES: readonly (readonly Shape[])[] = [
  SINGLE.slice(0, 3),
  SINGLE,
  GROUPED,
  WINDOWS,
  SEVERAL,
  SINGLE.slice(0, 3),
  ...COMPOUND.map((shapes) =>
    shapes.map(
      (shape): Shape =>
        (random) =>
          shape(random, places),
    ),
  ),
];

/** A query over `t1` and `t2`. */
export function statement(random: Random): string {
  return pick(random, pick(random, FAMILIES))(random);
}
