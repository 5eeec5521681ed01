import type { JsonObject } from '../../control/lossless-json.ts';
import { invalid } from '../errors.ts';
import { objectList, optionalString, requiredString } from '../fields.ts';
import type { ColumnRecord } from './records.ts';

/** `type_name` by the first word of `type_text`: Unity Catalog's ColumnTypeName. */
const typeNames: Readonly<Record<string, string>> = {
  boolean: 'BOOLEAN',
  tinyint: 'BYTE',
  smallint: 'SHORT',
  int: 'INT',
  bigint: 'LONG',
  float: 'FLOAT',
  double: 'DOUBLE',
  decimal: 'DECIMAL',
  string: 'STRING',
  char: 'CHAR',
  varchar: 'STRING',
  binary: 'BINARY',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
  timestamp_ntz: 'TIMESTAMP_NTZ',
  interval: 'INTERVAL',
  array: 'ARRAY',
  map: 'MAP',
  struct: 'STRUCT',
  variant: 'VARIANT',
  void: 'NULL',
};

/** Unity Catalog's name of a type; undefined for one that it does not have. */
export const columnTypeName = (typeText: string): string | undefined =>
  typeNames[/^\w+/.exec(typeText.toLowerCase())?.[0] ?? ''];

/** The columns of a request, complete as the service reads them back. Names keep their case and differ without it. */
export function columnsOf(body: JsonObject): readonly ColumnRecord[] {
  const columns = objectList(body, 'columns').map(columnOf);
  const names = columns.map(({ name }) => name.toLowerCase());
  const double = names.find((name, index) => names.indexOf(name) !== index);
  if (double !== undefined) throw invalid(`Duplicate column name '${double}'.`);
  return columns;
}

function columnOf(column: JsonObject, index: number): ColumnRecord {
  const typeText = requiredString(column, 'type_text');
  const typeName = optionalString(column, 'type_name') ?? columnTypeName(typeText);
  if (typeName === undefined) throw invalid(`Unknown type_text '${typeText}' of a column.`);
  const { position, nullable, partition_index: partitionIndex } = column;
  const [typeJson, comment] = [optionalString(column, 'type_json'), optionalString(column, 'comment')];
  return {
    name: requiredString(column, 'name'),
    type_text: typeText,
    type_name: typeName,
    ...(typeJson === undefined ? {} : { type_json: typeJson }),
    position: typeof position === 'number' ? position : index,
    nullable: nullable !== false,
    ...(comment === undefined ? {} : { comment }),
    ...(typeof partitionIndex === 'number' ? { partition_index: partitionIndex } : {}),
  };
}
