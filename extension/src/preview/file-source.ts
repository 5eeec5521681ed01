import { posix } from 'node:path';
import type { Uri } from 'vscode';
import { openAvro } from '@medallion/core/formats/avro.ts';
import { openCsv } from '@medallion/core/formats/csv.ts';
import { type FileFormat, formatOf } from '@medallion/core/formats/index.ts';
import { openJson } from '@medallion/core/formats/json.ts';
import { openParquet } from '@medallion/core/formats/parquet.ts';
import type { PreviewFile } from '@medallion/core/formats/preview-file.ts';
import { countReads, openLakeFile, openLocalFile, type RangeSource } from '@medallion/core/formats/range-source.ts';
import { sizeText } from '@medallion/core/lake/nodes.ts';
import { lakeScheme, placeOf } from '../files/lake-uri.ts';
import type { LocalLake } from '../lake/local-lake.ts';
import type { PreviewFacts } from './messages.ts';
import { counted, parquetFacts } from './parquet-facts.ts';
import type { PreviewSource } from './preview-source.ts';

interface OpenedFile {
  readonly file: PreviewFile;
  /** What only this format says of itself. */
  readonly facts: Partial<PreviewFacts>;
}

/** How the grid sees each format; text of unknown ending is read as CSV, which every table of text is. */
const openers: Readonly<Record<FileFormat['id'], (source: RangeSource) => Promise<OpenedFile>>> = {
  async parquet(source) {
    const file = await openParquet(source);
    return { file, facts: parquetFacts(file) };
  },
  async avro(source) {
    const file = await openAvro(source);
    return { file, facts: { facts: ['Avro', file.codec === 'null' ? 'not compressed' : file.codec] } };
  },
  async csv(source) {
    const file = await openCsv(source);
    const delimiters: Readonly<Record<string, string>> = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'bar' };
    return { file, facts: { facts: [`separated by ${delimiters[file.delimiter] ?? file.delimiter}`] } };
  },
  async json(source) {
    return { file: await openJson(source), facts: { facts: ['JSON'] } };
  },
};

/** A data file by ranges, from disk or from the lake. Rejects as its format and the storage do. */
export async function openFileSource(uri: Uri, lake: LocalLake): Promise<PreviewSource> {
  await using opening = new AsyncDisposableStack();
  const source = countReads(await rangeSource(uri, lake, opening));
  const { file, facts } = await openers[formatOf(uri.path)?.id ?? 'csv'](source);
  const holding = opening.move();
  return {
    facts: {
      title: posix.basename(uri.path),
      columns: file.columns,
      ...(file.rowCount === undefined ? {} : { rowCount: file.rowCount }),
      ...facts,
      facts: [
        ...(file.rowCount === undefined ? [] : [counted(file.rowCount, 'row', 'rows')]),
        counted(file.columns.length, 'column', 'columns'),
        sizeText(source.byteLength),
        ...(facts.facts ?? []),
      ],
    },
    readRows: (start, count, signal) => file.readRows(start, count, signal),
    cost: () => `${sizeText(source.bytesRead)} read in ${counted(source.reads, 'range', 'ranges')}`,
    [Symbol.asyncDispose]: () => holding.disposeAsync(),
  };
}

async function rangeSource(uri: Uri, lake: LocalLake, holding: AsyncDisposableStack): Promise<RangeSource> {
  if (uri.scheme === lakeScheme) return await openLakeFile(lake.storage, placeOf(uri));
  return holding.use(await openLocalFile(uri.fsPath));
}
