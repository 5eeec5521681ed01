import { ExpectedError } from '../../../base/expected-error.ts';
import { limitedType } from '../../../delta/declared-types.ts';
import { quoteIdentifier } from '../../../delta/duckdb-types.ts';
import type { DeltaField, DeltaStruct } from '../../../delta/schema.ts';
import { paddedValue } from '../../../sql/translate/char-padding.ts';
import type { ColumnNotes } from '../../../sql/types/column-notes.ts';
import { typeFromText } from '../../../sql/syntax/type-text.ts';

/** What a table keeps of its columns beside the types of their values, by their names in lower case. */
export function tableNotes({ fields }: DeltaStruct): ReadonlyMap<string, ColumnNotes> {
  const notes = fields.map((field): [string, ColumnNotes] => {
    const declared = limitedType(field);
    const { comment } = field.metadata;
    const told = typeof comment === 'string' ? { comment } : {};
    return [field.name.toLowerCase(), { ...told, ...(declared === undefined ? {} : { declared }) }];
  });
  return new Map(notes.filter(([, note]) => Object.keys(note).length > 0));
}

/** True where a column's values, or what is inside them, are read with spaces at their end. */
export function isPadded(field: Pick<DeltaField, 'metadata'>): boolean {
  return /(?<!var)char\(/i.test(limitedType(field) ?? '');
}

/** A scan whose CHAR columns have the length that they are declared with, as Spark reads them. */
export function paddedScan(sql: string, { fields }: DeltaStruct): string {
  const padded = fields.filter(isPadded);
  if (padded.length === 0) return sql;
  const columns = padded.map((field) => {
    const name = quoteIdentifier(field.name);
    return `${paddedValue(name, typeFromText(limitedType(field) ?? ''))} AS ${name}`;
  });
  return `SELECT * REPLACE (${columns.join(', ')}) FROM (${sql})`;
}

/** Rows are looked at as files hold them, where a CHAR need not have the spaces with which it is compared. @throws ExpectedError `sql.not-emulated`. */
export function refusePadded(table: string, { fields }: DeltaStruct): void {
  const column = fields.find(isPadded);
  if (!column) return;
  throw new ExpectedError({
    code: 'sql.not-emulated',
    message: `What changes or follows the rows of ${table}, whose column ${column.name} is a CHAR, is not emulated locally.`,
    nextStep: 'Declare the column as STRING or VARCHAR, or run this task with Spark.',
  });
}
