import { ExpectedError } from '../../../base/expected-error.ts';
import type { DeltaStruct } from '../../../delta/schema.ts';
import { tableKey, type TableName } from '../../../lake/names.ts';
import { storedKeys, type StoredKey } from '../../../lake/table-keys.ts';
import type { TableKey } from '../../../sql/catalog-command.ts';
import type { Run } from '../context.ts';
import { completeName, nameText } from '../names.ts';

/**
 * A key of a table as the catalog takes it: its columns are there, those of a primary key take no NULL, and a parent has the primary
 * key that is meant. Rejects with `catalog.no-such-column`, `catalog.nullable-key`, `catalog.no-such-key`, `catalog.table-not-found`.
 */
export async function keyToStore(run: Run, table: TableName, schema: DeltaStruct, key: TableKey): Promise<StoredKey> {
  const columns = key.columns.map((name) => {
    const found = schema.fields.find((field) => field.name.toLowerCase() === name.toLowerCase());
    if (!found) throw noColumn(nameText(table), name);
    if (key.kind === 'primary' && found.nullable) throw nullable(nameText(table), found.name);
    return found.name;
  });
  if (key.kind === 'primary') return { kind: 'primary', name: key.name ?? `${table.table}_pk`, columns };
  const parent = completeName(run, key.parent);
  const primary = await primaryKey(run, parent);
  const parentColumns = key.parentColumns ?? primary?.columns ?? [];
  const names = (list: readonly string[]): string => list.map((name) => name.toLowerCase()).join();
  if (!primary || names(primary.columns) !== names(parentColumns)) throw noKey(nameText(parent), parentColumns);
  const name = key.name ?? `${table.table}_${parent.table}_fk`;
  return { kind: 'foreign', name, columns, parent: tableKey(parent), parentColumns: primary.columns };
}

export async function keysOf(run: Run, table: TableName): Promise<readonly StoredKey[]> {
  return storedKeys(await run.context.resolver.objects.table(table));
}

export async function primaryKey(run: Run, table: TableName): Promise<StoredKey | undefined> {
  return (await keysOf(run, table)).find(({ kind }) => kind === 'primary');
}

/** The key of that name, in whatever case; undefined where there is none. */
export async function keyNamed(run: Run, table: TableName, name: string): Promise<StoredKey | undefined> {
  return (await keysOf(run, table)).find((key) => key.name.toLowerCase() === name.toLowerCase());
}

/** `PRIMARY KEY (`a`)`, as Databricks shows a key. */
export function keyText(key: StoredKey): string {
  const list = (names: readonly string[]): string => names.map(quoted).join(', ');
  if (key.kind === 'primary') return `PRIMARY KEY (${list(key.columns)})`;
  const parent = key.parent.split('.').map(quoted).join('.');
  return `FOREIGN KEY (${list(key.columns)}) REFERENCES ${parent} (${list(key.parentColumns)})`;
}

export function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

function noColumn(table: string, column: string): ExpectedError {
  return new ExpectedError({
    code: 'catalog.no-such-column',
    message: `${table} has no column ${column}.`,
    nextStep: 'Correct the name.',
  });
}

function nullable(table: string, column: string): ExpectedError {
  return new ExpectedError({
    code: 'catalog.nullable-key',
    message: `${column} of ${table} takes NULL, and a column of a primary key may not.`,
    nextStep: `Write ALTER TABLE ... ALTER COLUMN ${column} SET NOT NULL before.`,
  });
}

function noKey(parent: string, columns: readonly string[]): ExpectedError {
  return new ExpectedError({
    code: 'catalog.no-such-key',
    message: `${parent} has no primary key of (${columns.join(', ')}), which a foreign key refers to.`,
    nextStep: 'Give it one, or correct the columns.',
  });
}
