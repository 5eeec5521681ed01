import { ExpectedError } from '../../../base/expected-error.ts';
import type { Snapshot } from '../../../delta/actions.ts';
import { mappedSchema, mappingModeKey, physicalName } from '../../../delta/column-mapping.ts';
import { columnMapping } from '../../../delta/protocol.ts';
import { columnRules, ruleKeys } from '../../../delta/column-rules.ts';
import { lakeTableStore } from '../../../delta/lake-store.ts';
import type { DeltaField, DeltaStruct } from '../../../delta/schema.ts';
import { declaredField } from '../../../delta/declared-types.ts';
import type { TableDefinition } from '../../../delta/table-properties.ts';
import type { RowDemands } from '../../../delta/write-requirements.ts';
import { type Operation, writeTable } from '../../../delta/write.ts';
import type { TableAlteration } from '../../../sql/compiled-statement.ts';
import type { CompiledStatement } from '../../../sql/contract.ts';
import { keyNamed } from '../catalog/table-keys.ts';
import type { Run } from '../context.ts';
import { completeName, nameText } from '../names.ts';
import { requireUnguarded } from '../relations/policies.ts';
import { readVersion, tableScan, versionOf } from '../relations/table.ts';
import { parquetRowsWriter } from '../staging.ts';
import { alterColumns } from './alter-columns.ts';
import { checkRules } from './column-values.ts';
import { columnInfos } from './create-table.ts';
import type { StatementEffect } from './effect.ts';
import { checkRequirements } from './requirements.ts';
import { writableTable } from './writable-table.ts';

type AlterTable = Extract<CompiledStatement, { kind: 'alterTable' }>;

/** What an alteration makes of a table: its new definition, what its rows must already fulfil, and its name in the history. */
interface Altered {
  readonly definition: TableDefinition;
  readonly demands?: RowDemands;
  readonly operation: Operation;
}

/** ALTER TABLE: one commit that changes no row. Rejects with `delta.column-exists`, `delta.no-such-column`, `delta.constraint-exists`, ... */
export async function alterTable(run: Run, { target, change }: AlterTable, folder: string): Promise<StatementEffect> {
  const table = await writableTable(run, completeName(run, target));
  if (change.kind === 'renameColumn' || change.kind === 'dropColumns') requireUnguarded(table, 'Other columns of');
  const snapshot = await readVersion(run, table.location);
  const inputs = { reads: [versionOf(table, snapshot.version)], readFiles: [], readPaths: [] };
  if (change.kind === 'dropConstraint' && !(constraintKey(change.name) in snapshot.metadata.configuration)) {
    const key = await keyNamed(run, table.name, change.name);
    if (key) await run.context.resolver.keys.drop(table.name, key.name, { cascade: false });
    if (key) return { inputs };
  }
  const altered = alter(nameText(table.name), snapshot, change);
  if (!altered) return { inputs };
  if (change.kind === 'setDefault')
    await checkRules(run, altered.definition.schema, columnRules(altered.definition.schema));
  if (altered.demands) {
    const scope = await run.session.createScope();
    const rows = run.session.qualified(scope, '__rows_there');
    const sql = await tableScan(run.context, table.location, snapshot, run.signal);
    await run.session.run(`CREATE VIEW ${rows} AS ${sql}`);
    await checkRequirements(run, nameText(table.name), { table: rows }, altered.demands);
  }
  const { definition, operation } = altered;
  const store = lakeTableStore(run.context.storage, table.location);
  const options = {
    writeParquetRows: parquetRowsWriter(run.session, folder),
    ...(run.signal ? { signal: run.signal } : {}),
  };
  const { version } = await writeTable(
    store,
    { kind: 'alter', snapshot, definition, operation, files: [], readsRows: altered.demands !== undefined },
    options,
  );
  await run.context.resolver.updateColumns(table, columnInfos(definition.schema));
  return { inputs, written: { ...versionOf(table, version), rows: 0, files: 0, bytes: 0, checks: [] } };
}

