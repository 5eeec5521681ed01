import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import type { Snapshot } from '@medallion/core/delta/actions.ts';
import { lakeTableStore } from '@medallion/core/delta/lake-store.ts';
import { readSnapshot } from '@medallion/core/delta/snapshot.ts';
import type { SupervisedEngine } from '@medallion/core/engine/client.ts';
import type { Cell, ScriptResult } from '@medallion/core/engine/contract.ts';
import { script, startLake, type TestLake } from '../engine/lake.ts';
import { refusal } from '../engine/refusal.ts';

/** The engine's child as it ships. */
export const databricksChild = fileURLToPath(import.meta.resolve('@medallion/core/engine/child/main.ts'));

/** A local Azure with the catalog `shop` and the engine as it ships: Databricks SQL on DuckDB. */
export interface DatabricksLake extends AsyncDisposable {
  readonly lake: TestLake;
  readonly engine: SupervisedEngine;
  run(sql: string, parameters?: Record<string, string>): Promise<ScriptResult>;
  /** The rows of a query, or of the query that ends the script. */
  rows(sql: string): Promise<readonly (readonly Cell[])[]>;
  /** The refusal that a script ends with; the code is asserted. */
  refused(sql: string, code: string): ReturnType<typeof refusal>;
  /** `schema.table` in its newest version. */
  snapshot(name: string): Promise<Snapshot>;
}

/** @param hubs event hubs, each with its partitions. */
export async function startDatabricksLake(hubs: Readonly<Record<string, number>> = {}): Promise<DatabricksLake> {
  const lake = await startLake(hubs);
  const engine = await lake.engine({ childEntry: databricksChild });
  const run = (sql: string, parameters: Record<string, string> = {}): Promise<ScriptResult> =>
    engine.runScript(script(sql, parameters));
  return {
    lake,
    engine,
    run,
    async rows(sql) {
      const { lastQuery } = await run(sql);
      assert.ok(lastQuery, 'the script ends in a query');
      return lastQuery.rows;
    },
    refused: (sql, code) => refusal(run(sql), code),
    async snapshot(name) {
      const [schema = '', table = ''] = name.split('.');
      const { location } = await lake.resolver.table({ catalog: 'shop', schema, table });
      return await readSnapshot(lakeTableStore(lake.storage, location));
    },
    async [Symbol.asyncDispose]() {
      await engine[Symbol.asyncDispose]();
      await lake[Symbol.asyncDispose]();
    },
  };
}
