import type { ExpressionOf } from '../syntax/nodes.ts';
import { quoteText, toDuckdbType } from '../types/duckdb-type.ts';
import { isIntegral, STRING, UNKNOWN } from '../types/spark-type.ts';
import { coerce } from './coerce.ts';
import { INT } from '../types/spark-type.ts';
import { type Environment, refuse } from './environment.ts';
import { inherited, type Typed } from './typed.ts';

/** A literal, with its DuckDB type written out: DuckDB's own literals change their type with their neighbours. */
export function literal(environment: Environment, node: ExpressionOf<'literal'>): Typed {
  const { type, value } = node;
  if (value === null) return { sql: 'NULL', type, name: 'NULL', literal: null };
  if (typeof value === 'boolean') return { sql: String(value), type, name: String(value), literal: value };
  const write = WRITERS[type.kind];
  if (write) return { type, ...write(value, toDuckdbType(type)) };
  return isIntegral(type)
    ? { sql: `CAST(${value} AS ${toDuckdbType(type)})`, type, name: value, literal: value }
    : refuse(environment, `A literal of type ${type.kind}`, node);
}

type Writer = (value: string, duckdbType: string) => Pick<Typed, 'sql' | 'name'> & { readonly literal?: string };

const number: Writer = (value, type) => ({
  sql: `CAST('${value}' AS ${type})`,
  name: numberName(value),
  literal: value,
});

const WRITERS: Readonly<Record<string, Writer>> = {
  string: (value) => ({ sql: quoteText(value), name: value, literal: value }),
  binary: (value) => ({ sql: `unhex('${value}')`, name: `X'${value.toUpperCase()}'` }),
  date: (value) => ({ sql: `CAST(${quoteText(value)} AS DATE)`, name: `DATE '${value}'` }),
  timestamp: (value) => ({
    sql: `spark_local_to_timestamp(CAST(${quoteText(value)} AS TIMESTAMP))`,
    name: `TIMESTAMP '${value}'`,
  }),
  timestamp_ntz: (value) => ({ sql: `CAST(${quoteText(value)} AS TIMESTAMP)`, name: `TIMESTAMP_NTZ '${value}'` }),
  double: number,
  float: number,
  decimal: (value, type) => ({
    sql: `CAST('${value}' AS ${type})`,
    name: value.replace(/^(-?)0*(?=\d)/, '$1').replace(/^(-?)\./, '$10.'),
    literal: value,
  }),
};

/** Java's text of a double: `1e3` is named `1000.0`. */
function numberName(value: string): string {
  const number = Number(value);
  const size = Math.abs(number);
  if (number === 0 || (size >= 1e-3 && size < 1e7)) return Number.isInteger(number) ? `${number}.0` : String(number);
  const [digits = '', exponent = ''] = number.toExponential().split('e');
  return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`;
}

/** `:p`: its value as a string, typed. */
export function parameter(node: ExpressionOf<'parameter'>): Typed {
  if (node.value === undefined) return { sql: 'NULL', type: UNKNOWN, name: '' };
  return { sql: quoteText(node.value), type: STRING, name: node.value, literal: node.value };
}

const FUNCTIONS: Readonly<Record<string, readonly [string, 'interval month' | 'interval day', number]>> = {
  YEAR: ['to_years', 'interval month', 1],
  MONTH: ['to_months', 'interval month', 1],
  WEEK: ['to_days', 'interval day', 7],
  DAY: ['to_days', 'interval day', 1],
  HOUR: ['to_hours', 'interval day', 1],
  MINUTE: ['to_minutes', 'interval day', 1],
  SECOND: ['to_seconds', 'interval day', 1],
  MILLISECOND: ['to_microseconds', 'interval day', 1000],
  MICROSECOND: ['to_microseconds', 'interval day', 1],
};

/** `INTERVAL n UNIT`: whole numbers only, months apart from days. */
export function interval(environment: Environment, node: ExpressionOf<'interval'>): Typed {
  if (node.to !== undefined) return refuse(environment, `INTERVAL ... TO ${node.to}`, node, 'Write INTERVAL 1 DAY.');
  const typed = node.parts.map(({ value, unit }) => {
    const amount = environment.translate(environment, value);
    const whole = amount.type.kind !== 'string' || /^\s*[+-]?\d+\s*$/.test(String(amount.literal ?? '1'));
    if (!whole) refuse(environment, 'An interval of a fraction', value);
    return { unit, amount: coerce(environment, amount, INT, value) };
  });
  const kinds = new Set(typed.map(({ unit }) => FUNCTIONS[unit]?.[1]));
  const [kind] = kinds;
  if (kinds.size > 1 || !kind)
    return refuse(environment, 'An interval of months and days', node, 'Add them one after the other.');
  const sql = typed.map(({ unit, amount }) => {
    const [name, , factor] = FUNCTIONS[unit] ?? ['to_days', kind, 1];
    return `${name}(${factor === 1 ? amount.sql : `(${amount.sql} * ${factor})`})`;
  });
  const [only] = typed;
  const name = typed.length === 1 && only ? `INTERVAL '${only.amount.name}' ${only.unit}` : '';
  return { sql: `(${sql.join(' + ')})`, type: { kind }, name, ...inherited(typed.map(({ amount }) => amount)) };
}
