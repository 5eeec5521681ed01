import { quoteIdentifier, quoteLiteral, deltaToDuckdb } from '../../../delta/duckdb-types.ts';
import type { FileFormat } from './files.ts';
import { refuseOption } from './read-options.ts';

/** Parquet files bring their types; `schema` chooses and casts columns, those that a file lacks are NULL. */
export const parquetFormat: FileFormat = {
  options: new Set(['schema', 'mergeschema']),
  firstFileTells: false,
  columns: async (binding, files, options) => {
    const rows = await parquetFormat.select(binding, files, options);
    return await binding.run.session.describe(`(SELECT * EXCLUDE (__file) FROM (${rows}))`);
  },
  select: async (_binding, files, options) => {
    if (files.length === 0) {
      if (!options.schema)
        throw refuseOption(
          options.relation,
          'The folder holds no Parquet file.',
          'Land the files first, or say schema =>.',
        );
      const none = options.schema.map(
        ({ name, type }) => `CAST(NULL AS ${deltaToDuckdb(type)}) AS ${quoteIdentifier(name)}`,
      );
      return `SELECT ${none.join(', ')}, NULL::VARCHAR AS __file WHERE false`;
    }
    const list = files.map(({ localPath }) => quoteLiteral(localPath)).join(', ');
    const read = `read_parquet([${list}], hive_partitioning = false, union_by_name = true, filename = '__file')`;
    if (!options.schema) {
      // What was found in the files always fits: the column that read_files adds is empty.
      return `SELECT * EXCLUDE (__file), NULL::VARCHAR AS _rescued_data, __file FROM ${read}`;
    }
    const columns = options.schema.map(
      ({ name, type }) => `CAST(${quoteIdentifier(name)} AS ${deltaToDuckdb(type)}) AS ${quoteIdentifier(name)}`,
    );
    return `SELECT ${columns.join(', ')}, __file FROM ${read}`;
  },
};
