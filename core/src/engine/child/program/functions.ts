import { ExpectedError } from '../../../base/expected-error.ts';
import { tableKey, type TableName } from '../../../lake/names.ts';
import type { CompiledStatement } from '../../../sql/contract.ts';
import type { DefinedFunction } from '../../../sql/program/program-statement.ts';
import { isBuiltIn } from '../../../sql/rules/functions.ts';
import type { ProgramHost } from './host.ts';
import { completeFunction, readableFunction } from './program.ts';

type Creation = Extract<CompiledStatement, { kind: 'createFunction' }>;

/** What CREATE FUNCTION makes, and where; undefined where it leaves what is there. */
export interface PlannedFunction {
  readonly name: TableName | undefined;
  readonly shown: string;
  readonly defined: DefinedFunction;
  readonly replaces: boolean;
}

type Planning = Pick<ProgramHost, 'program' | 'home' | 'views' | 'findFunction'>;

/** @throws ExpectedError `sql.function-exists` and what the body is refused for. */
export async function planFunction(host: Planning, statement: Creation): Promise<PlannedFunction | undefined> {
  const { temporary, mode } = statement;
  const plain = statement.name.at(-1) ?? '';
  if (temporary) {
    const there = host.program.functions.has(plain.toLowerCase());
    if (isBuiltIn(plain) || (there && mode === 'create')) throw functionExists(plain);
    return {
      name: undefined,
      shown: plain,
      defined: statement.define(plain, host.home(), host.views()),
      replaces: there,
    };
  }
  const name = completeFunction(statement.name, host.home());
  if (!name) throw noSchema(plain);
  const shown = `${name.catalog}.${name.schema}.${name.table}`;
  const there = await host.findFunction(name);
  if (there && mode === 'create') throw functionExists(shown);
  if (there && mode === 'createIfNotExists') return undefined;
  const home = { catalog: name.catalog, schema: name.schema, ...host.home() };
  return { name, shown, defined: statement.define(shown, home, []), replaces: there !== undefined };
}

export async function createFunction(host: ProgramHost, statement: Creation): Promise<void> {
  const planned = await planFunction(host, statement);
  if (!planned) return;
  const { name, defined } = planned;
  const { columns } = await host.ready(defined.check);
  const definition = defined.completed(columns);
  const made = readableFunction(definition);
  if (!name) {
    host.program.functions.set(definition.name.toLowerCase(), made);
    return;
  }
  await (planned.replaces ? host.replaceFunction(name, definition) : host.createFunction(name, definition));
  host.program.catalogFunctions.set(tableKey(name), made);
}

export async function dropFunction(
  host: ProgramHost,
  { name: parts, temporary, ifExists }: Extract<CompiledStatement, { kind: 'dropFunction' }>,
): Promise<void> {
  const shown = parts.join('.');
  if (temporary) {
    if (!host.program.functions.delete(shown.toLowerCase()) && !ifExists) throw noFunction(shown);
    return;
  }
  if (parts.length === 1 && host.program.functions.has(shown.toLowerCase()))
    throw new ExpectedError({
      code: 'sql.temporary-function',
      message: `${shown} is a temporary function.`,
      nextStep: 'Write DROP TEMPORARY FUNCTION, or the full name of the function that you mean.',
    });
  const name = completeFunction(parts, host.home());
  if (!name || !(await host.findFunction(name))) {
    if (ifExists) return;
    throw noFunction(shown);
  }
  await host.dropFunction(name);
  host.program.catalogFunctions.set(tableKey(name), undefined);
}

function functionExists(name: string): ExpectedError {
  return new ExpectedError({
    code: 'sql.function-exists',
    message: `There is a function ${name} already.`,
    nextStep: 'Write CREATE OR REPLACE FUNCTION, or another name.',
  });
}

function noFunction(name: string): ExpectedError {
  return new ExpectedError({
    code: 'sql.function-not-found',
    message: `There is no function ${name}.`,
    nextStep: 'Correct the name, or write DROP FUNCTION IF EXISTS.',
  });
}

function noSchema(name: string): ExpectedError {
  return new ExpectedError({
    code: 'engine.no-current-schema',
    message: `No catalog and schema are current, and the name ${name} does not say them.`,
    nextStep: 'Write catalog.schema.function, or USE one first.',
  });
}
