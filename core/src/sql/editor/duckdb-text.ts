import type { Diagnostic, SourceRange } from '../../base/diagnostic.ts';
import type { KnownLake } from './known-lake.ts';
import { JobReader, type JobSource } from './read-job.ts';

/** What DuckDB is asked for one statement. */
export interface DuckdbStatement {
  readonly range: SourceRange;
  readonly kind: string;
  /** One text a query of the statement; `relations` says what its placeholders stand for. */
  readonly queries: readonly {
    readonly sql: string;
    readonly relations: readonly { readonly placeholder: string; readonly name: string }[];
    /** Relations whose columns are not known: the text that runs differs. */
    readonly unknown: readonly string[];
  }[];
  /** Why there is none. */
  readonly refusals: readonly Diagnostic[];
}

/** Each statement's DuckDB text, or its refusal. What is no query (USE, CREATE TABLE (...)) has neither. */
export function duckdbText(source: JobSource, lake: KnownLake): readonly DuckdbStatement[] {
  return new JobReader(lake).read(source).map(({ range, kind, parts, diagnostics }) => ({
    range,
    kind,
    refusals: diagnostics,
    queries: parts.flatMap(({ bound, relations }) => {
      if (!bound) return [];
      const named = [...relations].map(([placeholder, { id }]) => ({ placeholder, name: id }));
      const unknown = [...relations.values()].filter(({ columns }) => columns === undefined).map(({ id }) => id);
      return [{ sql: bound.duckdbSql, relations: named, unknown }];
    }),
  }));
}
