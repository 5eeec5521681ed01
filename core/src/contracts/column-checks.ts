import type { Diagnostic } from '../base/diagnostic.ts';
import { ExpectedError } from '../base/expected-error.ts';
import { deltaToDuckdb, quoteIdentifier, quoteLiteral } from '../delta/duckdb-types.ts';
import { sparkToDelta } from '../delta/spark-types.ts';
import { type ConfigNode, entriesAt, itemsAt, textAt } from '../project/config-node.ts';
import { checkedColumns, checkedRelation, type TableCheck } from './check.ts';
import type { ContractColumn } from './contract.ts';

export interface FoundChecks {
  readonly checks: readonly TableCheck[];
  readonly diagnostics: readonly Diagnostic[];
}

/** DuckDB types that hold a logical type, as a pattern on DESCRIBE's text. */
const logicalTypes: Readonly<Record<string, string>> = {
  string: 'VARCHAR',
  integer: 'TINYINT|SMALLINT|INTEGER|BIGINT',
  number: 'TINYINT|SMALLINT|INTEGER|BIGINT|FLOAT|DOUBLE|DECIMAL\\(.*\\)',
  boolean: 'BOOLEAN',
  date: 'DATE',
  timestamp: 'TIMESTAMP( WITH TIME ZONE)?',
  array: '.*\\[\\]',
  object: '(STRUCT|MAP)\\(.*\\)',
  binary: 'BLOB',
};

type Option = (column: string, value: string) => string;

/** `logicalTypeOptions` as predicates that a breaking row fulfils. */
const options: Readonly<Record<string, Option>> = {
  minimum: (column, value) => `${column} < ${Number(value)}`,
  maximum: (column, value) => `${column} > ${Number(value)}`,
  exclusiveMinimum: (column, value) => `${column} <= ${Number(value)}`,
  exclusiveMaximum: (column, value) => `${column} >= ${Number(value)}`,
  minLength: (column, value) => `length(${column}) < ${Number(value)}`,
  maxLength: (column, value) => `length(${column}) > ${Number(value)}`,
  pattern: (column, value) => `NOT regexp_matches(${column}, ${quoteLiteral(value)})`,
};

/** What a property says of its column: that it is there, its type, required, unique, and its options. */
export function columnChecks(node: ConfigNode, column: ContractColumn): FoundChecks {
  const name = quoteIdentifier(column.name);
  const source = `${node.range.file}:${node.range.start.line}`;
  const present = presence(column, source, 'true', `${column.name} is a column`);
  const types = typeChecks(node, column, source);
  const optional = entriesAt(node, 'logicalTypeOptions').map(([key, { value }]) =>
    optionCheck(key, value, column, source),
  );
  const row = (rule: string, sql: string): TableCheck => ({
    name: `${column.name} ${rule}`,
    sql,
    scope: 'row',
    severity: 'error',
    source,
  });
  return {
    checks: [
      present,
      ...types.checks,
      ...(column.required ? [row('is required', `${name} IS NULL`)] : []),
      ...(column.unique ? [duplicateCheck([column.name], `${column.name} is unique`, source)] : []),
      ...optional.flatMap(({ checks }) => checks),
    ],
    diagnostics: [...types.diagnostics, ...optional.flatMap(({ diagnostics }) => diagnostics)],
  };
}

/** The primary key: its columns together are unique, and none of them is NULL. */
export function keyChecks(node: ConfigNode, columns: readonly ContractColumn[]): TableCheck[] {
  const key = columns.filter(({ primaryKey }) => primaryKey).map(({ name }) => name);
  if (key.length === 0) return [];
  const properties = itemsAt(node, 'properties').find((property) => textAt(property, 'primaryKey') === 'true') ?? node;
  const source = `${properties.range.file}:${properties.range.start.line}`;
  const isNull = key.map((name) => `${quoteIdentifier(name)} IS NULL`).join(' OR ');
  const name = `primary key (${key.join(', ')})`;
  return [
    { name: `${name} is not null`, sql: isNull, scope: 'row', severity: 'error', source },
    duplicateCheck(key, `${name} is unique`, source),
  ];
}

/** How many rows repeat the values of others; NULL is no value. */
export function duplicatesSql(columns: readonly string[]): string {
  const names = columns.map(quoteIdentifier);
  const given = names.map((name) => `${name} IS NOT NULL`).join(' AND ');
  const groups = `SELECT count(*) - 1 AS repeated FROM ${checkedRelation} WHERE ${given} GROUP BY ${names.join(', ')}`;
  return `SELECT coalesce(sum(repeated), 0) AS value FROM (${groups})`;
}

function duplicateCheck(columns: readonly string[], name: string, source: string): TableCheck {
  return { name, sql: duplicatesSql(columns), scope: 'table', passes: 'value = 0', severity: 'error', source };
}

function typeChecks(node: ConfigNode, column: ContractColumn, source: string): FoundChecks {
  const { physicalType, logicalType } = column;
  if (physicalType !== undefined) {
    try {
      const type = deltaToDuckdb(sparkToDelta(physicalType));
      const condition = `column_type = ${quoteLiteral(type)}`;
      return { checks: [presence(column, source, condition, `${column.name} is ${physicalType}`)], diagnostics: [] };
    } catch (error) {
      if (!(error instanceof ExpectedError)) throw error;
      return { checks: [], diagnostics: [unsupported(node, `the physical type ${physicalType}`)] };
    }
  }
  const pattern = logicalType === undefined ? undefined : logicalTypes[logicalType];
  if (pattern !== undefined) {
    const condition = `regexp_full_match(column_type, ${quoteLiteral(pattern)})`;
    return {
      checks: [presence(column, source, condition, `${column.name} is a ${logicalType ?? ''}`)],
      diagnostics: [],
    };
  }
  const unknown = logicalType === undefined ? [] : [unsupported(node, `the logical type ${logicalType}`)];
  return { checks: [], diagnostics: unknown };
}

function presence({ name }: ContractColumn, source: string, condition: string, rule: string): TableCheck {
  const wanted = `lower(column_name) = ${quoteLiteral(name.toLowerCase())} AND ${condition}`;
  const sql = `SELECT count(*) AS value FROM ${checkedColumns} WHERE ${wanted}`;
  return { name: rule, sql, scope: 'table', passes: 'value = 1', severity: 'error', source };
}

function optionCheck(key: string, value: ConfigNode, column: ContractColumn, source: string): FoundChecks {
  const option = options[key];
  const text = textAt(value);
  const numeric = key !== 'pattern';
  if (!option || text === undefined || (numeric && !Number.isFinite(Number(text)))) {
    return { checks: [], diagnostics: [unsupported(value, `logicalTypeOptions.${key}`)] };
  }
  const sql = option(quoteIdentifier(column.name), text);
  return {
    checks: [{ name: `${column.name} ${key} ${text}`, sql, scope: 'row', severity: 'error', source }],
    diagnostics: [],
  };
}

/** A rule that nothing checks is told: it must not look as if it held. */
export function unsupported(node: ConfigNode, what: string): Diagnostic {
  return {
    severity: 'warning',
    code: 'contract.unsupported-rule',
    message: `Nothing checks ${what}.`,
    range: node.range,
    nextStep: 'Express it with a library metric or a rule of type sql, or accept that it is documentation only.',
  };
}
