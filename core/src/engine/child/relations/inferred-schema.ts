import { readFile } from 'node:fs/promises';
import { ExpectedError } from '../../../base/expected-error.ts';
import type { DeltaField } from '../../../delta/schema.ts';
import { deltaToSpark } from '../../../delta/spark-types.ts';
import { JsonRecordSchema } from '../../../sql/functions/json/infer-records.ts';
import { type CsvColumnType, columnTypeSql, withText } from './csv-inference.ts';
import { type CsvText, recordBlocks } from './csv-lines.ts';
import { splitRecord } from './csv-record.ts';
import type { LocalFile } from './files.ts';
import { unreadableRecord } from './inference-texts.ts';
import { parseSchema, type ReadOptions, refuseOption } from './read-options.ts';

/** How CSV is read for its types. */
export interface CsvInference extends CsvText {
  readonly header: boolean;
  readonly nullValue: string;
}

/** The columns that CSV files have: named by their headers, or `_c0`, ...; with `typed` of the types that all their texts give. */
export async function csvColumns(
  files: readonly LocalFile[],
  reading: CsvInference,
  options: ReadOptions,
  typed: boolean,
): Promise<readonly DeltaField[]> {
  let names: readonly string[] | undefined;
  const types: CsvColumnType[] = [];
  for (const file of files) {
    let places: readonly number[] | undefined;
    for await (const record of csvRecords(file, reading)) {
      if (!places) {
        const own = reading.header ? record : record.map((_, at) => `_c${at}`);
        names ??= uniqueNames(own, options);
        places = placesOf(names, own, file, reading.header, options);
        if (reading.header) continue;
      }
      if (!typed) break;
      for (const [at, place] of places.entries()) {
        const text = record[at];
        if (place < 0 || text === undefined || text === reading.nullValue) continue;
        types[place] = withText(types[place] ?? 'void', text);
      }
    }
  }
  if (!names) throw nothingToInfer(options);
  const texts = names.map((name, at) => `\`${name.replaceAll('`', '``')}\` ${columnTypeSql(types[at] ?? 'void')}`);
  return hinted(parseSchema(texts.join(', ')), options);
}

async function* csvRecords(file: LocalFile, reading: CsvInference): AsyncIterable<readonly string[]> {
  for await (const { text, starts, ends } of recordBlocks(file.localPath, reading))
    for (let at = 0; at < starts.length; at++)
      yield splitRecord(text.toString('utf8', starts[at], ends[at]), reading).map((field) => field.text);
}

function uniqueNames(names: readonly string[], options: ReadOptions): readonly string[] {
  const folded = new Set(names.map((name) => name.toLowerCase()));
  if (names.some((name) => name === '') || folded.size < names.length)
    throw refuseOption(
      options.relation,
      `A header without a name for each column is not read here: ${names.join(', ')}.`,
      "Say schema => 'name TYPE, ...'.",
    );
  return names;
}

/** For each field of a file the column that it is; files whose headers name other columns are not put together here. */
function placesOf(
  names: readonly string[],
  own: readonly string[],
  file: LocalFile,
  header: boolean,
  options: ReadOptions,
): readonly number[] {
  const places = own.map((name) => names.indexOf(name));
  if (header && (places.includes(-1) || own.length !== names.length))
    throw refuseOption(
      options.relation,
      `${file.url} has other columns (${own.join(', ')}) than the first file (${names.join(', ')}); what Databricks makes of both is not emulated.`,
      "Say schema => 'name TYPE, ...'.",
    );
  return places;
}

/** The columns that records of JSON have together; with `typed` false each is text, which nested values cannot be. */
export async function jsonColumns(
  files: readonly LocalFile[],
  options: ReadOptions,
  typed: boolean,
): Promise<readonly DeltaField[]> {
  const found = new JsonRecordSchema();
  for (const { localPath, url } of files) {
    const text = (await readFile(localPath, 'utf8')).replace(/^\ufeff/, '');
    for (const line of text.split(/\r\n|\n|\r/))
      if (line.trim() !== '' && !found.add(line)) throw unreadableRecord(url, line);
  }
  const schema = found.schema();
  if (schema === undefined) throw nothingToInfer(options);
  const fields = parseSchema(schema);
  if (typed) return hinted(fields, options);
  const nested = fields.find(({ type }) => typeof type !== 'string');
  if (nested)
    throw refuseOption(
      options.relation,
      `inferColumnTypes => false with the nested column ${nested.name} is not emulated.`,
      "Leave it out, or say schema => 'name TYPE, ...'.",
    );
  return hinted(
    fields.map((field) => ({ ...field, type: 'string' })),
    options,
  );
}

/** What schemaHints say in the place of what was found; columns that were not found come last. */
function hinted(fields: readonly DeltaField[], options: ReadOptions): readonly DeltaField[] {
  const text = options.text('schemahints');
  if (text === undefined) return fields;
  const hints = new Map(parseSchema(text).map((hint) => [hint.name.toLowerCase(), hint]));
  const known = new Set(fields.map(({ name }) => name.toLowerCase()));
  const missing = [...hints.values()].filter(({ name }) => !known.has(name.toLowerCase()));
  return [
    ...fields.map((field) => ({ ...field, type: hints.get(field.name.toLowerCase())?.type ?? field.type })),
    ...missing,
  ];
}

/** @throws ExpectedError where files that came later give a column another type: a stream keeps that of its first files. */
export function checkSameTypes(before: readonly DeltaField[], now: readonly DeltaField[], options: ReadOptions): void {
  const types = new Map(now.map(({ name, type }) => [name, deltaToSpark(type)]));
  const changed = before.find(({ name, type }) => types.get(name) !== deltaToSpark(type));
  if (!changed) return;
  throw new ExpectedError({
    code: 'engine.inference-not-emulated',
    message: `The files that have come give the column ${changed.name} the type ${types.get(changed.name) ?? 'of none'}, those before ${deltaToSpark(changed.type)}; what does not fit the first type is rescued by Databricks, which is not emulated where types are inferred.`,
    nextStep: "Say schema => 'name TYPE, ...', or schemaHints for the column.",
    range: options.relation.range,
  });
}

function nothingToInfer(options: ReadOptions): ExpectedError {
  return refuseOption(
    options.relation,
    'The files hold no record from which columns could be inferred.',
    "Land a file first, or say schema => 'name TYPE, ...'.",
  );
}
