import type { JsonObject } from '../../control/lossless-json.ts';
import { invalid } from '../errors.ts';
import { optionalObject, optionalString, requiredString } from '../fields.ts';
import { functionNamed } from './functions.ts';
import type { DatabricksState } from '../state.ts';
import type { TableRecord } from './records.ts';

/**
 * A table with the row filter and the column masks of a PATCH. In the real service only SQL sets them; the SQL of this emulation runs
 * outside of it and tells it so: `row_filter` and `column_mask`, empty to take one away.
 */
export function withPolicies(state: DatabricksState, table: TableRecord, body: JsonObject): TableRecord {
  const filter = optionalObject(body, 'row_filter');
  const mask = optionalObject(body, 'column_mask');
  const filtered = filter ? withFilter(state, table, filter) : table;
  return mask ? withMask(state, filtered, mask) : filtered;
}

function withFilter(state: DatabricksState, table: TableRecord, filter: JsonObject): TableRecord {
  const name = optionalString(filter, 'function_name');
  if (name === undefined) return { ...table, rowFilter: undefined };
  functionNamed(state, name.toLowerCase());
  return {
    ...table,
    rowFilter: { function_name: name, input_column_names: columns(table, filter['input_column_names']) },
  };
}

function withMask(state: DatabricksState, table: TableRecord, mask: JsonObject): TableRecord {
  const [column = ''] = columns(table, [requiredString(mask, 'column')]);
  const others = Object.entries(table.masks ?? {}).filter(([name]) => name !== column);
  const name = optionalString(mask, 'function_name');
  if (name === undefined) return { ...table, masks: Object.fromEntries(others) };
  functionNamed(state, name.toLowerCase());
  const own = { function_name: name, using_column_names: columns(table, mask['using_column_names']) };
  return { ...table, masks: Object.fromEntries([...others, [column, own]]) };
}

/** Columns of the table as it spells them. */
function columns(table: TableRecord, given: unknown): readonly string[] {
  const names = Array.isArray(given) ? (given as readonly unknown[]) : [];
  return names.map((name) => {
    const found = table.columns.find((one) => one.name.toLowerCase() === String(name).toLowerCase());
    if (found) return found.name;
    throw invalid(`Column '${String(name)}' of '${table.name}' does not exist.`);
  });
}

export function describePolicies({ rowFilter }: TableRecord): JsonObject {
  return rowFilter ? { row_filter: rowFilter } : {};
}

/** The columns, each with its mask. */
export function maskedColumns({ columns: all, masks = {} }: TableRecord): readonly unknown[] {
  return all.map((column) => {
    const mask = masks[column.name];
    return mask ? { ...column, mask } : column;
  });
}
