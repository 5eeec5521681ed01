import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createDatabricksClient } from '@medallion/core/azure/databricks.ts';
import type { PlainValue } from '@medallion/core/project/config-node.ts';
import {
  type Program,
  type ProgramOutcome,
  type ProgramRequest,
  runProgram,
} from '@medallion/core/python/run-program.ts';
import { pythonEnvironment } from '../../../tools/python-venv.mjs';
import type { TestLake } from '../engine/lake.ts';

export const fixtures = fileURLToPath(new URL('./fixtures', import.meta.url));

/** What a test sees of a program beside its outcome. */
export interface Watched {
  readonly lines: string[];
  readonly values: Map<string, PlainValue>;
}

export function watched(): Watched {
  return { lines: [], values: new Map() };
}

/** `tryFixture` of one that should succeed. */
export async function runFixture(...given: Parameters<typeof tryFixture>): Promise<ProgramOutcome> {
  const outcome = await tryFixture(...given);
  if (outcome.failure) throw outcome.failure;
  return outcome;
}

/** Runs a fixture on the test's lake with the tested versions of Spark and Delta. */
export async function tryFixture(
  lake: TestLake,
  program: Program,
  seen: Watched,
  more: Partial<ProgramRequest> = {},
): Promise<ProgramOutcome> {
  return await runProgram({
    program,
    root: fixtures,
    environment: lake.azure.environment,
    stateFolder: lake.stateFolder,
    settings: { interpreter: pythonEnvironment() },
    parameters: {},
    path: [fixtures],
    ansi: true,
    values: {
      get: (task, key) => (task === 'earlier' && key === 'n' ? 41 : undefined),
      set: (key, value) => {
        seen.values.set(key, value);
      },
    },
    log: (line) => seen.lines.push(line),
    signal: new AbortController().signal,
    ...more,
  });
}

export function fixture(name: string): string {
  return join(fixtures, name);
}

export async function keepSecret(lake: TestLake, scope: string, key: string, value: string): Promise<void> {
  const databricks = createDatabricksClient(lake.azure.environment);
  await databricks.request('POST', '/api/2.0/secrets/scopes/create', { body: { scope } });
  await databricks.request('POST', '/api/2.0/secrets/put', { body: { scope, key, string_value: value } });
}
