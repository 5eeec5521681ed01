import type { RowsOf } from './rows-of.ts';
import type { ScopeColumn, ScopeRelation } from './environment.ts';

/** A FROM clause: its DuckDB text and what names mean in it. */
export interface TranslatedSource {
  readonly sql: string;
  readonly relations: readonly ScopeRelation[];
  readonly merged: readonly ScopeColumn[];
  readonly rows?: RowsOf;
}

/** The columns of `*`, those that USING merged first. */
export function visibleColumns({ merged, relations }: TranslatedSource): ScopeColumn[] {
  return [...merged, ...relations.flatMap(({ columns }) => columns.filter(({ hidden }) => !hidden))];
}

export function isOpen({ relations }: TranslatedSource): boolean {
  return relations.some(({ open }) => open);
}
