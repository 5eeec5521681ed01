import { pick, type Random, whole } from '../../random.ts';
import { AGGREGATE_FORMS, type Form, SCALAR_FORMS } from './functions.ts';
import { type Kind, KINDS, literal } from './literals.ts';

/** What an expression may name. */
interface Column {
  readonly name: string;
  readonly kind: Kind;
}

export interface Table {
  readonly name: string;
  readonly query: string;
}

/** `t1` and `t2`, with a column of every kind, NULLs in some rows. */
export function tables(random: Random): readonly Table[] {
  return ['t1', 't2'].map((table) => {
    const row = (): string =>
      `(${['id', ...KINDS].map((kind) => (kind === 'id' ? String(whole(random, 1, 5)) : cell(random, kind as Kind))).join(', ')})`;
    const rows = Array.from({ length: whole(random, 4, 8) }, row);
    const names = columnsOf(table).map(({ name }) => name);
    const query = `SELECT * FROM VALUES ${[typedRow(random), ...rows].join(', ')} AS t(${names.join(', ')})`;
    return { name: table, query };
  });
}

/** The first row has no NULL, so that each column has its type. */
function typedRow(random: Random): string {
  return `(1, ${KINDS.map((kind) => stored(kind, literal(random, kind))).join(', ')})`;
}

function cell(random: Random, kind: Kind): string {
  return random() < 0.15 ? 'NULL' : stored(kind, literal(random, kind));
}

function stored(kind: Kind, text: string): string {
  return kind === 'decimal' ? `CAST(${text} AS DECIMAL(12,2))` : text;
}

function columnsOf(table: string): readonly Column[] {
  const prefix = table === 't1' ? 'a' : 'b';
  return [{ name: 'id', kind: 'int' }, ...KINDS.map((kind) => ({ name: `${prefix}_${kind}`, kind }))];
}

interface Place {
  readonly columns: readonly Column[];
  readonly depth: number;
}

function expression(random: Random, kind: Kind, place: Place): string {
  const named = place.columns.filter((column) => column.kind === kind);
  const deep = place.depth > 0 && random() < 0.75;
  const forms = deep ? SCALAR_FORMS.filter(({ gives }) => gives === kind) : [];
  if (forms.length > 0) return filled(random, pick(random, forms), { ...place, depth: place.depth - 1 });
  if (named.length > 0 && random() < 0.8) return pick(random, named).name;
  return literal(random, kind);
}

function filled(random: Random, { text, takes }: Form, place: Place): string {
  const args = takes.map((kind) => expression(random, kind, place));
  let at = 0;
  const written = text.replace(/@/g, () => args[at++] ?? 'NULL');
  return /^[\w]+\([^()]*\)$/.test(written) ? written : `(${written})`;
}

function items(random: Random, place: Place, count: number): string {
  return Array.from({ length: count }, (_, at) => `${expression(random, pick(random, KINDS), place)} AS x${at}`).join(
    ', ',
  );
}

type Shape = (random: Random) => string;

const first: Place = { columns: columnsOf('t1'), depth: 3 };
const joined: Place = {
  columns: [...columnsOf('t1').slice(1), ...columnsOf('t2').slice(1)],
  depth: 2,
};

const SHAPES: readonly Shape[] = [
  (random) => `SELECT ${items(random, first, 3)} FROM t1`,
  (random) => `SELECT ${items(random, first, 3)} FROM t1`,
  (random) => `SELECT id, ${items(random, first, 2)} FROM t1 WHERE ${expression(random, 'boolean', first)}`,
  (random) => `SELECT DISTINCT ${items(random, { ...first, depth: 1 }, 2)} FROM t1`,
  (random) => {
    const kind = pick(random, ['LEFT', 'RIGHT', 'FULL', 'INNER']);
    return `SELECT ${items(random, joined, 3)} FROM t1 ${kind} JOIN t2 ON t1.id = t2.id`;
  },
  (random) =>
    `SELECT ${items(random, first, 2)} FROM t1 LEFT ${pick(random, ['SEMI', 'ANTI'])} JOIN t2 ON t1.id = t2.id AND ${expression(random, 'boolean', joined)}`,
  (random) => {
    const key = expression(random, pick(random, ['int', 'string', 'boolean', 'date'] as const), { ...first, depth: 1 });
    return `SELECT ${key} AS k, ${aggregates(random, 3)} FROM t1 GROUP BY ${key}`;
  },
  (random) => `SELECT ${aggregates(random, 3)} FROM t1 WHERE ${expression(random, 'boolean', first)}`,
  (random) =>
    `SELECT id, ${aggregates(random, 2)} FROM t1 GROUP BY ${pick(random, ['ROLLUP (id)', 'CUBE (id)', 'id', 'ALL'])} HAVING count(*) >= 1`,
  (random) => {
    const item = (): string => expression(random, 'int', { ...first, depth: 1 });
    return `SELECT ${item()} AS x FROM t1 ${pick(random, ['UNION', 'UNION ALL', 'EXCEPT', 'INTERSECT', 'EXCEPT ALL', 'INTERSECT ALL'])} SELECT b_${pick(random, ['int', 'bigint', 'double', 'decimal'])} FROM t2`;
  },
  (random) => {
    const order = `ORDER BY a_int, a_string, a_date, a_double, a_timestamp, a_decimal, a_bigint, a_boolean, id`;
    const form = pick(random, [
      'row_number()',
      'rank()',
      'dense_rank()',
      'sum(a_bigint % 100)',
      'lag(a_int)',
      'lead(a_string, 2)',
      'min(a_date)',
      'count(a_double)',
      'ntile(3)',
      'percent_rank()',
    ]);
    return `SELECT id, ${form} OVER (PARTITION BY id ${order}) AS w, ${items(random, first, 1)} FROM t1`;
  },
  (random) =>
    `WITH c AS (SELECT id, ${items(random, first, 2)} FROM t1) SELECT id, x0, x1, (SELECT count(*) FROM t2 WHERE t2.id = c.id) AS n FROM c`,
  (random) =>
    `SELECT id, ${items(random, first, 1)} FROM t1 WHERE ${pick(random, ['EXISTS', 'NOT EXISTS'])} (SELECT 1 FROM t2 WHERE t2.id = t1.id AND ${expression(random, 'boolean', { columns: columnsOf('t2').slice(1), depth: 1 })})`,
  (random) =>
    `SELECT id, a_int FROM t1 WHERE a_int ${pick(random, ['IN', 'NOT IN'])} (SELECT ${expression(random, 'int', { columns: columnsOf('t2').slice(1), depth: 1 })} FROM t2)`,
  (random) =>
    `SELECT id, e FROM t1 LATERAL VIEW ${pick(random, ['explode', 'OUTER explode'])}(${expression(random, 'ints', first)}) v AS e`,
];

function aggregates(random: Random, count: number): string {
  const place: Place = { ...first, depth: 1 };
  return Array.from(
    { length: count },
    (_, at) => `${filled(random, pick(random, AGGREGATE_FORMS), place)} AS g${at}`,
  ).join(', ');
}

/** A query over `t1` and `t2`. */
export function statement(random: Random): string {
  return pick(random, SHAPES)(random);
}
