import { corruptLog } from './errors.ts';
import { deltaToDuckdb, quoteLiteral } from './duckdb-types.ts';
import type { DeltaField } from './schema.ts';

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/**
 * A partition value from its serialised form to a typed DuckDB constant (Delta protocol, "Partition Value Serialization"). The
 * empty string means NULL for every type. A timestamp without a zone is taken in the session's, as Spark does.
 */
export function partitionLiteral(location: string, field: DeltaField, value: string | null): string {
  const type = deltaToDuckdb(field.type);
  if (value === null || value === '') return `CAST(NULL AS ${type})`;
  switch (type) {
    case 'BLOB':
      return `encode(${quoteLiteral(value)})`;
    case 'VARCHAR':
    case 'DATE':
    case 'TIMESTAMP WITH TIME ZONE':
    case 'TIMESTAMP':
    case 'BOOLEAN':
    case 'FLOAT':
    case 'DOUBLE':
      return `CAST(${quoteLiteral(value)} AS ${type})`;
    default:
      if (!NUMBER.test(value)) throw corruptLog(location, `"${value}" is no value for partition column ${field.name}`);
      return `CAST(${quoteLiteral(value)} AS ${type})`;
  }
}

/**
 * The serialised form of a partition value, from DuckDB's text of it in a session whose time zone is UTC: numbers, dates and
 * booleans as they stand, an instant as ISO 8601 with `Z`, which every reader understands in the same way.
 */
export function serializePartitionValue(field: DeltaField, text: string | null): string | null {
  if (text === null || text === '') return null;
  if (field.type === 'timestamp') return `${text.replace(/\+00(:?00)?$/, '').replace(' ', 'T')}Z`;
  return text;
}

/** DuckDB's expression for the text that `serializePartitionValue` takes; independent of the session's time zone. */
export function partitionTextSql(field: DeltaField, expression: string): string {
  if (field.type === 'timestamp') return `CAST((${expression}) AT TIME ZONE 'UTC' AS VARCHAR)`;
  if (field.type === 'binary') return `decode(${expression})`;
  return `CAST(${expression} AS VARCHAR)`;
}
