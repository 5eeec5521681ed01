import type { ExpressionOf } from '../syntax/nodes.ts';
import { quoteText, toDuckdbType } from '../types/duckdb-type.ts';
import { javaDouble, javaFloat } from '../functions/java-numbers.ts';
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

/** Named by Java's text of it: `1e3` is `1000.0`. */
const number =
  (text: (value: number) => string): Writer =>
  (value, type) => ({ sql: `CAST('${value}' AS ${type})`, name: text(Number(value)), literal: value });

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
  double: number(javaDouble),
  float: number(javaFloat),
  decimal: (value, type) => ({
    sql: `CAST('${value}' AS ${type})`,
    name: value.replace(/^(-?)0*(?=\d)/, '$1').replace(/^(-?)\./, '$10.'),
    literal: value,
  }),
};

/** `:p`: its value as a string, typed. */
export function parameter(node: ExpressionOf<'parameter'>): Typed {
  if (node.value === undefined) return { sql: 'NULL', type: UNKNOWN, name: '' };
  return { sql: quoteText(node.value), type: STRING, name: node.value, literal: node.value };
}
