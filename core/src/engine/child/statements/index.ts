import { ExpectedError } from '../../../base/expected-error.ts';
import type { CompiledStatement } from '../../../sql/contract.ts';
import { runCatalog } from '../catalog/run-host.ts';
import type { Run } from '../context.ts';
import { completeSchema } from '../names.ts';
import { runProgram } from '../program/run-host.ts';
import { readQuery } from '../query.ts';
import { plannedQuery } from '../relations/planned-query.ts';
import { alterTable } from './alter-table.ts';
import { alterView } from './alter-view.ts';
import { copyInto } from './copy-into.ts';
import { createTable, createTableAs } from './create-table.ts';
import type { StatementEffect } from './effect.ts';
import { describe } from './describe.ts';
import { describeQuery, showColumns } from './described-columns.ts';
import { insert } from './insert.ts';
import { optimize } from './optimize.ts';
import { rename } from './rename.ts';
import { restore } from './restore.ts';
import { showViews } from './show-views.ts';
import { vacuum } from './vacuum.ts';
import { merge } from './merge.ts';
import { createMaterializedView } from './materialized-view.ts';
import { createStreamingTable } from './streaming-table.ts';
import { createTemporaryView } from './temporary-view.ts';
import { deleteAll, deleteRows, update } from './update-delete.ts';
import { createView, drop } from './view.ts';

export type Kind = CompiledStatement['kind'];

/** @param folder files that only this statement needs; removed after it. */
export type ExecuteStatement<K extends Kind> = (
  run: Run,
  statement: Extract<CompiledStatement, { kind: K }>,
  folder: string,
) => Promise<StatementEffect>;

/** Rows of a script's query that are kept for people to see. */
const shownRows = 1000;

/** What the engine does for each kind of statement. */
export const statements: { readonly [K in Kind]: ExecuteStatement<K> } = {
  late: () => {
    throw new Error('a late statement is settled before it is run');
  },
  createFunction: runProgram,
  dropFunction: runProgram,
  declareVariable: runProgram,
  setVariables: runProgram,
  dropVariable: runProgram,
  executeImmediate: runProgram,
  compound: runProgram,
  useCatalog: async (run, { catalog }) => {
    run.current.catalog = catalog;
    run.current.schema = 'default';
    return {};
  },
  useSchema: async (run, { catalog, schema }) => {
    run.current.catalog = catalog ?? run.current.catalog;
    run.current.schema = schema;
    return {};
  },
  query: async (run, { query }, folder) => {
    const bound = await plannedQuery(run, query, folder);
    return {
      inputs: bound,
      rows: await readQuery(run, bound, { maxRows: shownRows }),
    };
  },
  createTableAs,
  createTable,
  insert,
  createTemporaryView,
  createSchema: async (run, { catalog, schema, ifNotExists, comment, location, properties }) => {
    const full = completeSchema(run, catalog, schema);
    const definition = {
      ...(comment === undefined ? {} : { comment }),
      ...(location === undefined ? {} : { location }),
      ...(properties ? { properties } : {}),
    };
    await run.context.resolver.createSchema(full.catalog, full.schema, { ifNotExists, ...definition });
    return {};
  },
  catalog: runCatalog,
  dropSchema: async (run, { catalog, schema, ifExists, cascade }) => {
    const full = completeSchema(run, catalog, schema);
    try {
      await run.context.resolver.dropSchema(full.catalog, full.schema, { cascade });
    } catch (error) {
      const missing = error instanceof ExpectedError && error.code === 'catalog.schema-not-found';
      if (!missing || !ifExists) throw error;
    }
    return {};
  },
  dropTable: drop,
  createView,
  alterView,
  rename,
  showViews,
  createMaterializedView,
  createStreamingTable,
  merge,
  update,
  delete: deleteRows,
  alterTable,
  copyInto,
  describe,
  describeQuery,
  showColumns,
  optimize,
  restore,
  vacuum,
  set: async ({ settings }, { key, value }) => {
    settings.set(key, value);
    return {};
  },
  truncate: (run, statement, folder) => deleteAll(run, statement, folder, 'TRUNCATE'),
};

/** Calls the entry of the statement's kind; the table's type ties the two together, which TypeScript cannot see through. */
export async function executeStatement(
  run: Run,
  statement: CompiledStatement,
  folder: string,
): Promise<StatementEffect> {
  const execute = statements[statement.kind] as ExecuteStatement<Kind>;
  return await execute(run, statement, folder);
}
