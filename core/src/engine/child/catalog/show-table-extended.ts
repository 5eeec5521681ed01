import { ExpectedError } from '../../../base/expected-error.ts';
import type { CatalogCommand } from '../../../sql/catalog-command.ts';
import type { Cell } from '../../contract.ts';
import { factsOf, namesText } from './facts.ts';
import type { CatalogHost, DescribedRelation } from './host.ts';
import { schemaTree } from './schema-tree.ts';
import { matching, shown, type Shown } from './shown.ts';

/** SHOW TABLE EXTENDED: all that is kept of each table and view, as one text. */
export async function showTableExtended(
  host: CatalogHost,
  { within, pattern, partition }: Extract<CatalogCommand, { kind: 'showTableExtended' }>,
): Promise<Shown> {
  if (partition) throw notEmulated('SHOW TABLE EXTENDED ... PARTITION', 'Write SHOW PARTITIONS.');
  const name = host.schemaName(within?.catalog, within?.schema);
  const tables = matching(await host.relations(name), pattern);
  const views = matching(host.temporaryViews(), pattern);
  if (views.length > 0) throw notEmulated('SHOW TABLE EXTENDED of a temporary view', 'Describe the view.');
  const rows: Cell[][] = [];
  for (const table of tables) {
    const range = { file: '', start: { line: 1, column: 1 }, end: { line: 1, column: 1 } };
    rows.push([name.schema, table, false, information(await host.relation({ ...name, table, range }))]);
  }
  return shown('namespace:string tableName:string isTemporary:boolean information:string', rows);
}

function information(relation: DescribedRelation): string {
  const { partitionColumns, columns } = relation;
  const facts = factsOf(relation).map(({ title, value }) => `${value === '' ? title : `${title}: ${value}`}\n`);
  const partitions = partitionColumns.length > 0 ? `Partition Columns: ${namesText(partitionColumns)}\n` : '';
  return `${facts.join('')}${partitions}Schema: ${schemaTree(columns)}\n`;
}

function notEmulated(what: string, nextStep: string): ExpectedError {
  return new ExpectedError({ code: 'sql.not-emulated', message: `${what} is not emulated locally.`, nextStep });
}
