import { type FileFormat, formatOf } from '@medallion/core/formats/index.ts';

/** The editors that package.json contributes. Binary files open in theirs by default, files of text as text. */
export const fileEditors: Readonly<Record<FileFormat['id'], string>> = {
  parquet: 'medallion.parquet',
  avro: 'medallion.avro',
  csv: 'medallion.csv',
  json: 'medallion.json',
};

/** The editor that a file's name asks for; undefined for one that is no data file. */
export function fileEditorOf(path: string): string | undefined {
  const format = formatOf(path);
  return format && fileEditors[format.id];
}
