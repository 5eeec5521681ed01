import type { ScalarValue } from '../../project/config-node.ts';
import type { TestRows } from './job-test.ts';

/** Statements that make a table with the given rows. */
export function seedSql(given: TestRows): string {
  const types = given.columns.map(
    ({ typeText }, index) => typeText ?? typeOf(given.rows.map((row) => row[index] ?? null)),
  );
  const columns = given.columns.map(({ name }, index) => `${quoted(name)} ${types[index] ?? 'STRING'}`);
  const table = given.table.split('.').map(quoted).join('.');
  const create = `CREATE OR REPLACE TABLE ${table} (${columns.join(', ')})`;
  if (given.rows.length === 0) return create;
  return `${create};\nINSERT INTO ${table} ${rowsSql(given, types)}`;
}

/** A query of the rows, with the types. */
export function rowsSql({ columns, rows }: Pick<TestRows, 'columns' | 'rows'>, types: readonly string[]): string {
  return rows
    .map((row) => {
      const cells = columns.map(
        ({ name }, index) => `CAST(${literal(row[index] ?? null)} AS ${types[index] ?? 'STRING'}) AS ${quoted(name)}`,
      );
      return `SELECT ${cells.join(', ')}`;
    })
    .join(' UNION ALL ');
}

export function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** As YAML wrote it: whole numbers, fractions and truth values are what they look like, all else is text. */
function typeOf(values: readonly ScalarValue[]): string {
  const present = values.filter((value) => value !== null);
  const all = (is: (value: ScalarValue) => boolean): boolean => present.length > 0 && present.every(is);
  if (all((value) => typeof value === 'boolean')) return 'BOOLEAN';
  if (all((value) => typeof value === 'bigint' || Number.isInteger(value))) return 'BIGINT';
  return all((value) => typeof value === 'number' || typeof value === 'bigint') ? 'DOUBLE' : 'STRING';
}

function literal(value: ScalarValue): string {
  if (value === null) return 'NULL';
  return `'${String(value).replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
