import { quoteIdentifier, quoteLiteral } from '../../../delta/duckdb-types.ts';
import type { DeltaField } from '../../../delta/schema.ts';
import type { Binding } from './bind.ts';
import { type CsvReading, writeCsvRows } from './csv-rows.ts';
import { csvCast } from './csv-types.ts';
import type { FileFormat, LocalFile } from './files.ts';
import { leafOf, rewriteFiles } from './rewrite.ts';
import { csvColumns } from './inferred-schema.ts';
import { type ReadOptions, refuseOption, schemaColumns, schemaIn } from './read-options.ts';

/** CSV as Databricks' read_files reads it: see csv-record.ts for records and csv-rows.ts for columns. */
export const csvFormat: FileFormat = {
  options: new Set([
    'schema',
    'header',
    'delimiter',
    'sep',
    'quote',
    'escape',
    'multiline',
    'encoding',
    'charset',
    'mode',
    'nullvalue',
    'rescueddatacolumn',
    'infercolumntypes',
    'inferschema',
    'enforceschema',
    'schemaevolutionmode',
    'schemahints',
    'mergeschema',
  ]),
  infer: (files, options) => {
    const typed = options.flag('infercolumntypes', true) && options.flag('inferschema', true);
    return csvColumns(files, readShape(options), options, typed);
  },
  firstFileTells: false,
  columns: (_binding, _files, options) => Promise.resolve(schemaColumns(schemaIn(options), options.rescuedColumn)),
  select: async (binding, files, options) => {
    const shape = readShape(options);
    const schema = schemaIn(options);
    const reading: CsvReading = {
      ...shape,
      columns: schema.map(({ name }) => name),
      byName: shape.header && options.rescuedColumn !== undefined && !options.flag('enforceschema', false),
      rescue: options.rescuedColumn !== undefined,
    };
    return selectSql(await rowsSql(binding, files, reading), schema, options.rescuedColumn);
  },
};

type Shape = Omit<CsvReading, 'columns' | 'byName' | 'rescue'>;

function readShape(options: ReadOptions): Shape {
  const single = (name: string, fallback: string): string => {
    const text = (options.text(name) ?? fallback).replace('\\t', '\t');
    if (text.length === 1) return text;
    throw refuseOption(options.relation, `${name} => '${text}' is not one character.`, 'Use one character.');
  };
  const mode = (options.text('mode') ?? 'PERMISSIVE').toUpperCase();
  if (mode !== 'PERMISSIVE' && mode !== 'DROPMALFORMED' && mode !== 'FAILFAST') {
    throw refuseOption(options.relation, `mode => '${mode}' is unknown.`, 'Use PERMISSIVE, DROPMALFORMED or FAILFAST.');
  }
  const encoding = (options.text('encoding') ?? options.text('charset') ?? 'UTF-8').toUpperCase();
  if (encoding !== 'UTF-8' && encoding !== 'ISO-8859-1') {
    throw refuseOption(options.relation, `encoding => '${encoding}' is not emulated.`, 'Use UTF-8 or ISO-8859-1.');
  }
  return {
    delimiter: single(options.text('sep') === undefined ? 'delimiter' : 'sep', ','),
    quote: single('quote', '"'),
    escape: single('escape', '\\'),
    header: options.flag('header', false),
    multiLine: options.flag('multiline', false),
    nullValue: options.text('nullvalue') ?? '',
    encoding,
    mode,
  };
}

/** Every column as text, as c0, c1, ... */
async function rowsSql({ run }: Binding, files: readonly LocalFile[], reading: CsvReading): Promise<string> {
  const names = [...reading.columns.map((_, index) => `c${index}`), 'rescued'];
  if (files.length === 0) {
    const none = [...names, '__file', '__url'].map((name) => `NULL::VARCHAR AS ${name}`);
    return `SELECT ${none.join(', ')} WHERE false`;
  }
  return await rewriteFiles(run, files, {
    reading: ['csv', reading],
    fields: names.map((name) => ({ name, type: { kind: 'text' } })),
    writeRows: ({ writer, columns, endRow }, file) => writeCsvRows(writer, columns.map(leafOf), file, reading, endRow),
  });
}

function selectSql(rows: string, schema: readonly DeltaField[], rescuedColumn: string | undefined): string {
  const casts = schema.map((field, index) => csvCast(field, `c${index}`));
  const columns = casts.map(({ value }, index) => `${value} AS ${quoteIdentifier(schema[index]?.name ?? '')}`);
  const rescued =
    rescuedColumn === undefined ? [] : [`${rescueSql(schema, casts)} AS ${quoteIdentifier(rescuedColumn)}`];
  return `SELECT ${[...columns, ...rescued, 'r.__file'].join(', ')} FROM (${rows}) AS r`;
}

/** Adds the cells that do not fit their types to what the records themselves left over. */
function rescueSql(schema: readonly DeltaField[], casts: readonly { readonly misfit?: string }[]): string {
  const misfits = casts.flatMap(({ misfit }, index) =>
    misfit === undefined ? [] : [{ misfit, raw: `r.c${index}`, name: quoteLiteral(schema[index]?.name ?? '') }],
  );
  if (misfits.length === 0) return 'r.rescued';
  const parts = misfits.map(
    ({ misfit, raw, name }) => `CASE WHEN ${misfit} THEN json_object(${name}, ${raw}) ELSE '{}' END`,
  );
  const any = misfits.map(({ misfit }) => misfit).join(' OR ');
  const path = `json_object('_file_path', r.__url)`;
  const merged = ["coalesce(r.rescued, '{}')", ...parts, path].reduce((a, b) => `json_merge_patch(${a}, ${b})`);
  return `CASE WHEN ${any} THEN CAST(${merged} AS VARCHAR) ELSE r.rescued END`;
}
