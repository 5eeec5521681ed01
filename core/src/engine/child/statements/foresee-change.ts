import { findField, widened } from '../../../delta/column-changes.ts';
import { sparkToDelta } from '../../../delta/spark-types.ts';
import { deltaToDuckdb } from '../../../delta/duckdb-types.ts';
import type { DeltaField, DeltaStruct } from '../../../delta/schema.ts';
import { tableKey } from '../../../lake/names.ts';
import type { CompiledQuery, CompiledStatement, RelationColumn, TableReference } from '../../../sql/contract.ts';
import { completeName, nameText } from '../names.ts';
import { withColumns } from './alter-table.ts';
import { assignments, type StructMatching } from './assignment.ts';
import { type Foresight, foreseeQuery, foreseeTable, type LocalColumns } from './foresee.ts';
import { evolvedSchema } from './evolved-schema.ts';
import { schemaOf } from '../staging.ts';
import { structFields } from './struct-fields.ts';
import { writableTable } from './writable-table.ts';

type Statement<K extends CompiledStatement['kind']> = Extract<CompiledStatement, { kind: K }>;

/** UPDATE and DELETE before they run. */
export async function foreseeChange(
  foresight: Foresight,
  statement: Statement<'update'> | Statement<'delete'>,
): Promise<void> {
  const schema = await foreseeTarget(foresight, statement.target);
  if (!schema) return;
  const query = statement.changes(
    schema.fields.map(({ name }) => name),
    undefined,
    structFields(schema),
  );
  await foreseeRows(foresight, statement.target, query, { target: targetColumns(schema) }, schema.fields);
}

/** MERGE before it runs: its source, its conditions and the rows of each clause. */
export async function foreseeMerge(foresight: Foresight, statement: Statement<'merge'>): Promise<void> {
  const before = await foreseeTarget(foresight, statement.target);
  const source = await foreseeQuery(foresight, statement.source);
  if (!before || !source) return;
  const given = schemaOf(source.bound);
  const schema = statement.evolves ? evolvedSchema(before, given, statement.brings) : before;
  const columns = {
    target: schema.fields.map(({ name }) => name),
    source: given.fields.map(({ name }) => name),
    fields: structFields(schema),
    sourceFields: structFields(given),
  };
  const { matches, newRows, oldRows, clauses } = statement.plan(columns);
  const number = (name: string): RelationColumn => ({ name, duckdbType: 'BIGINT' });
  const locals: LocalColumns = {
    target: [...targetColumns(schema), number('__pair')],
    source: [...source.columns, number('__source_row')],
  };
  const structs = statement.evolves ? 'byNameOrNull' : 'byName';
  for (const query of [matches, newRows, oldRows]) await foreseeQuery(foresight, query, locals);
  for (const clause of clauses) {
    if (clause.action === 'delete') continue;
    const wanted = new Set(
      (clause.action === 'insert' ? clause.columns : columns.target).map((name) => name.toLowerCase()),
    );
    const fields = schema.fields.filter(({ name }) => wanted.has(name.toLowerCase()));
    await foreseeRows(foresight, statement.target, clause.rows, locals, fields, structs);
  }
  if (schema !== before) foresight.tables.set(tableKey(completeName(foresight.run, statement.target)), schema);
}

/** ALTER TABLE before it runs: what it makes of the columns is there for what follows. */
export async function foreseeAlteration(
  foresight: Foresight,
  { target, change }: Statement<'alterTable'>,
): Promise<void> {
  const schema = await foreseeTarget(foresight, target);
  const name = completeName(foresight.run, target);
  const after = schema && schemaAfter(nameText(name), schema, change);
  if (after) foresight.tables.set(tableKey(name), after);
}

function schemaAfter(
  table: string,
  schema: DeltaStruct,
  change: Statement<'alterTable'>['change'],
): DeltaStruct | undefined {
  switch (change.kind) {
    case 'addColumns':
      return withColumns(table, schema, change.columns);
    case 'renameColumn': {
      const found = findField(schema, change.path);
      return found?.replaced([{ ...found.field, name: change.name }]);
    }
    case 'dropColumns':
      return change.paths.reduce((before, path) => findField(before, path)?.replaced([]) ?? before, schema);
    case 'setType': {
      const outcome = widened(schema, change.path, sparkToDelta(change.typeText));
      return outcome && 'schema' in outcome ? outcome.schema : undefined;
    }
    case 'setProperties':
    case 'unsetProperties':
    case 'addCheck':
    case 'dropConstraint':
    case 'setNullable':
    case 'setDefault':
    case 'setComment':
    case 'setTableComment':
    case 'clusterBy':
      return undefined;
  }
}

export async function foreseeTarget(foresight: Foresight, target: TableReference): Promise<DeltaStruct | undefined> {
  const name = completeName(foresight.run, target);
  if (!foresight.tables.has(tableKey(name))) await writableTable(foresight.run, name);
  return await foreseeTable(foresight, name);
}

/** Binds the rows that will be written, and finds a value that its column will not take. */
async function foreseeRows(
  foresight: Foresight,
  target: TableReference,
  query: CompiledQuery,
  locals: LocalColumns,
  fields: readonly DeltaField[],
  structs: StructMatching = 'byName',
): Promise<void> {
  const rows = await foreseeQuery(foresight, query, locals);
  const values = new Map(rows?.bound.columns.map((column) => [column.name.toLowerCase(), column]));
  const table = nameText(completeName(foresight.run, target));
  if (rows) assignments(foresight.run, table, fields, ({ name }) => values.get(name.toLowerCase()), structs);
}

function targetColumns(schema: DeltaStruct): RelationColumn[] {
  const columns = schema.fields.map(({ name, type }) => ({ name, duckdbType: deltaToDuckdb(type) }));
  return [...columns, { name: '__target_file', duckdbType: 'VARCHAR' }, { name: '__target_row', duckdbType: 'BIGINT' }];
}
