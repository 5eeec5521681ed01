import type { AddFile } from '../../../delta/actions.ts';
import type { TableInfo } from '../../../lake/unity-catalog.ts';
import type { CatalogCommand } from '../../../sql/catalog-command.ts';
import type { Run } from '../context.ts';
import { completeName } from '../names.ts';
import type { Inputs } from '../relations/bind.ts';
import { checkFormat, readVersion, versionOf } from '../relations/table.ts';
import type { Statistics } from './host.ts';

/** Where Spark's catalogs keep what ANALYZE TABLE found. */
const PREFIX = 'spark.sql.statistics.';

/** ANALYZE TABLE: what the table's log says of its files, kept with the table in the catalog. */
export async function analyze(
  run: Run,
  { target, scans, columns }: Extract<CatalogCommand, { kind: 'analyze' }>,
  inputs: Inputs,
): Promise<void> {
  const { resolver } = run.context;
  const name = completeName(run, target);
  const table = await resolver.table(name);
  checkFormat(table);
  const snapshot = await readVersion(run, table.location);
  inputs.reads.push(versionOf(table, snapshot.version));
  const there = snapshot.schema.fields.map((field) => field.name.toLowerCase());
  const asked = columns === 'all' ? there : columns.map((column) => column.toLowerCase());
  const bytes = snapshot.files.reduce((sum, { size }) => sum + size, 0);
  const rows = scans ? rowsIn(snapshot.files) : undefined;
  const { properties = {} } = await resolver.objects.table(table.name);
  const others = Object.entries(properties).filter(([key]) => !key.startsWith(PREFIX));
  const found = {
    [`${PREFIX}totalSize`]: String(bytes),
    ...(rows === undefined ? {} : { [`${PREFIX}numRows`]: String(rows) }),
    ...Object.fromEntries(asked.map((column) => [`${PREFIX}colStats.${column}.version`, '2'])),
  };
  await resolver.objects.changeTable(table.name, { properties: { ...Object.fromEntries(others), ...found } });
}

/** What the catalog keeps of ANALYZE TABLE. */
export function statisticsOf({ properties = {} }: TableInfo): Statistics | undefined {
  const bytes = properties[`${PREFIX}totalSize`];
  if (bytes === undefined) return undefined;
  const rows = properties[`${PREFIX}numRows`];
  const columns = Object.keys(properties).flatMap(
    (key) => /^spark\.sql\.statistics\.colStats\.(.*)\.version$/.exec(key)?.[1] ?? [],
  );
  return { bytes: Number(bytes), columns, ...(rows === undefined ? {} : { rows: Number(rows) }) };
}

/** Rows by the statistics of the files; undefined where a file has none. */
function rowsIn(files: readonly AddFile[]): number | undefined {
  let rows = 0;
  for (const { stats, deletionVector } of files) {
    const { numRecords } = JSON.parse(stats ?? '{}') as { numRecords?: number };
    if (numRecords === undefined) return undefined;
    rows += numRecords - (deletionVector?.cardinality ?? 0);
  }
  return rows;
}
