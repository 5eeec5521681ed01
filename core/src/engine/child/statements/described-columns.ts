import type { BoundQuery, CompiledQuery, CompiledStatement, TableReference } from '../../../sql/contract.ts';
import type { ResolvedView } from '../../../lake/resolver.ts';
import type { Cell, QueryResult } from '../../contract.ts';
import { columnRows } from '../catalog/describe-relation.ts';
import type { DescribedColumn } from '../catalog/host.ts';
import type { Run } from '../context.ts';
import { completeName } from '../names.ts';
import { bindQuery, withinView } from '../relations/bind.ts';
import { catalogViewQuery, withinCatalogView } from '../relations/catalog-view.ts';
import { readVersion } from '../relations/table.ts';
import { keptQuery } from '../relations/view-query.ts';
import { temporaryViewKey } from '../temporary-names.ts';
import type { StatementEffect } from './effect.ts';

type Shown = Pick<QueryResult, 'columns' | 'rows'>;

/** A query whose columns are asked for, in the run that gives its names their meaning. */
export interface AskedQuery {
  readonly query: CompiledQuery;
  readonly within?: Run;
}

/** The temporary view that a statement names, if it names one. */
export function namesView(run: Run, reference: TableReference): AskedQuery | undefined {
  const key = temporaryViewKey(reference);
  const view = key === undefined ? undefined : run.views.get(key);
  return view && { query: keptQuery(view.query, view.keeps), within: withinView(run, view) };
}

/** What DESCRIBE shows of columns. @param rows name, type and comment of each. */
export function shownColumns(rows: readonly Cell[][], partitions: readonly Cell[][]): Shown {
  const columns = ['col_name', 'data_type', 'comment'].map((name) => ({ name, typeText: 'string' }));
  const headings: Cell[][] = [
    ['# Partition Information', '', ''],
    ['# col_name', 'data_type', 'comment'],
  ];
  return { columns, rows: partitions.length === 0 ? rows : [...rows, ...headings, ...partitions] };
}

/** DESCRIBE QUERY, and DESCRIBE of a temporary view. Rejects as binding the query does. */
export async function describeQuery(run: Run, { query, within }: AskedQuery, folder: string): Promise<StatementEffect> {
  const started = performance.now();
  const bound = await bindQuery(within ?? run, query, folder);
  const shown = shownColumns(columnRows({ columns: bound.columns.map(describedColumn), partitionColumns: [] }), []);
  return { inputs: bound, rows: { ...shown, truncated: false, seconds: (performance.now() - started) / 1000 } };
}

/** The columns that a query would give. Rejects as `describeQuery` does. */
export async function queryColumns(
  run: Run,
  { query, within }: AskedQuery,
  folder: string,
): Promise<readonly DescribedColumn[]> {
  return (await bindQuery(within ?? run, query, folder)).columns.map(describedColumn);
}

/** A query's column as DESCRIBE shows it: with the type of its values. */
export function describedColumn({ name, typeText, notes }: BoundQuery['columns'][number]): DescribedColumn {
  return { name, typeText, ...(notes?.comment === undefined ? {} : { comment: notes.comment }) };
}

/** SHOW COLUMNS: the names of the columns of a table or a view. */
export async function showColumns(
  run: Run,
  { target }: Extract<CompiledStatement, { kind: 'showColumns' }>,
  folder: string,
): Promise<StatementEffect> {
  const started = performance.now();
  const names = await columnNames(run, target, folder);
  const columns = [{ name: 'col_name', typeText: 'string' }];
  const rows = names.map((name): Cell[] => [name]);
  return { rows: { columns, rows, truncated: false, seconds: (performance.now() - started) / 1000 } };
}

async function columnNames(run: Run, target: TableReference, folder: string): Promise<readonly string[]> {
  const view = namesView(run, target);
  if (view) return (await bindQuery(view.within ?? run, view.query, folder)).columns.map(({ name }) => name);
  const found = await run.context.resolver.relation(completeName(run, target));
  if (found.type === 'VIEW') return await viewColumnNames(run, found, folder);
  return (await readVersion(run, found.location)).schema.fields.map(({ name }) => name);
}

/** A view whose columns evolve has those that its query gives now. */
async function viewColumnNames(run: Run, found: ResolvedView, folder: string): Promise<readonly string[]> {
  const { columns, mode } = found.view;
  if (mode !== 'EVOLUTION') return columns.map(({ name }) => name);
  const bound = await bindQuery(withinCatalogView(run, found), await catalogViewQuery(run, found), folder);
  return bound.columns.map(({ name }) => name);
}
