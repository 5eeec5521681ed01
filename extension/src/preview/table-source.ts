import { posix } from 'node:path';
import type { Engine, QueryResult } from '@medallion/core/engine/contract.ts';
import { formatLakePath, formatTableName } from '@medallion/core/lake/names.ts';
import type { TableNode } from '@medallion/core/lake/nodes.ts';
import type { LocalLake } from '../lake/local-lake.ts';
import { formatName } from '../tree/render-node.ts';
import { openPagedSource } from './paged-source.ts';
import type { PreviewSource } from './preview-source.ts';

const profile = { ansi: true, timeZone: 'Etc/UTC', decidedBy: 'preview' };

interface Page {
  readonly maxRows: number;
  readonly offset: number;
}

/** A table's rows, read by the engine's child process through the catalog or by the table's path. Rejects as the engine does. */
export async function openTableSource(table: TableNode, lake: LocalLake): Promise<PreviewSource> {
  const title = table.name ? formatTableName(table.name) : posix.basename(table.place.path);
  return await openPagedSource(title, [formatName(table.format)], async (page, signal) =>
    readTable(table, lake.storage.accountName, await lake.engine(), page, signal),
  );
}

async function readTable(
  table: TableNode,
  account: string,
  engine: Engine,
  page: Page,
  signal?: AbortSignal,
): Promise<QueryResult> {
  const path = formatLakePath({ account, ...table.place });
  // A Delta table that is in no catalog is read by its log, as Databricks' delta.`path` does.
  if (!table.name && table.format === 'DELTA') return await engine.previewTable({ path, ...page }, signal);
  const files = `read_files('${path.replaceAll("'", "''")}', format => '${table.format.toLowerCase()}')`;
  const relation = table.name && table.format === 'DELTA' ? formatTableName(table.name) : files;
  const source = { text: `SELECT * FROM ${relation}`, file: table.label };
  return await engine.query({ source, parameters: {}, profile, ...page }, signal);
}
