import { ExpectedError } from '../../../base/expected-error.ts';
import type { CatalogCommand, PartitionSpec } from '../../../sql/catalog-command.ts';
import type { CatalogHost, Partition } from './host.ts';
import { shown, type Shown } from './shown.ts';

/** SHOW PARTITIONS: `a=x/b=1` of each partition, those alone that a specification fits. */
export async function showPartitions(
  host: CatalogHost,
  { target, partition = new Map() }: Extract<CatalogCommand, { kind: 'showPartitions' }>,
): Promise<Shown> {
  const { table, partitionColumns, type } = await host.relation(target);
  if (type === 'VIEW') throw refused(`${table} is a view, which has no partitions.`, 'Name a table.');
  if (partitionColumns.length === 0) throw refused(`${table} is not partitioned.`, 'Name a table that is.');
  const known = partitionColumns.map((name) => name.toLowerCase());
  const missing = [...partition.keys()].find((name) => !known.includes(name.toLowerCase()));
  if (missing !== undefined)
    throw refused(`${table} has no partition column ${missing}.`, `It has ${partitionColumns.join(', ')}.`);
  const found = (await host.partitions(target)).filter((one) => fits(one, partition)).map(pathOf);
  return shown(
    'partition:string',
    found.sort().map((path) => [path]),
  );
}

function fits(partition: Partition, specification: PartitionSpec): boolean {
  return [...specification].every(([name, wanted]) => {
    const value = partition.find(([column]) => column.toLowerCase() === name.toLowerCase())?.[1] ?? null;
    return wanted === undefined || wanted === value;
  });
}

function pathOf(partition: Partition): string {
  return partition
    .map(([name, value]) => `${escaped(name)}=${value === null || value === '' ? NO_VALUE : escaped(value)}`)
    .join('/');
}

const NO_VALUE = '__HIVE_DEFAULT_PARTITION__';

/** As Hive writes names in paths (`ExternalCatalogUtils.escapePathName`). */
function escaped(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is escaped
  return text.replace(/[\u0001-\u001f"#%'*/:=?\\\u007f{[\]^]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  });
}

function refused(message: string, nextStep: string): ExpectedError {
  return new ExpectedError({ code: 'catalog.no-partitions', message, nextStep });
}
