import { ExpectedError } from '../../../base/expected-error.ts';
import type { CompiledStatement } from '../../../sql/contract.ts';
import type { CompiledBlock, CompiledHandler, CompiledStep, Late } from '../../../sql/program/program-statement.ts';
import type { Condition } from '../../../sql/program/spark-conditions.ts';
import { typeOf } from '../../../sql/program/sql-function.ts';
import { quoteName } from '../../../sql/types/duckdb-type.ts';
import { conditionsOf, fit } from './conditions.ts';
import type { ProgramHost } from './host.ts';
import { settled } from './settle.ts';

/** How a step ended: on to the next, or away to a label. */
type Outcome = 'next' | { readonly jump: 'leave' | 'iterate'; readonly label: string };

/** Runs a script: `BEGIN ... END`. Each statement is visible once it is done, as in Spark. */
export async function runCompound(
  host: ProgramHost,
  { block }: Extract<CompiledStatement, { kind: 'compound' }>,
): Promise<void> {
  await runBlock(host, block);
}

async function runBlock(host: ProgramHost, block: CompiledBlock): Promise<Outcome> {
  const outcome = await host.program.within(block.label, () => guarded(host, block, () => runSteps(host, block.steps)));
  if (outcome !== 'next' && outcome.jump === 'leave' && outcome.label === block.label) return 'next';
  return outcome;
}

/** An EXIT handler takes the place of the rest of its block. Its own errors are the blocks' around it. */
async function guarded(host: ProgramHost, block: CompiledBlock, work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work();
  } catch (error) {
    const handler = handlerFor(block, error);
    if (!handler) throw error;
    return await runStep(host, handler.body);
  }
}

/** The handler that takes the error, whichever of its reasons Spark would name. */
function handlerFor(block: CompiledBlock, error: unknown): CompiledHandler | undefined {
  const [first, ...others] = conditionsOf(error).map((condition) => closest(block, condition));
  return others.every((one) => one === first) ? first : undefined;
}

function closest({ handlers, conditions }: CompiledBlock, condition: Condition): CompiledHandler | undefined {
  let best: { handler: CompiledHandler; fit: number } | undefined;
  for (const handler of handlers) {
    for (const handled of handler.conditions) {
      const found = fit(handled, condition, conditions);
      if (found !== undefined && found > (best?.fit ?? 0)) best = { handler, fit: found };
    }
  }
  return best?.handler;
}

async function runSteps(host: ProgramHost, steps: readonly CompiledStep[]): Promise<Outcome> {
  for (const step of steps) {
    const outcome = await runStep(host, step);
    if (outcome !== 'next') return outcome;
  }
  return 'next';
}

async function runStep(host: ProgramHost, step: CompiledStep): Promise<Outcome> {
  switch (step.kind) {
    case 'block':
      return await runBlock(host, step);
    case 'statement':
      await host.execute(await settled(host, step.statement));
      return 'next';
    case 'if': {
      for (const { when, steps } of step.branches) if (await isTrue(host, when)) return await runSteps(host, steps);
      return step.otherwise ? await runSteps(host, step.otherwise) : 'next';
    }
    case 'while':
    case 'repeat':
    case 'loop':
      return await runLoop(host, step);
    case 'for':
      return await runFor(host, step);
    case 'leave':
    case 'iterate':
      return { jump: step.kind, label: step.label };
  }
}

async function runLoop(
  host: ProgramHost,
  { kind, label, condition, steps }: Extract<CompiledStep, { kind: 'while' | 'repeat' | 'loop' }>,
): Promise<Outcome> {
  for (;;) {
    await host.pause();
    if (kind === 'while' && condition && !(await isTrue(host, condition))) return 'next';
    const outcome = await runSteps(host, steps);
    const own = outcome !== 'next' && outcome.label === label;
    if (outcome !== 'next' && !own) return outcome;
    if (outcome !== 'next' && outcome.jump === 'leave') return 'next';
    if (kind === 'repeat' && condition && (await isTrue(host, condition))) return 'next';
  }
}

/** The query's rows, one after the other: their columns are variables inside the loop. */
async function runFor(
  host: ProgramHost,
  { label, variable, query, steps }: Extract<CompiledStep, { kind: 'for' }>,
): Promise<Outcome> {
  const statement = await settled(host, query);
  if (statement.kind !== 'query') throw notAQuery(query);
  const { sql, columns } = await host.ready(statement.query);
  const rows = host.program.slot();
  const names = columns.map((_, at) => quoteName(`v${at}`)).join(', ');
  await host.run(`CREATE TEMP TABLE ${rows} AS SELECT * FROM (${sql}) AS r(${names})`);
  try {
    const count = Number(await host.value(`SELECT count(*) FROM temp.main.${rows}`));
    for (let row = 0; row < count; row++) {
      const outcome = await host.program.within(variable, async () => {
        for (const [at, { name, typeText }] of columns.entries()) {
          const { slot } = host.program.declare([name], typeOf(typeText), false);
          await host.run(
            `SET VARIABLE ${slot} = (SELECT ${quoteName(`v${at}`)} FROM temp.main.${rows} WHERE rowid = ${row})`,
          );
        }
        return await runSteps(host, steps);
      });
      const own = outcome !== 'next' && outcome.label === label;
      if (outcome !== 'next' && !own) return outcome;
      if (outcome !== 'next' && outcome.jump === 'leave') return 'next';
    }
    return 'next';
  } finally {
    await host.run(`DROP TABLE temp.main.${rows}`);
  }
}

/** @throws ExpectedError where the condition is no boolean. NULL is not true. */
async function isTrue(host: ProgramHost, condition: Late): Promise<boolean> {
  const statement = await settled(host, condition);
  if (statement.kind !== 'query') throw notAQuery(condition);
  const { sql, columns } = await host.ready(statement.query);
  if (columns[0]?.typeText !== 'boolean') throw notBoolean(condition);
  return (await host.value(sql)) === true;
}

function notAQuery({ text, range }: Late): ExpectedError {
  return new ExpectedError({ code: 'sql.syntax', message: `${text} is no query.`, nextStep: 'Write a SELECT.', range });
}

function notBoolean({ text, range }: Late): ExpectedError {
  return new ExpectedError({
    code: 'sql.type-mismatch',
    message: `The condition ${text} is no boolean.`,
    nextStep: 'Compare it with a value.',
    range,
  });
}
