import { tableKey } from '../../../lake/names.ts';
import type { CompiledStatement, TableReference } from '../../../sql/contract.ts';
import type { Run } from '../context.ts';
import { completeName, completeSchema, nameText } from '../names.ts';
import { namesView } from './described-columns.ts';
import { copyShape } from './copy-into.ts';
import { declaredSchema, existingTable, keeps, tableExists } from './create-table.ts';
import { type Foresight, foreseenSchema, foreseeQuery, foreseeTable, hasEffect } from './foresee.ts';
import { datasetSchema } from './dataset.ts';
import { located } from './located.ts';
import { alignedSelect } from './insert.ts';
import { writableTable } from './writable-table.ts';
import { foreseeCatalog } from './foresee-catalog.ts';
import { foreseeAlteration, foreseeChange, foreseeMerge, foreseeTarget } from './foresee-change.ts';
import {
  beyondForesight,
  foreseeAssignment,
  foreseeDeclare,
  foreseeDropFunction,
  foreseeDropVariable,
  foreseeFunction,
  foreseeLate,
} from './foresee-program.ts';
import { temporaryViewKey } from '../temporary-names.ts';
import { foreseeAlterView, foreseeRename, foreseeTemporaryView, foreseeView } from './foresee-view.ts';

type Kind = CompiledStatement['kind'];
type Statement<K extends Kind> = Extract<CompiledStatement, { kind: K }>;
type Check<K extends Kind> = (foresight: Foresight, statement: Statement<K>) => Promise<unknown>;

/** For each kind of statement: refuse what will be refused, and note what later statements will find. Nothing is changed. */
const checks: { readonly [K in Kind]: Check<K> } = {
  late: async () => beyondForesight,
  createFunction: foreseeFunction,
  dropFunction: foreseeDropFunction,
  declareVariable: foreseeDeclare,
  setVariables: foreseeAssignment,
  dropVariable: foreseeDropVariable,
  executeImmediate: async () => beyondForesight,
  compound: async () => beyondForesight,
  useCatalog: async ({ run }, { catalog }) => {
    run.current.catalog = catalog;
    run.current.schema = 'default';
  },
  useSchema: async ({ run }, { catalog, schema }) => {
    run.current.catalog = catalog ?? run.current.catalog;
    run.current.schema = schema;
  },
  query: async (foresight, { query }) => {
    await foreseeQuery(foresight, query);
  },
  createTableAs: async (foresight, statement) => {
    if (await staysAsItIs(foresight, statement)) return;
    const key = tableKey(completeName(foresight.run, statement.target));
    foresight.tables.set(key, foreseenSchema(await foreseeQuery(foresight, statement.query)));
  },
  createTable: async (foresight, statement) => {
    if (await staysAsItIs(foresight, statement)) return;
    foresight.tables.set(tableKey(completeName(foresight.run, statement.target)), declaredSchema(statement));
  },
  insert: async (foresight, statement) => {
    const name = completeName(foresight.run, statement.target);
    if (!foresight.tables.has(tableKey(name))) await writableTable(foresight.run, name);
    const target = await foreseeTable(foresight, name);
    const query = await foreseeQuery(foresight, statement.query);
    if (target && query) alignedSelect(foresight.run, nameText(name), statement, query.bound, target);
  },
  merge: foreseeMerge,
  update: foreseeChange,
  delete: foreseeChange,
  alterTable: foreseeAlteration,
  describe: async (foresight, { target }) => {
    await foreseeTable(foresight, completeName(foresight.run, target));
  },
  catalog: foreseeCatalog,
  describeQuery: async (foresight, { query }) => {
    await foreseeQuery(foresight, query);
  },
  showColumns: async (foresight, { target }) => {
    if (!namesView(foresight.run, target)) await foreseeNamedColumns(foresight, target);
  },
  copyInto: async (foresight, statement) => {
    const target = await foreseeTarget(foresight, statement.target);
    const query = await foreseeQuery(foresight, statement.query);
    if (!target || !query) return;
    const name = completeName(foresight.run, statement.target);
    const { schema } = copyShape(foresight.run, nameText(name), statement, query.bound.columns, target);
    foresight.tables.set(tableKey(name), schema);
  },
  optimize: foreseeNamed,
  vacuum: foreseeNamed,
  set: async () => {},
  truncate: foreseeNamed,
  restore: async (foresight, statement) => {
    await foreseeNamed(foresight, statement);
    // Which columns that version had, only its run tells.
    foresight.tables.set(tableKey(completeName(foresight.run, statement.target)), 'unknown');
  },
  createTemporaryView: foreseeTemporaryView,
  createView: foreseeView,
  alterView: foreseeAlterView,
  rename: foreseeRename,
  showViews: async () => {},
  createMaterializedView: foreseeDataset,
  createStreamingTable: foreseeDataset,
  createSchema: async ({ run, tables }, { catalog, schema }) => {
    tables.set(tableKey({ ...completeSchema(run, catalog, schema), table: '' }), 'unknown');
  },
  dropSchema: async ({ run, tables }, { catalog, schema }) => {
    const dropped = completeSchema(run, catalog, schema);
    const prefix = tableKey({ ...dropped, table: '' });
    for (const key of tables.keys()) if (key.startsWith(prefix)) tables.set(key, 'unknown');
    tables.set(prefix, 'unknown');
  },
  dropTable: async ({ run, tables }, { target }) => {
    const temporary = temporaryViewKey(target);
    if (temporary !== undefined && run.views.delete(temporary)) return;
    tables.set(tableKey(completeName(run, target)), 'unknown');
  },
};

