import { type HasOrigins, originsOf } from './origins.ts';

/** What a table or view keeps of a column beside the type of its values; a query gives it on with the column as it is. */
export interface ColumnNotes {
  /** The type that it is declared with, where values have another: `char(5)`, `array<varchar(3)>`. */
  readonly declared?: string;
  readonly comment?: string;
}

export interface HasNotes {
  readonly notes?: ColumnNotes;
}

/** What comes with a column wherever it is named as it is. */
export function carried(column: HasOrigins & HasNotes): HasOrigins & HasNotes {
  return { ...originsOf([column]), ...notesOf(column) };
}

export function notesOf({ notes }: HasNotes): HasNotes {
  return notes ? { notes } : {};
}

/** What is made of a column is not the column. */
export function withoutNotes<T extends HasNotes>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== 'notes')) as T;
}
