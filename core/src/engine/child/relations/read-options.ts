import { ExpectedError } from '../../../base/expected-error.ts';
import { deltaToDuckdb } from '../../../delta/duckdb-types.ts';
import { sparkToDelta } from '../../../delta/spark-types.ts';
import type { DeltaField } from '../../../delta/schema.ts';
import type { LakeRelation, RelationColumn } from '../../../sql/contract.ts';

type FilesRelation = Extract<LakeRelation, { kind: 'files' }>;

/** The options of a `read_files`, with the meanings that all formats share. */
export interface ReadOptions {
  readonly relation: FilesRelation;
  /** The columns that `schema` gives; undefined where the reader has to find them. */
  readonly schema: readonly DeltaField[] | undefined;
  /** The column that takes what does not fit the schema; undefined where none was asked for. */
  readonly rescuedColumn: string | undefined;
  text(name: string): string | undefined;
  flag(name: string, fallback: boolean): boolean;
}

export function readOptions(relation: FilesRelation): ReadOptions {
  const text = (name: string): string | undefined => relation.options.get(name);
  const schemaText = text('schema');
  const schema = schemaText === undefined ? undefined : parseSchema(schemaText);
  return {
    relation,
    schema,
    // With a schema the column must be asked for; a schema that was found always comes with one.
    rescuedColumn: text('rescueddatacolumn') ?? (schema ? undefined : '_rescued_data'),
    text,
    flag(name, fallback) {
      const value = text(name)?.toLowerCase();
      if (value === undefined) return fallback;
      if (value === 'true' || value === 'false') return value === 'true';
      throw refuseOption(relation, `${name} => ${value} is neither true nor false.`, 'Write true or false.');
    },
  };
}

/** `a STRING, b DECIMAL(10,2) NOT NULL`, as `schema =>` takes it, or `STRUCT<a: STRING>`. */
export function parseSchema(text: string): readonly DeltaField[] {
  const inner = /^\s*struct\s*<([\s\S]*)>\s*$/i.exec(text)?.[1] ?? text;
  const struct = sparkToDelta(`struct<${inner}>`);
  return typeof struct === 'object' && struct.type === 'struct' ? struct.fields : [];
}

/** The columns of a schema and, last, the one for what is rescued. */
export function schemaColumns(schema: readonly DeltaField[], rescuedColumn: string | undefined): RelationColumn[] {
  const columns = schema.map(({ name, type }) => ({ name, duckdbType: deltaToDuckdb(type) }));
  return rescuedColumn === undefined ? columns : [...columns, { name: rescuedColumn, duckdbType: 'VARCHAR' }];
}

export function refuseOption(relation: FilesRelation, message: string, nextStep: string): ExpectedError {
  return new ExpectedError({ code: 'engine.option-not-emulated', message, nextStep, range: relation.range });
}

/** The schema, which a format that brings no types is always given. */
export function schemaIn({ schema }: ReadOptions): readonly DeltaField[] {
  if (!schema) throw new Error('files without types are read by a schema');
  return schema;
}
