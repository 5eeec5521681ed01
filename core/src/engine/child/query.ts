import type { DuckDBResultReader, DuckDBType } from '@duckdb/node-api';
import { duckdbToDelta } from '../../delta/duckdb-types.ts';
import { deltaToSpark } from '../../delta/spark-types.ts';
import { ExpectedError } from '../../base/expected-error.ts';
import type { QueryResult } from '../contract.ts';
import { cellOf } from './cells.ts';
import type { Run } from './context.ts';
import { instantFormatter } from './instant.ts';
import type { BoundRelations } from './relations/bind.ts';

export interface Page {
  readonly maxRows: number;
  readonly offset?: number | undefined;
}

/** Rows `offset` to `offset + maxRows` of a bound query, without computing more than that. */
export async function readQuery(
  run: Run,
  bound: Pick<BoundRelations, 'sql' | 'scope'> & Partial<BoundRelations>,
  page: Page,
): Promise<QueryResult> {
  const started = performance.now();
  await run.session.enter(bound.scope);
  const offset = page.offset ?? 0;
  const end = offset + page.maxRows;
  const reader = await run.session.readUntil(bound.sql, end + 1);
  const instant = instantFormatter(run.profile.timeZone);
  const rows = reader
    .getRows()
    .slice(offset, end)
    .map((row) => row.map((value) => cellOf(value, instant)));
  return {
    columns: bound.columns ?? columnsOf(reader),
    rows,
    truncated: reader.currentRowCount > end,
    seconds: (performance.now() - started) / 1000,
  };
}

function columnsOf(reader: DuckDBResultReader): QueryResult['columns'] {
  const names = reader.columnNames();
  return reader.columnTypes().map((type, index) => ({ name: names[index] ?? '', typeText: typeText(type) }));
}

/** Spark's name; DuckDB's own for what Spark lacks, such as TIME, which a preview of a file may meet. */
function typeText(type: DuckDBType): string {
  try {
    return deltaToSpark(duckdbToDelta(String(type)));
  } catch (error) {
    if (error instanceof ExpectedError && error.code === 'delta.unsupported-type') return String(type).toLowerCase();
    throw error;
  }
}
