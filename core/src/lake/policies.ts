import type { TableName } from './names.ts';
import type { TableInfo } from './unity-catalog.ts';

/** A function of Unity Catalog by its full name, and the columns that it is given. */
export interface PolicyCall {
  /** `catalog.schema.function` */
  readonly functionName: string;
  readonly columns: readonly string[];
}

/** What Unity Catalog does to a table's rows before anybody reads them. */
export interface TablePolicies {
  /** Only rows for which it is true are there. */
  readonly rowFilter?: PolicyCall;
  /** By column: what is read in its place. The function takes the column first, then `columns`. */
  readonly masks: ReadonlyMap<string, PolicyCall>;
}

/** Undefined for a table that has none. */
export function storedPolicies({ row_filter: filter, columns = [] }: TableInfo): TablePolicies | undefined {
  const masks = columns.flatMap(({ name, mask }): [string, PolicyCall][] =>
    mask ? [[name, { functionName: mask.function_name, columns: mask.using_column_names ?? [] }]] : [],
  );
  if (!filter && masks.length === 0) return undefined;
  const rowFilter = filter && { functionName: filter.function_name, columns: filter.input_column_names ?? [] };
  return { ...(rowFilter ? { rowFilter } : {}), masks: new Map(masks) };
}

/** The query that reads such a table as its policies have it, over its rows as they are. @param columns all of the table's. */
export function policyQuery(name: TableName, columns: readonly string[], { rowFilter, masks }: TablePolicies): string {
  const call = ({ functionName, columns: given }: PolicyCall, first: readonly string[]): string =>
    `${functionName.split('.').map(quoted).join('.')}(${[...first, ...given].map(quoted).join(', ')})`;
  const items = columns.map((column) => {
    const mask = masks.get(column);
    return mask ? `${call(mask, [column])} AS ${quoted(column)}` : quoted(column);
  });
  const from = [name.catalog, name.schema, name.table].map(quoted).join('.');
  return `SELECT ${items.join(', ')} FROM ${from}${rowFilter ? ` WHERE ${call(rowFilter, [])}` : ''}`;
}

function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}
