import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { deltaToDuckdb, quoteIdentifier, quoteLiteral } from '../../delta/duckdb-types.ts';
import type { Cell, ExportFormat } from '../contract.ts';
import { cellOf } from './cells.ts';
import type { Run } from './context.ts';
import { instantFormatter } from './instant.ts';
import type { BoundRelations } from './relations/bind.ts';
import { schemaOf } from './staging.ts';

export interface ExportTarget {
  readonly format: ExportFormat;
  /** Absolute. */
  readonly path: string;
  readonly maxRows: number | undefined;
}

/** Writes a bound query's rows to a file, a batch at a time, so that memory stays bounded. Resolves to the number of rows. */
export async function exportQuery(run: Run, bound: BoundRelations, target: ExportTarget): Promise<number> {
  await run.session.enter(bound.scope);
  const sql = target.maxRows === undefined ? bound.sql : `SELECT * FROM (${bound.sql}) LIMIT ${target.maxRows}`;
  if (target.format === 'parquet') return await writeParquet(run, { ...bound, sql }, target.path);
  const text = textFormats[target.format](bound.columns.map(({ name }) => name));
  const instant = instantFormatter(run.profile.timeZone);
  const file = createWriteStream(target.path, { mode: 0o600 });
  const written = finished(file);
  let rows = 0;
  try {
    file.write(text.head);
    const result = await run.session.use((connection) => connection.stream(sql));
    for (;;) {
      const chunk = await run.session.use(() => result.fetchChunk());
      if (!chunk || chunk.rowCount === 0) break;
      const lines = chunk.getRows().map((row, at) =>
        text.row(
          row.map((value) => cellOf(value, instant)),
          rows + at,
        ),
      );
      rows += chunk.rowCount;
      if (!file.write(lines.join(''))) await Promise.race([once(file, 'drain'), written]);
    }
  } finally {
    file.end(text.tail);
    await written;
  }
  return rows;
}

/** Databricks' types in Parquet, as a table's data file would have them. */
async function writeParquet(run: Run, bound: BoundRelations, path: string): Promise<number> {
  const names = bound.columns.map(({ name }) => quoteIdentifier(name)).join(', ');
  const columns = schemaOf(bound).fields.map(
    ({ name, type }) => `CAST(q.${quoteIdentifier(name)} AS ${deltaToDuckdb(type)}) AS ${quoteIdentifier(name)}`,
  );
  const query = `SELECT ${columns.join(', ')} FROM (${bound.sql}) AS q(${names})`;
  const answer = await run.session.read(`COPY (${query}) TO ${quoteLiteral(path)} (FORMAT parquet)`);
  return Number(answer.value(0, 0));
}

interface TextFormat {
  readonly head: string;
  readonly row: (cells: readonly Cell[], at: number) => string;
  readonly tail: string;
}

const textFormats: Readonly<Record<Exclude<ExportFormat, 'parquet'>, (names: readonly string[]) => TextFormat>> = {
  /** RFC 4180, in UTF-8: NULL is empty, an empty text is `""`. */
  csv: (names) => ({
    head: `${names.map(csvText).join(',')}\r\n`,
    row: (cells) => `${cells.map((cell) => (cell === null ? '' : csvText(String(cell)))).join(',')}\r\n`,
    tail: '',
  }),
  /** One array with an object a row. */
  json: (names) => ({
    head: '[',
    row: (cells, at) => `${at === 0 ? '\n' : ',\n'}${jsonObject(names, cells)}`,
    tail: '\n]\n',
  }),
};

function csvText(text: string): string {
  return text === '' || /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Written member by member: two columns may have one name, and both are told. */
function jsonObject(names: readonly string[], cells: readonly Cell[]): string {
  return `{${names.map((name, at) => `${JSON.stringify(name)}:${JSON.stringify(cells[at] ?? null)}`).join(',')}}`;
}
