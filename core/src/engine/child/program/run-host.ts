import { setImmediate } from 'node:timers/promises';
import type { CompiledQuery, CompiledStatement } from '../../../sql/contract.ts';
import type { Run } from '../context.ts';
import { cancelled } from '../duckdb-error.ts';
import { bindQuery, type Inputs } from '../relations/bind.ts';
import type { StatementEffect } from '../statements/effect.ts';
import type { ProgramHost, ReadyQuery } from './host.ts';
import { runProgramStatement } from './index.ts';
import { settled } from './settle.ts';

type Programmed = Parameters<typeof runProgramStatement>[1];

/** A run as the host of its program; `inputs` gathers what its queries read. */
function runHost(run: Run, folder: string, inputs: Inputs): ProgramHost {
  const { session, context } = run;
  return {
    program: run.program,
    dialect: context.dialect,
    profile: run.profile,
    home: () => ({ ...run.current }),
    views: () => [...run.views.keys()],
    ready: async (query: CompiledQuery): Promise<ReadyQuery> => {
      const bound = await bindQuery(run, query, folder);
      inputs.reads.push(...bound.reads);
      inputs.readFiles.push(...bound.readFiles);
      inputs.readPaths.push(...bound.readPaths);
      return bound;
    },
    run: (sql) => session.run(sql),
    value: async (sql) => {
      const rows = await session.read(sql);
      return rows.currentRowCount > 0 ? rows.value(0, 0) : undefined;
    },
    execute: run.execute,
    pause: async () => {
      await setImmediate();
      if (run.signal?.aborted) throw cancelled();
    },
    findFunction: (name) => context.resolver.findFunction(name),
    createFunction: (name, definition) => context.resolver.createFunction(name, definition),
    replaceFunction: (name, definition) => context.resolver.replaceFunction(name, definition),
    dropFunction: (name) => context.resolver.dropFunction(name),
  };
}

/** A statement about functions or variables, or a script, whose own statements are outcomes of their own. */
export async function runProgram(run: Run, statement: Programmed, folder: string): Promise<StatementEffect> {
  const inputs: Inputs = { reads: [], readFiles: [], readPaths: [] };
  await runProgramStatement(runHost(run, folder, inputs), statement);
  return { inputs };
}

/** A late statement as it is now. */
export async function settleStatement(
  run: Run,
  statement: CompiledStatement,
  folder: string,
): Promise<CompiledStatement> {
  if (statement.kind !== 'late') return statement;
  return await settled(runHost(run, folder, { reads: [], readFiles: [], readPaths: [] }), statement);
}
