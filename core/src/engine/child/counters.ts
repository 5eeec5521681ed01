/** What this child has done since it started. Changed in place by those who do it. */
export interface Counters {
  statements: number;
  filesFetched: number;
  bytesFetched: number;
  /** Files rewritten as Parquet before DuckDB read them. */
  filesRewritten: number;
  /** Data files of tables that statements have opened, and those that partition values or statistics ruled out. */
  filesScanned: number;
  filesSkipped: number;
  /** Temporary views whose rows were computed once for several statements. */
  viewsKept: number;
  /** Columns of kept views that were not kept, but read from the table again. */
  columnsReadLate: number;
  /** Results that were held in the database before they were written, and so twice. */
  resultsHeld: number;
  /** Queries that the rules of contracts took. */
  checkQueries: number;
}

export function newCounters(): Counters {
  return {
    statements: 0,
    filesFetched: 0,
    bytesFetched: 0,
    filesRewritten: 0,
    filesScanned: 0,
    filesSkipped: 0,
    viewsKept: 0,
    columnsReadLate: 0,
    resultsHeld: 0,
    checkQueries: 0,
  };
}
