import { ExpectedError } from '../../../base/expected-error.ts';
import { type FoundField, findField, widened } from '../../../delta/column-changes.ts';
import { isMapped } from '../../../delta/column-mapping.ts';
import { columnRules, ruleKeys } from '../../../delta/column-rules.ts';
import { limitedType } from '../../../delta/declared-types.ts';
import { namesStatistics } from '../../../delta/indexed-columns.ts';
import type { DeltaStruct } from '../../../delta/schema.ts';
import { deltaToSpark, sparkToDelta } from '../../../delta/spark-types.ts';
import type { TableDefinition } from '../../../delta/table-properties.ts';
import { typeWideningKey } from '../../../delta/type-widening.ts';
import type { Operation } from '../../../delta/write.ts';
import type { TableAlteration } from '../../../sql/compiled-statement.ts';

/** Changes of columns that leave the data files as they are. */
export type ColumnAlteration = Extract<TableAlteration, { kind: 'renameColumn' | 'dropColumns' | 'setType' }>;

interface Changed {
  readonly definition: TableDefinition;
  readonly operation: Operation;
}

/**
 * RENAME COLUMN, DROP COLUMN and ALTER COLUMN ... TYPE. Undefined where IF EXISTS finds nothing to do.
 * @throws ExpectedError `delta.column-mapping-needed`, `delta.type-widening-not-enabled`, `delta.no-such-column`,
 * `delta.column-exists`, `delta.dependent-column`, `delta.unsupported-alteration`.
 */
export function alterColumns(table: string, before: TableDefinition, change: ColumnAlteration): Changed | undefined {
  switch (change.kind) {
    case 'renameColumn':
      return renamed(table, before, change);
    case 'dropColumns':
      return dropped(table, before, change);
    case 'setType':
      return retyped(table, before, change);
  }
}

type Change<K extends ColumnAlteration['kind']> = Extract<ColumnAlteration, { kind: K }>;

function renamed(table: string, before: TableDefinition, { path, name }: Change<'renameColumn'>): Changed {
  checkMapped(table, before, 'RENAME COLUMN');
  const found = fieldAt(table, before.schema, path);
  const other = found.siblings.find((field) => field !== found.field && same(field.name, name));
  if (other) throw exists(table, name);
  checkIndependent(table, before, found);
  const rename = (column: string): string => (path.length === 1 && column === found.field.name ? name : column);
  const { clusteringColumns = [] } = before;
  return {
    definition: {
      ...before,
      schema: found.replaced([{ ...found.field, name }]),
      partitionColumns: before.partitionColumns.map(rename),
      clusteringColumns: clusteringColumns.map(rename),
    },
    operation: {
      name: 'RENAME COLUMN',
      parameters: { oldColumnPath: found.path.join('.'), newColumnPath: [...found.path.slice(0, -1), name].join('.') },
    },
  };
}

function dropped(table: string, before: TableDefinition, change: Change<'dropColumns'>): Changed | undefined {
  checkMapped(table, before, 'DROP COLUMN');
  let { schema } = before;
  const gone: string[] = [];
  for (const path of change.paths) {
    if (change.ifExists && !findField(schema, path)) continue;
    const found = fieldAt(table, schema, path);
    const { name } = found.field;
    const { partitionColumns, clusteringColumns = [] } = before;
    if (path.length === 1 && [...partitionColumns, ...clusteringColumns].includes(name))
      throw unsupported(table, name, 'be dropped: the table is partitioned or clustered by it');
    if (found.siblings.length === 1) throw unsupported(table, path.join('.'), 'be dropped: no column would be left');
    checkIndependent(table, { ...before, schema }, found);
    schema = found.replaced([]);
    gone.push(found.path.join('.'));
  }
  if (gone.length === 0) return undefined;
  return {
    definition: { ...before, schema },
    operation: { name: 'DROP COLUMNS', parameters: { columns: JSON.stringify(gone) } },
  };
}

