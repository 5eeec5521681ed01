import { Program } from './program/program.ts';
import type { EngineContext, Run } from './context.ts';
import { KeptViews } from './relations/kept-views.ts';
import type { CallOptions } from './run-script.ts';

/** A run of one piece of work that is no script. Its session ends with it. */
export async function withRun<T>(
  context: EngineContext,
  { signal, report, checks = {} }: CallOptions & Partial<Pick<Run, 'checks'>>,
  work: (run: Run) => Promise<T>,
): Promise<T> {
  const profile = { ansi: true, timeZone: 'Etc/UTC', decidedBy: 'Medallion itself' };
  await using session = await context.database.open(context.dialect, profile, signal);
  session.askGroups(() => context.resolver.groups());
  return await work({
    context,
    session,
    profile,
    signal,
    report,
    current: { catalog: undefined, schema: undefined },
    views: new Map(),
    settings: new Map(),
    within: [],
    keptViews: new KeptViews([], context.counters),
    checks,
    fullRefresh: false,
    warnings: [],
    program: new Program(),
    execute: () => Promise.reject(new Error('a preview runs no statement')),
  });
}
