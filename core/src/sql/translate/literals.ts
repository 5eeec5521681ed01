import type { ExpressionOf } from '../syntax/nodes.ts';
import { quoteText, toDuckdbType } from '../types/duckdb-type.ts';
import { isIntegral, STRING, UNKNOWN } from '../types/spark-type.ts';
import { type Environment, refuse } from './environment.ts';
import type { Typed } from './typed.ts';

/** A literal, with its DuckDB type written out: DuckDB's own literals change their type with their neighbours. */
export function literal(environment: Environment, node: ExpressionOf<'literal'>): Typed {
  const { type, value } = node;
  if (value === null) return { sql: 'NULL', type, name: 'NULL', literal: null };
  if (typeof value === 'boolean') return { sql: String(value), type, name: String(value), literal: value };
  const write = WRITERS[type.kind];
  const { collation } = environment.profile;
  if (write && collation !== undefined && type.kind === 'string')
    return { ...write(value, toDuckdbType(type)), type: { ...type, collation } };
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
  time: (value) => ({ sql: `CAST(${quoteText(value)} AS TIME)`, name: `TIME '${value}'` }),
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
  if (number === 0) return Object.is(number, -0) ? '-0.0' : '0.0';
  if (size >= 1e-3 && size < 1e7) return Number.isInteger(number) ? `${number}.0` : String(number);
  const [digits = '', exponent = ''] = number.toExponential().split('e');
  return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`;
}

/** `:p`: its value as a string, typed. */
export function parameter(node: ExpressionOf<'parameter'>): Typed {
  if (node.value === undefined) return { sql: 'NULL', type: UNKNOWN, name: '' };
  return { sql: quoteText(node.value), type: STRING, name: node.value, literal: node.value };
}