/** Undefined where IF EXISTS finds nothing to do. */
function alter(table: string, snapshot: Snapshot, change: TableAlteration): Altered | undefined {
  const before = definitionOf(snapshot);
  const { schema, configuration = {} } = before;
  const configured = (next: Readonly<Record<string, string>>, operation: Operation): Altered => ({
    definition: { ...before, configuration: next },
    operation,
  });
  switch (change.kind) {
    case 'addColumns':
      return {
        definition: { ...before, schema: mappedSchema(withColumns(table, schema, change.columns), configuration) },
        operation: { name: 'ADD COLUMNS', parameters: { columns: JSON.stringify(change.columns) } },
      };
    case 'setTableComment':
      return {
        definition: { ...before, description: change.comment },
        operation: setProperties({ comment: change.comment }),
      };
    case 'setProperties': {
      const properties = Object.fromEntries(change.properties);
      const operation = setProperties(properties);
      const next = { ...configuration, ...properties };
      checkMappingMode(table, configuration, next);
      // The files that are there have the columns by their own names.
      return { definition: { ...before, configuration: next, schema: mappedSchema(schema, next, 'kept') }, operation };
    }
    case 'unsetProperties': {
      const missing = change.names.find((name) => !(name in configuration));
      if (missing !== undefined && !change.ifExists) throw absent(table, 'property', missing);
      const kept = Object.entries(configuration).filter(([name]) => !change.names.includes(name));
      checkMappingMode(table, configuration, Object.fromEntries(kept));
      const parameters = { properties: JSON.stringify(change.names), ifExists: String(change.ifExists) };
      return configured(Object.fromEntries(kept), { name: 'UNSET TBLPROPERTIES', parameters });
    }
    case 'addCheck': {
      const { name, condition } = change;
      const key = constraintKey(name);
      if (key in configuration) throw exists(table, 'constraint', name);
      const operation = { name: 'ADD CONSTRAINT', parameters: { name, expr: condition } };
      const demands = { notNull: [], constraints: [{ name, sql: condition }] };
      return { ...configured({ ...configuration, [key]: condition }, operation), demands };
    }
    case 'dropConstraint': {
      const key = constraintKey(change.name);
      if (!(key in configuration) && change.ifExists) return undefined;
      if (!(key in configuration)) throw absent(table, 'constraint', change.name);
      const kept = Object.entries(configuration).filter(([name]) => name !== key);
      return configured(Object.fromEntries(kept), { name: 'DROP CONSTRAINT', parameters: { name: change.name } });
    }
    case 'setNullable': {
      const { column, nullable } = change;
      const altered = changeColumn(table, before, column, (field) => ({ ...field, nullable }));
      return nullable
        ? altered
        : { ...altered, demands: { notNull: [fieldNamed(table, schema, column).name], constraints: [] } };
    }
    case 'setDefault': {
      const { column, sql } = change;
      return changeColumn(table, before, column, (field) => {
        const others = Object.entries(field.metadata).filter(([key]) => key !== ruleKeys.default);
        const own: [string, unknown][] = sql === undefined ? [] : [[ruleKeys.default, sql]];
        return { ...field, metadata: Object.fromEntries([...others, ...own]) };
      });
    }
    case 'setComment':
      return changeColumn(table, before, change.column, (field) => ({
        ...field,
        metadata: { ...field.metadata, comment: change.comment },
      }));
    case 'renameColumn':
    case 'dropColumns':
    case 'setType':
      return alterColumns(table, before, change);
    case 'clusterBy': {
      const columns = change.columns.map((name) => fieldNamed(table, schema, name).name);
      const parameters = { newClusteringColumns: columns.join(',') };
      return { definition: { ...before, clusteringColumns: columns }, operation: { name: 'CLUSTER BY', parameters } };
    }
  }
}

function setProperties(properties: Readonly<Record<string, string>>): Operation {
  return { name: 'SET TBLPROPERTIES', parameters: { properties: JSON.stringify(properties) } };
}

/** The columns that ALTER TABLE ... ADD COLUMNS gives. @throws ExpectedError `delta.column-exists`, `delta.unsupported-alteration`. */
export function withColumns(
  table: string,
  schema: DeltaStruct,
  columns: Extract<TableAlteration, { kind: 'addColumns' }>['columns'],
): DeltaStruct {
  const added = columns.map(({ name, typeText, nullable, comment, rule }): DeltaField => {
    if (rule) throw ruledColumn(table, name);
    if (schema.fields.some((field) => field.name.toLowerCase() === name.toLowerCase()))
      throw exists(table, 'column', name);
    if (!nullable) throw notNullColumn(table, name);
    const { type, metadata } = declaredField(typeText);
    return { name, type, nullable, metadata: { ...metadata, ...(comment === undefined ? {} : { comment }) } };
  });
  return { type: 'struct', fields: [...schema.fields, ...added] };
}

