import { posix } from 'node:path';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import type { QueryResult } from '@medallion/core/engine/contract.ts';
import { formatLakePath, formatTableName } from '@medallion/core/lake/names.ts';
import type { TableNode } from '@medallion/core/lake/nodes.ts';
import type { LocalLake } from '../lake/local-lake.ts';
import { formatName } from '../tree/render-node.ts';
import type { PreviewSource } from './preview-source.ts';

const firstRows = 100;
const profile = { ansi: true, timeZone: 'Etc/UTC', decidedBy: 'preview' };

/** A table's rows, read by the engine's child process through the catalog or by the table's path. Rejects as the engine does. */
export async function openTableSource(table: TableNode, lake: LocalLake): Promise<PreviewSource> {
  const text = `SELECT * FROM ${await relationOf(table, lake)}`;
  let seconds = 0;
  const query = async (offset: number, maxRows: number, signal?: AbortSignal): Promise<QueryResult> => {
    const engine = await lake.engine();
    const request = { source: { text, file: table.label }, parameters: {}, profile, maxRows, offset };
    const result = await engine.query(request, signal);
    seconds = result.seconds;
    return result;
  };
  // The first rows come with the columns: they are kept for the page's first question, so that they are read once.
  let first: QueryResult | undefined = await query(0, firstRows);
  const { columns } = first;
  return {
    facts: {
      title: table.name ? formatTableName(table.name) : posix.basename(table.place.path),
      columns,
      facts: [`${columns.length} ${columns.length === 1 ? 'column' : 'columns'}`, formatName(table.format)],
    },
    async readRows(start, count, signal) {
      const kept = start === 0 && count === firstRows ? first : undefined;
      first = undefined;
      const { rows, truncated } = kept ?? (await query(start, count, signal));
      return { rows, more: truncated };
    },
    cost: () => `${seconds.toFixed(2)} s`,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function relationOf(table: TableNode, lake: LocalLake): Promise<string> {
  if (table.name) return formatTableName(table.name);
  const url = formatLakePath({ account: lake.storage.accountName, ...table.place });
  if (table.format !== 'DELTA') return `read_files('${url.replaceAll("'", "''")}', format => 'parquet')`;
  throw new ExpectedError({
    code: 'preview.table-not-in-catalog',
    message: `${table.label} is in no catalog, so its rows have no name to be asked by.`,
    nextStep: 'Open one of its files, or run the job that declares the table.',
  });
}
