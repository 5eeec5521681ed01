import { tableKey } from '../../../lake/names.ts';
import type { CompiledStatement } from '../../../sql/contract.ts';
import { planFunction } from '../program/functions.ts';
import { completeFunction, readableFunction } from '../program/program.ts';
import { settle, type Settling } from '../program/settle.ts';
import { assigned, checkedTargets, declaredVariables, dropVariable } from '../program/variables.ts';
import type { Run } from '../context.ts';
import { type Foresight, foreseeQuery } from './foresee.ts';

type Statement<K extends CompiledStatement['kind']> = Extract<CompiledStatement, { kind: K }>;

/** What only the run of a program tells, and with it everything after. */
export const beyondForesight = 'beyond foresight';

function settling(run: Run): Settling & { views: () => readonly string[] } {
  return {
    program: run.program,
    home: () => ({ ...run.current }),
    views: () => [...run.views.keys()],
    findFunction: (name) => run.context.resolver.findFunction(name),
  };
}

/** A late statement as it will be; undefined where its text depends on what its program computes. */
export async function foreseeLate(
  { run }: Foresight,
  statement: CompiledStatement,
): Promise<CompiledStatement | undefined> {
  return statement.kind === 'late' ? await settle(settling(run), statement, async () => undefined) : statement;
}

export async function foreseeFunction(foresight: Foresight, statement: Statement<'createFunction'>): Promise<void> {
  const { run } = foresight;
  const planned = await planFunction(settling(run), statement);
  if (!planned) return;
  const check = await foreseeQuery(foresight, planned.defined.check);
  const definition = planned.defined.completed(check?.bound.columns ?? []);
  if (planned.name) run.program.catalogFunctions.set(tableKey(planned.name), readableFunction(definition));
  else run.program.functions.set(definition.name.toLowerCase(), readableFunction(definition));
}

export async function foreseeDropFunction(
  { run }: Foresight,
  { name, temporary }: Statement<'dropFunction'>,
): Promise<void> {
  const full = temporary ? undefined : completeFunction(name, run.current);
  if (temporary) run.program.functions.delete(name.join('.').toLowerCase());
  else if (full) run.program.catalogFunctions.set(tableKey(full), undefined);
}

export async function foreseeDeclare(
  foresight: Foresight,
  statement: Statement<'declareVariable'>,
): Promise<typeof beyondForesight | undefined> {
  const value = await foreseeQuery(foresight, statement.query);
  if (!value) return beyondForesight;
  declaredVariables(foresight.run.program, statement, value.bound.columns[0]?.typeText ?? 'void');
  return undefined;
}

export async function foreseeAssignment(foresight: Foresight, statement: Statement<'setVariables'>): Promise<void> {
  const { run } = foresight;
  for (const assignment of [statement, ...statement.more]) {
    const value = await foreseeQuery(foresight, assignment.query);
    if (!value) continue;
    const targets = checkedTargets(run.program, assignment, value.bound.columns);
    for (const { variable, column } of targets) if (column) assigned(variable, column);
  }
}

export async function foreseeDropVariable({ run }: Foresight, statement: Statement<'dropVariable'>): Promise<void> {
  dropVariable(run, statement);
}
