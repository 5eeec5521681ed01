import { DuckDBDataChunk, type DuckDBValue } from '@duckdb/node-api';
import type { Session } from '../session.ts';

/** DuckDB's own vector size: a chunk cannot hold more. */
const chunkRows = 2048;

/** Appends rows to a table of a scope, chunk by chunk. */
export async function appendRows(
  session: Session,
  scope: string,
  table: string,
  rows: AsyncIterable<DuckDBValue[]>,
): Promise<void> {
  await session.use(async (connection) => {
    const appender = await connection.createAppender(table, scope, session.name);
    try {
      const types = Array.from({ length: appender.columnCount }, (_, index) => appender.columnType(index));
      for await (const block of blocks(rows)) {
        session.signal?.throwIfAborted();
        const chunk = DuckDBDataChunk.create(types, block.length);
        chunk.setRows(block);
        appender.appendDataChunk(chunk);
      }
      appender.flushSync();
    } finally {
      appender.closeSync();
    }
  });
}

async function* blocks(rows: AsyncIterable<DuckDBValue[]>): AsyncIterable<DuckDBValue[][]> {
  let block: DuckDBValue[][] = [];
  for await (const row of rows) {
    block.push(row);
    if (block.length < chunkRows) continue;
    yield block;
    block = [];
  }
  if (block.length > 0) yield block;
}
