import { deltaToDuckdb, quoteIdentifier } from '../../../delta/duckdb-types.ts';
import type { DeltaStruct } from '../../../delta/schema.ts';
import { structsByName } from './structs-by-name.ts';

/** A query for rows of a table as they are under the schema that it grows into: what they lack is NULL. */
export function evolvedRows(sql: string, before: DeltaStruct, after: DeltaStruct): string {
  if (before === after) return sql;
  const replaced: string[] = [];
  const added: string[] = [];
  for (const [at, { name, type }] of after.fields.entries()) {
    const old = before.fields[at];
    const column = quoteIdentifier(name);
    if (!old) {
      added.push(`, CAST(NULL AS ${deltaToDuckdb(type)}) AS ${column}`);
      continue;
    }
    const value = structsByName(column, old.type, type, 'null');
    if (!value) throw new Error(`${name} lost a field`);
    if (value.sql !== column) replaced.push(`${value.sql} AS ${column}`);
  }
  const replace = replaced.length === 0 ? '' : ` REPLACE (${replaced.join(', ')})`;
  return `SELECT *${replace}${added.join('')} FROM (${sql})`;
}
