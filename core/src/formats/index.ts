import { ExpectedError } from '../base/expected-error.ts';
import { openAvro } from './avro.ts';
import { openCsv } from './csv.ts';
import { openJson } from './json.ts';
import { openParquet } from './parquet.ts';
import type { PreviewFile } from './preview-file.ts';
import type { RangeSource } from './range-source.ts';

export interface FileFormat {
  readonly id: 'parquet' | 'avro' | 'csv' | 'json';
  /** Lower case, with the dot. */
  readonly extensions: readonly string[];
  open(source: RangeSource, signal?: AbortSignal): Promise<PreviewFile>;
}

/** A new format is a file beside this and a line here. */
export const fileFormats: readonly FileFormat[] = [
  { id: 'parquet', extensions: ['.parquet', '.parq', '.pq'], open: openParquet },
  { id: 'avro', extensions: ['.avro'], open: openAvro },
  { id: 'csv', extensions: ['.csv', '.tsv'], open: openCsv },
  { id: 'json', extensions: ['.json', '.jsonl', '.ndjson'], open: openJson },
];

/** The format of a file by its name's ending, or undefined. */
export function formatOf(path: string): FileFormat | undefined {
  const name = path.toLowerCase();
  return fileFormats.find(({ extensions }) => extensions.some((extension) => name.endsWith(extension)));
}

/** Opens a file by its name's ending. Rejects with `file.unknown-format`, or as the format does. */
export async function openPreview(source: RangeSource, signal?: AbortSignal): Promise<PreviewFile> {
  const format = formatOf(source.name);
  if (format) return await format.open(source, signal);
  throw new ExpectedError({
    code: 'file.unknown-format',
    message: `${source.name} has no known format.`,
    nextStep: `Files ending in ${fileFormats.flatMap(({ extensions }) => extensions).join(', ')} can be previewed.`,
  });
}
