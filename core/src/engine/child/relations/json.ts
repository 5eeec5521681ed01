import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deltaToDuckdb, quoteIdentifier, quoteLiteral } from '../../../delta/duckdb-types.ts';
import type { DeltaField } from '../../../delta/schema.ts';
import type { FileFormat } from './files.ts';
import { canonicalJson } from './json-canonical.ts';
import { jsonColumns } from './inferred-schema.ts';
import { type ReadOptions, refuseOption, schemaColumns, schemaIn } from './read-options.ts';

/** Where a record that is no JSON is kept, if the schema has such a column of text. */
const corruptColumn = '_corrupt_record';

/** JSON, one record a line, by a schema that is given or inferred. What does not fit it is rescued where that was asked for. */
export const jsonFormat: FileFormat = {
  options: new Set([
    'schema',
    'rescueddatacolumn',
    'mode',
    'multiline',
    'encoding',
    'schemaevolutionmode',
    'columnnameofcorruptrecord',
    'infercolumntypes',
    'schemahints',
    'mergeschema',
  ]),
  infer: (files, options) => {
    checkSettings(options);
    return jsonColumns(files, options, options.flag('infercolumntypes', true));
  },
  firstFileTells: false,
  columns: async (_binding, _files, options) => {
    checkSettings(options);
    return schemaColumns(schemaIn(options), options.rescuedColumn);
  },
  select: async (binding, files, options) => {
    const schema = schemaIn(options);
    checkSettings(options);
    const corrupt = options.text('columnnameofcorruptrecord') ?? corruptColumn;
    const written: string[] = [];
    for (const [index, { localPath, url }] of files.entries()) {
      binding.run.signal?.throwIfAborted();
      const target = join(binding.folder, `${options.relation.placeholder}-${index}.json`);
      const reading = { schema, corruptColumn: corrupt, rescues: options.rescuedColumn !== undefined, url, localPath };
      await writeFile(target, canonicalJson(await readFile(localPath, 'utf8'), reading));
      written.push(target);
    }
    return selectSql(written, schema, options.rescuedColumn);
  },
};

function checkSettings(options: ReadOptions): void {
  if (options.flag('multiline', false)) {
    throw refuseOption(options.relation, 'JSON with multiLine is not emulated.', 'Land one record a line.');
  }
  const mode = (options.text('mode') ?? 'PERMISSIVE').toUpperCase();
  if (mode !== 'PERMISSIVE')
    throw refuseOption(options.relation, `JSON in mode ${mode} is not emulated.`, 'Use PERMISSIVE.');
  const encoding = (options.text('encoding') ?? 'UTF-8').toUpperCase();
  if (encoding !== 'UTF-8') throw refuseOption(options.relation, `JSON in ${encoding} is not emulated.`, 'Use UTF-8.');
}

/** The rewritten records hold exactly the columns, in values that DuckDB reads as the columns' types. */
function selectSql(
  written: readonly string[],
  schema: readonly DeltaField[],
  rescuedColumn: string | undefined,
): string {
  const types = schema.map(({ type }, index) => `c${index}: ${quoteLiteral(deltaToDuckdb(type))}`);
  const columns = [...types, "rescued: 'VARCHAR'", "file: 'VARCHAR'"].join(', ');
  const names = schema.map(({ name }, index) => `c${index} AS ${quoteIdentifier(name)}`);
  const rescued = rescuedColumn === undefined ? [] : [`rescued AS ${quoteIdentifier(rescuedColumn)}`];
  const paths = written.map(quoteLiteral).join(', ');
  const rows =
    written.length === 0
      ? `(SELECT ${schema.map(({ type }, index) => `CAST(NULL AS ${deltaToDuckdb(type)}) AS c${index}`).join(', ')}, NULL::VARCHAR AS rescued, NULL::VARCHAR AS file WHERE false)`
      : `read_json([${paths}], format = 'newline_delimited', columns = {${columns}}, maximum_object_size = 67108864)`;
  return `SELECT ${[...names, ...rescued].join(', ')}, file AS __file FROM ${rows}`;
}