function retyped(table: string, before: TableDefinition, { path, typeText }: Change<'setType'>): Changed | undefined {
  if (before.configuration?.[typeWideningKey] !== 'true')
    throw new ExpectedError({
      code: 'delta.type-widening-not-enabled',
      message: `The type of ${path.join('.')} of ${table} cannot be changed: the table does not have type widening (DELTA_UNSUPPORTED_ALTER_TABLE_CHANGE_COL_OP).`,
      nextStep: "Write ALTER TABLE ... SET TBLPROPERTIES ('delta.enableTypeWidening' = 'true') first.",
    });
  const [top = ''] = path;
  const limited = /char\s*\(/i.test(`${limitedType(fieldAt(table, before.schema, [top]).field) ?? ''} ${typeText}`);
  if (limited) throw unsupported(table, path.join('.'), `become ${typeText}: the length of a text is not changed here`);
  const to = sparkToDelta(typeText);
  const outcome = widened(before.schema, path, to);
  if (!outcome) throw absent(table, path.join('.'));
  if ('refused' in outcome)
    throw unsupported(table, path.join('.'), `become ${deltaToSpark(to)}: it is ${deltaToSpark(outcome.refused)}`);
  if (JSON.stringify(outcome.schema) === JSON.stringify(before.schema)) return undefined;
  const [column = ''] = path;
  checkIndependent(table, before, fieldAt(table, before.schema, [column]));
  return {
    definition: { ...before, schema: outcome.schema },
    operation: {
      name: 'CHANGE COLUMN',
      parameters: { column: JSON.stringify({ name: path.join('.'), type: deltaToSpark(to) }) },
    },
  };
}

function checkMapped(table: string, { configuration = {} }: TableDefinition, what: string): void {
  if (isMapped(configuration)) return;
  throw new ExpectedError({
    code: 'delta.column-mapping-needed',
    message: `${what} on ${table} needs column mapping, for its files name the columns (DELTA_UNSUPPORTED_${what.replace(' ', '_')}).`,
    nextStep: "Write ALTER TABLE ... SET TBLPROPERTIES ('delta.columnMapping.mode' = 'name') first.",
  });
}

/** Constraints, generated columns and the properties name columns: as in Delta, these must be changed first. */
function checkIndependent(table: string, { schema, configuration = {} }: TableDefinition, found: FoundField): void {
  const { name, metadata } = found.field;
  const constraints = Object.entries(configuration).filter(([key]) => key.startsWith('delta.constraints.'));
  const generated = columnRules(schema).generated.map(({ column, sql }): [string, string] => [column, sql]);
  const user = [...constraints, ...generated].find(([column, sql]) => column !== name && mentions(sql, name));
  const own = ruleKeys.generation in metadata || ruleKeys.invariants in metadata;
  if (!user && !own && !namesStatistics(configuration, found.path)) return;
  throw new ExpectedError({
    code: 'delta.dependent-column',
    message: `${found.path.join('.')} of ${table} cannot be changed: ${user?.[0] ?? (own ? 'its own rule' : 'delta.dataSkippingStatsColumns')} depends on it (DELTA_CONSTRAINT_DEPENDENT_COLUMN_CHANGE).`,
    nextStep: 'Drop the constraint, the generated column or the property first.',
  });
}

/** Whether a text of SQL has the name as a word; a string that holds it counts too, which refuses rather than breaks a rule. */
function mentions(sql: string, name: string): boolean {
  const quoted = name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`(?<![\\w])${quoted}(?![\\w])`, 'iu').test(sql);
}

function fieldAt(table: string, schema: DeltaStruct, path: readonly string[]): FoundField {
  const found = findField(schema, path);
  if (!found) throw absent(table, path.join('.'));
  return found;
}

function exists(table: string, name: string): ExpectedError {
  return new ExpectedError({
    code: 'delta.column-exists',
    message: `${table} has a column ${name} already.`,
    nextStep: 'Use another name.',
  });
}

function absent(table: string, name: string): ExpectedError {
  return new ExpectedError({
    code: 'delta.no-such-column',
    message: `${table} has no column ${name}.`,
    nextStep: 'Correct the name, or write IF EXISTS where the statement takes it.',
  });
}

function unsupported(table: string, column: string, what: string): ExpectedError {
  return new ExpectedError({
    code: 'delta.unsupported-alteration',
    message: `${column} of ${table} cannot ${what}.`,
    nextStep: 'Write CREATE OR REPLACE TABLE ... AS SELECT with the columns that are wanted.',
  });
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
