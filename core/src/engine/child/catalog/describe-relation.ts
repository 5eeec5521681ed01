import { ExpectedError } from '../../../base/expected-error.ts';
import type { CatalogCommand } from '../../../sql/catalog-command.ts';
import type { Cell } from '../../contract.ts';
import { factsOf } from './facts.ts';
import type { CatalogHost, DescribedColumn, DescribedRelation } from './host.ts';
import { shown, type Shown } from './shown.ts';
import { keyText } from './table-keys.ts';

type DescribeRelation = Extract<CatalogCommand, { kind: 'describeRelation' }>;

const COLUMNS = 'col_name:string data_type:string comment:string';

/** DESCRIBE [TABLE] [EXTENDED]: a relation, or one of its columns. */
export async function describeRelation(host: CatalogHost, command: DescribeRelation): Promise<Shown> {
  if (command.asJson) throw notEmulated('DESCRIBE ... AS JSON', 'Leave AS JSON out.');
  if (command.partition) throw notEmulated('DESCRIBE ... PARTITION', 'Describe the table.');
  const relation = await host.relation(command.target);
  if (command.column) return describeColumn(relation, command.column, command.extended);
  const columns = columnRows(relation);
  const defaults = defaultRows(relation.columns);
  if (!command.extended || relation.temporary) return shown(COLUMNS, [...columns, ...defaults]);
  const facts = factsOf(relation).map(({ title, value }): Cell[] => [title, value, '']);
  const information = [['', '', ''], ['# Detailed Table Information', '', ''], ...facts];
  return shown(COLUMNS, [...columns, ...information, ...keyRows(relation), ...defaults]);
}

/** The columns, and again those by which the table is laid out. */
export function columnRows(
  relation: Pick<DescribedRelation, 'columns' | 'partitionColumns' | 'clusteringColumns'>,
): Cell[][] {
  const { columns, partitionColumns, clusteringColumns = [] } = relation;
  return [
    ...columns.map(columnRow),
    ...layoutRows('# Partition Information', columns, partitionColumns),
    ...layoutRows('# Clustering Information', columns, clusteringColumns),
  ];
}

function keyRows({ keys = [] }: DescribedRelation): Cell[][] {
  if (keys.length === 0) return [];
  return [['', '', ''], ['# Constraints', '', ''], ...keys.map((key): Cell[] => [key.name, keyText(key), ''])];
}

/** What columns have by DEFAULT. */
function defaultRows(columns: readonly DescribedColumn[]): Cell[][] {
  const rows = columns.flatMap(({ name, typeText, rule }): Cell[][] =>
    rule?.kind === 'default' ? [[name, typeText, rule.sql]] : [],
  );
  return rows.length > 0 ? [['', '', ''], ['# Column Default Values', '', ''], ...rows] : [];
}

function columnRow({ name, typeText, comment }: DescribedColumn): Cell[] {
  return [name, typeText, comment ?? null];
}

function layoutRows(title: string, columns: readonly DescribedColumn[], names: readonly string[]): Cell[][] {
  if (names.length === 0) return [];
  const named = names.flatMap((name) => columns.filter((column) => column.name.toLowerCase() === name.toLowerCase()));
  return [[title, '', ''], ['# col_name', 'data_type', 'comment'], ...named.map(columnRow)];
}

/** Statistics of columns are not kept: Spark shows NULL where ANALYZE TABLE has computed none. */
const STATISTICS = ['min', 'max', 'num_nulls', 'distinct_count', 'avg_col_len', 'max_col_len', 'histogram'];

function describeColumn(relation: DescribedRelation, path: readonly string[], extended: boolean): Shown {
  const column = columnAt(relation, path);
  if (extended) refuseStatistics(relation, column);
  const facts = [
    ['col_name', column.name],
    ['data_type', column.typeText],
    ['comment', column.comment ?? 'NULL'],
  ];
  const statistics = extended ? STATISTICS.map((name) => [name, 'NULL']) : [];
  return shown('info_name:string info_value:string', [...facts, ...statistics]);
}

/** @throws ExpectedError where ANALYZE has computed what is not kept here. */
function refuseStatistics({ statistics, table }: DescribedRelation, { name }: DescribedColumn): void {
  if (!statistics) return;
  const analyzed = statistics === 'unknown' || statistics.columns.includes(name.toLowerCase());
  if (analyzed) throw notEmulated(`The statistics of the column ${name} of ${table}`, 'Leave EXTENDED out.');
}

/** @throws ExpectedError `catalog.no-such-column`, `sql.not-emulated` for a nested one. */
function columnAt(relation: DescribedRelation, path: readonly string[]): DescribedColumn {
  const text = path.join('.');
  const named = (name: string | undefined): DescribedColumn | undefined =>
    relation.columns.find((column) => column.name.toLowerCase() === name?.toLowerCase());
  const names = [relation.catalog, relation.schema, relation.table].map((name) => name?.toLowerCase());
  const before = path.slice(0, -1).map((name) => name.toLowerCase());
  const qualified = before.every((name, at) => name === names.at(at - before.length));
  const found = qualified ? named(path.at(-1)) : undefined;
  if (found) return found;
  const nested = path.length > 1 && path.some((name) => named(name));
  throw new ExpectedError({
    code: nested ? 'catalog.nested-column' : 'catalog.no-such-column',
    message: nested
      ? `DESCRIBE of a nested column (${text}) is not supported.`
      : `${relation.table} has no column ${text}.`,
    nextStep: `Columns: ${relation.columns.map(({ name }) => name).join(', ')}.`,
  });
}

function notEmulated(what: string, nextStep: string): ExpectedError {
  return new ExpectedError({ code: 'sql.not-emulated', message: `${what} is not emulated locally.`, nextStep });
}