function changeColumn(
  table: string,
  before: TableDefinition,
  column: string,
  change: (field: DeltaField) => DeltaField,
): Altered {
  const found = fieldNamed(table, before.schema, column);
  const fields = before.schema.fields.map((field) => (field === found ? change(field) : field));
  const operation = { name: 'CHANGE COLUMN', parameters: { column: JSON.stringify(change(found)) } };
  return { definition: { ...before, schema: { type: 'struct', fields } }, operation };
}

/** The definition that a version has, to be changed in a part. */
function definitionOf(snapshot: Snapshot): TableDefinition {
  const { schema, metadata } = snapshot;
  return {
    schema,
    partitionColumns: metadata.partitionColumns,
    clusteringColumns: clusteringColumns(snapshot),
    configuration: metadata.configuration,
    ...(metadata.description === undefined ? {} : { description: metadata.description }),
  };
}

/** The names of the columns by which a table is clustered. */
export function clusteringColumns({ location, schema, metadata, domains }: Snapshot): string[] {
  const clustering = domains.get('delta.clustering');
  const { clusteringColumns: columns = [] } =
    clustering && !clustering.removed
      ? (JSON.parse(clustering.configuration) as { clusteringColumns?: readonly (readonly string[])[] })
      : {};
  const mapping = columnMapping(location, metadata);
  const logical = ([name = '', ...inside]: readonly string[]): string =>
    [schema.fields.find((field) => physicalName(field, mapping) === name)?.name ?? name, ...inside].join('.');
  return columns.map(logical);
}

/** A table may begin to name its columns in files otherwise; to go back would need them written anew. */
function checkMappingMode(
  table: string,
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): void {
  const [from, to] = [before, after].map((configuration) => configuration[mappingModeKey] ?? 'none');
  if (from === to || (from === 'none' && to === 'name')) return;
  throw new ExpectedError({
    code: 'delta.unsupported-alteration',
    message: `The column mapping of ${table} cannot change from ${from ?? ''} to ${to ?? ''} (DELTA_UNSUPPORTED_COLUMN_MAPPING_MODE_CHANGE).`,
    nextStep: 'Write CREATE OR REPLACE TABLE ... AS SELECT with the mode that is wanted.',
  });
}

function constraintKey(name: string): string {
  return `delta.constraints.${name.toLowerCase()}`;
}

function fieldNamed(table: string, schema: DeltaStruct, name: string): DeltaField {
  const found = schema.fields.find((field) => field.name.toLowerCase() === name.toLowerCase());
  if (!found) throw absent(table, 'column', name);
  return found;
}

function exists(table: string, kind: 'column' | 'constraint', name: string): ExpectedError {
  return new ExpectedError({
    code: `delta.${kind}-exists`,
    message: `${table} has a ${kind} ${name} already.`,
    nextStep: `Use another name, or leave the statement out.`,
  });
}

function absent(table: string, kind: 'column' | 'constraint' | 'property', name: string): ExpectedError {
  return new ExpectedError({
    code: `delta.no-such-${kind}`,
    message: `${table} has no ${kind} ${name}.`,
    nextStep: 'Correct the name, or write IF EXISTS where the statement takes it.',
  });
}

function ruledColumn(table: string, name: string): ExpectedError {
  return new ExpectedError({
    code: 'delta.unsupported-alteration',
    message: `${name} cannot be added to ${table} with a default or as a generated column: the rows that are there have no value for it.`,
    nextStep: 'Add it without, then write ALTER TABLE ... ALTER COLUMN ... SET DEFAULT.',
  });
}

function notNullColumn(table: string, name: string): ExpectedError {
  return new ExpectedError({
    code: 'delta.unsupported-alteration',
    message: `${name} cannot be added to ${table} as NOT NULL: the rows that are there have no value for it.`,
    nextStep: 'Add it without NOT NULL, fill it, then write ALTER TABLE ... ALTER COLUMN ... SET NOT NULL.',
  });
}
