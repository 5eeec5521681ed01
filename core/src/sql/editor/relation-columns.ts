import type { LakeRelation, RelationColumn } from '../contract.ts';
import { schemaOf } from '../rules/schema-text.ts';
import { toDuckdbType } from '../types/duckdb-type.ts';
import { typeText } from '../types/spark-type.ts';
import type { KnownColumn } from './known-lake.ts';

/** What `read_kafka` gives. */
const HUB_COLUMNS: readonly KnownColumn[] = [
  { name: 'key', typeText: 'binary' },
  { name: 'value', typeText: 'binary' },
  { name: 'topic', typeText: 'string' },
  { name: 'partition', typeText: 'int' },
  { name: 'offset', typeText: 'bigint' },
  { name: 'timestamp', typeText: 'timestamp' },
  { name: 'timestampType', typeText: 'int' },
];

const METADATA: KnownColumn = {
  name: '_metadata',
  typeText:
    'struct<file_path:string,file_name:string,file_size:bigint,file_block_start:bigint,file_block_length:bigint,file_modification_time:timestamp>',
};

/** What `table_changes` adds to a table's columns. */
const CHANGE_COLUMNS: readonly KnownColumn[] = [
  { name: '_change_type', typeText: 'string' },
  { name: '_commit_version', typeText: 'bigint' },
  { name: '_commit_timestamp', typeText: 'timestamp' },
];

/** Files' columns as far as the statement says them; undefined where only the files do. */
export function filesColumns(relation: Extract<LakeRelation, { kind: 'files' }>): readonly KnownColumn[] | undefined {
  const schema = schemaOf(relation.options.get('schema') ?? '');
  if (schema?.kind !== 'struct') return undefined;
  const rescued = relation.options.get('rescueddatacolumn');
  return [
    ...schema.fields.map(({ name, type }) => ({ name, typeText: typeText(type) })),
    ...(rescued === undefined ? [] : [{ name: rescued, typeText: 'string' }]),
    ...(relation.usesMetadata ? [METADATA] : []),
  ];
}

export function hubColumns(): readonly KnownColumn[] {
  return HUB_COLUMNS;
}

export function changeColumns(columns: readonly KnownColumn[]): readonly KnownColumn[] {
  return [...columns, ...CHANGE_COLUMNS];
}

/** As the binder takes a relation's columns. A type that is not known stays so. */
export function asRelationColumns(columns: readonly KnownColumn[]): readonly RelationColumn[] {
  return columns.map(({ name, typeText: text }) => {
    const type = text === undefined ? undefined : schemaOf(text);
    return { name, duckdbType: type ? toDuckdbType(type) : '' };
  });
}