/** A table or a view of the catalog whose columns are asked for. */
async function foreseeNamedColumns({ run, tables }: Foresight, target: TableReference): Promise<void> {
  const name = completeName(run, target);
  if (!tables.has(tableKey(name))) await run.context.resolver.relation(name);
}

/** The table is there, and may be named here. */
async function foreseeNamed(foresight: Foresight, { target }: { readonly target: TableReference }): Promise<void> {
  await foreseeTarget(foresight, target);
}

async function foreseeDataset(
  foresight: Foresight,
  statement: Statement<'createMaterializedView' | 'createStreamingTable'>,
): Promise<void> {
  const query = await foreseeQuery(foresight, statement.query);
  const hidden = statement.expectations.map(({ column }) => column);
  if (query) datasetSchema(statement, query.bound.columns);
  foresight.tables.set(tableKey(completeName(foresight.run, statement.target)), foreseenSchema(query, hidden));
}

/** CREATE TABLE IF NOT EXISTS that will find a table; a plain CREATE TABLE that will find one is refused. */
async function staysAsItIs(
  { run, tables }: Foresight,
  statement: Statement<'createTableAs'> | Statement<'createTable'>,
): Promise<boolean> {
  const name = completeName(run, statement.target);
  const known = tables.get(tableKey(name));
  // A schema that this script makes or drops (a table without a name stands for it) is not to be asked for its tables yet.
  if (known === 'unknown' || (!known && tables.has(tableKey({ ...name, table: '' })))) return false;
  if (!known) return (await existingTable(run, statement)) !== undefined && keeps(statement);
  if (statement.mode === 'create') throw tableExists(name, statement);
  return keeps(statement);
}

/**
 * Checks a whole script before its first statement has an effect, as far as the lake tells already: names, types, columns. What
 * is found rejects, at its statement's place, as the statement itself would; what depends on rows is left to the statement. A program
 * is checked up to the first statement whose text its run computes, or that is a script: that may do anything.
 */
export async function checkAhead(run: Run, script: readonly CompiledStatement[]): Promise<void> {
  const first = script.findIndex(hasEffect);
  // Statements before the first effect and that effect itself refuse in time on their own.
  if (first < 0 || first === script.length - 1) return;
  await using folder = await run.context.scratch.create();
  const foreseen: Run = {
    ...run,
    current: { ...run.current },
    views: new Map(run.views),
    program: run.program.copy(),
  };
  const foresight: Foresight = { run: foreseen, folder: folder.path, tables: new Map() };
  for (const statement of script) {
    const told = await located(statement, async () => {
      const now = await foreseeLate(foresight, statement);
      return now ? await (checks[now.kind] as Check<Kind>)(foresight, now) : beyondForesight;
    });
    if (told === beyondForesight) return;
  }
}
