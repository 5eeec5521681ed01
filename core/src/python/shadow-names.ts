import { randomUUID } from 'node:crypto';
import { ExpectedError } from '../base/expected-error.ts';
import { formatTableName, type LakePath, tableKey, type TableName } from '../lake/names.ts';
import type { CachingResolver, ResolvedTable } from '../lake/resolver.ts';

/** A catalog's shadow: what a session writes lies beside the lake, under the same names, and only the session sees it. */
export interface ShadowNames {
  readonly over: (resolver: CachingResolver) => CachingResolver;
  /** The tables that were made, as they are at the end. */
  readonly made: () => readonly ResolvedTable[];
}

/**
 * @param root an empty folder of the lake.
 * @param written keys of the tables that the other side has written: to read one before it is made here would be to read that side's work.
 */
export function shadowNames(root: LakePath, written: ReadonlySet<string>): ShadowNames {
  const made = new Map<string, ResolvedTable>();
  const dropped = new Set<string>();
  const own = (name: TableName): ResolvedTable | undefined => made.get(tableKey(name));
  return {
    made: () => [...made.values()],
    over: (resolver) => ({
      ...resolver,
      table: async (name) => own(name) ?? fromLake(await resolver.table(name)),
      async findTable(name) {
        const key = tableKey(name);
        if (made.has(key) || dropped.has(key)) return own(name);
        const found = await resolver.findTable(name);
        // What the other side has made is not there yet on this one.
        return found && !written.has(key) ? found : undefined;
      },
      async listTables(catalog, schema) {
        const tables = await resolver.listTables(catalog, schema);
        const inside = [...made.values()].filter(
          ({ name }) => tableKey({ ...name, table: '' }) === tableKey({ catalog, schema, table: '' }),
        );
        return [...tables.filter(({ name }) => !made.has(tableKey(name)) && !written.has(tableKey(name))), ...inside];
      },
      stageTable: (name) => {
        const path = `${root.path}/${tableKey(name)}-${randomUUID().slice(0, 8)}`;
        return Promise.resolve({ name, tableId: randomUUID(), location: { ...root, path } });
      },
      publishTable: (staged) => {
        const table: ResolvedTable = { ...staged, type: 'MANAGED', format: 'DELTA' };
        made.set(tableKey(staged.name), table);
        dropped.delete(tableKey(staged.name));
        return Promise.resolve(table);
      },
      updateColumns: ({ name }) => (made.has(tableKey(name)) ? Promise.resolve() : Promise.reject(inPlace(name))),
      dropTable: (name) => {
        made.delete(tableKey(name));
        dropped.add(tableKey(name));
        return Promise.resolve();
      },
      createSchema: () => Promise.resolve(),
    }),
  };

  function fromLake(table: ResolvedTable): ResolvedTable {
    if (!written.has(tableKey(table.name))) return table;
    throw inPlace(table.name);
  }
}

function inPlace(name: TableName): ExpectedError {
  return new ExpectedError({
    code: 'python.changed-in-place',
    message: `The job changes ${formatTableName(name)} in place: the two engines cannot be given the same one to begin with.`,
    nextStep: 'Compare a job that makes its tables anew (CREATE OR REPLACE TABLE ... AS SELECT).',
  });
}
