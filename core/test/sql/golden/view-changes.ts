import type { CompiledQuery } from '@medallion/core/sql/contract.ts';
import type { Bound } from './binder.ts';
import { CATALOG } from './scratch-catalog.ts';
import { exists, notRun } from './session-errors.ts';
import type { Place, Statement } from './table-changes.ts';

export async function createTemporaryView(
  { catalog, binder }: Place,
  statement: Statement<'createTemporaryView'>,
): Promise<void> {
  const key = statement.name.toLowerCase();
  if (catalog.views.has(key) && !statement.orReplace) throw exists(statement.name);
  const { columns } = await binder.bind(statement.query);
  catalog.views.set(key, withColumns(statement.query, columns));
  catalog.trust(key);
}

export async function createPermanentView(
  { catalog, binder }: Place,
  statement: Statement<'createView'>,
): Promise<void> {
  const key = catalog.key(statement.target);
  if (catalog.tables.has(key)) throw exists(key);
  if (catalog.views.has(key) && statement.mode === 'create') throw exists(key);
  if (catalog.views.has(key) && statement.mode === 'createIfNotExists') return;
  const ofSession = statement.query.relations.find((one) => one.kind === 'table' && catalog.temporaryView(one.table));
  if (ofSession) throw notRun('a view over a temporary view');
  const { columns } = await binder.bind(statement.query);
  catalog.views.set(key, withColumns(statement.query, columns));
  catalog.described.set(key, {
    type: 'VIEW',
    columns: columns.map((column, at) => ({ ...statement.columns?.[at], ...column })),
    partitionColumns: [],
    properties: statement.properties,
    ...(statement.comment === undefined ? {} : { comment: statement.comment }),
    view: {
      text: statement.definition,
      schemaMode: 'COMPENSATION',
      home: { catalog: CATALOG, schema: catalog.schema },
      ...(statement.columns ? {} : { outputColumns: columns.map(({ name }) => name) }),
    },
  });
  catalog.trust(statement.target.table);
}

/** A view has the columns that it was made with, whatever its tables become. */
function withColumns(query: CompiledQuery, columns: Bound['columns']): CompiledQuery {
  const made = columns.map(({ name, typeText }) => `${name}:${typeText}`.toLowerCase()).join();
  return {
    relations: query.relations,
    bind: (columnsOf) => {
      const bound = query.bind(columnsOf);
      const now = bound.columns.map(({ name, typeText }) => `${name}:${typeText}`.toLowerCase()).join();
      if (now !== made) throw notRun('a view whose tables have changed');
      return bound;
    },
  };
}
