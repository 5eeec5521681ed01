import type { KnownLake } from './known-lake.ts';
import { JobReader, type JobSource, type StatementFacts } from './read-job.ts';
import { type ColumnSource, type WrittenColumn } from './sources.ts';
import { united, type Write } from './statement-effects.ts';

export interface LineageTable {
  readonly name: string;
  readonly kind: 'table' | 'view';
  /** The statements that write it. */
  readonly writtenBy: readonly { readonly file: string; readonly line: number }[];
  readonly columns: readonly WrittenColumn[];
  /** Relations whose columns are not known and come through `*`: the table has more columns than these. */
  readonly more: readonly string[];
}

/** A statement whose lineage is not known, and why. */
export interface LineageProblem {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

export interface Lineage {
  /** In the order in which the job makes them. */
  readonly tables: readonly LineageTable[];
  readonly problems: readonly LineageProblem[];
}

/**
 * What each column of each table that a job's SQL writes comes from: through common tables, subqueries, set operations and temporary
 * views. One step at a time: `rootsOf` follows it to the end.
 * @param sources the job's files in the order of its tasks.
 */
export function lineage(sources: readonly JobSource[], lake: KnownLake): Lineage {
  const reader = new JobReader(lake);
  const tables = new Map<string, LineageTable>();
  const problems: LineageProblem[] = [];
  for (const source of sources)
    for (const facts of reader.read(source)) {
      for (const write of facts.writes) addWrite(tables, write, facts);
      const [first] = facts.diagnostics;
      const { file, start } = first?.range ?? facts.range;
      if (first) problems.push({ file, line: start.line, message: first.message });
    }
  return { tables: [...tables.values()], problems };
}

function addWrite(tables: Map<string, LineageTable>, write: Write, { range }: StatementFacts): void {
  const { relation, kind, mode, written } = write;
  const key = relation.toLowerCase();
  const before = mode === 'add' ? tables.get(key) : undefined;
  const place = { file: range.file, line: range.start.line };
  tables.set(key, {
    name: before?.name ?? relation,
    kind: before?.kind ?? kind,
    writtenBy: [...(before?.writtenBy ?? []), place],
    columns: united([...(before?.columns ?? []), ...written.columns]),
    more: [...new Set([...(before?.more ?? []), ...written.more])],
  });
}

/** A table by its name, whose catalog, and schema where that is plain, may be left out. */
export function findTable({ tables }: Lineage, name: string): LineageTable | undefined {
  const wanted = name.replaceAll('`', '').toLowerCase();
  return tables.find((table) => {
    const own = table.name.toLowerCase();
    return own === wanted || own.endsWith(`.${wanted}`);
  });
}

/** Where a column's values begin: files, event hubs, and tables that no statement of the job writes. */
export function rootsOf(all: Lineage, table: LineageTable, column: WrittenColumn): readonly ColumnSource[] {
  const roots = new Map<string, ColumnSource>();
  const seen = new Set<string>();
  const follow = (sources: readonly ColumnSource[]): void => {
    for (const source of sources) {
      const key = `${source.relation}\u0000${source.column}`.toLowerCase();
      if (source.through === 'condition' || seen.has(key)) continue;
      seen.add(key);
      const inner = all.tables.find(({ name }) => name.toLowerCase() === source.relation.toLowerCase());
      const next = inner?.columns.find(({ name }) => name.toLowerCase() === source.column.toLowerCase());
      if (next && next.sources.length > 0) follow(next.sources);
      else roots.set(key, source);
    }
  };
  seen.add(`${table.name}\u0000${column.name}`.toLowerCase());
  follow(column.sources);
  return [...roots.values()];
}
