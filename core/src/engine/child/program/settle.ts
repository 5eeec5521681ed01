import { ExpectedError } from '../../../base/expected-error.ts';
import type { CompiledStatement } from '../../../sql/contract.ts';
import type { Late } from '../../../sql/program/program-statement.ts';
import type { Typed } from '../../../sql/translate/typed.ts';
import type { ProgramHost } from './host.ts';
import { ProgramNames, readableFunction } from './program.ts';

/** The part of a host that finds what names mean. */
export type Settling = Pick<ProgramHost, 'program' | 'home' | 'views' | 'findFunction'>;

/**
 * The statement that a late one is where it runs. @param textOf computes a text in IDENTIFIER(...); undefined: it is not known yet,
 * and neither is the statement. @throws ExpectedError with what is refused in it.
 */
export async function settle(
  host: Settling,
  late: Late,
  textOf: (
    query: Extract<ReturnType<Late['resolve']>, { kind: 'pending' }>['texts'][number]['query'],
  ) => Promise<string | undefined>,
  parameters?: ReadonlyMap<string, Typed>,
): Promise<CompiledStatement | undefined> {
  const constants = new Map<number, string>();
  const names = new ProgramNames(host.program, host.home(), parameters, host.views());
  for (;;) {
    const resolved = await withFunctions(host, names, () => late.resolve(names, constants));
    if (resolved.kind === 'statement') return resolved.statement.kind === 'late' ? undefined : resolved.statement;
    for (const { at, query } of resolved.texts) {
      const text = await textOf(query);
      if (text === undefined) return undefined;
      constants.set(at, text);
    }
  }
}

/** Repeats work until it has asked for no function that the catalog has not been asked for. */
export async function withFunctions<T>(host: Settling, names: ProgramNames, work: () => T): Promise<T> {
  for (;;) {
    const result = work();
    if (names.missing.size === 0) return result;
    for (const [key, name] of names.missing) {
      const definition = await host.findFunction(name);
      host.program.catalogFunctions.set(key, definition && readableFunction(definition));
    }
    names.missing.clear();
  }
}

/** A statement of a script with the text of its IDENTIFIER computed by the session itself. @throws ExpectedError */
export async function settled(
  host: ProgramHost,
  late: Late,
  parameters?: ReadonlyMap<string, Typed>,
): Promise<CompiledStatement> {
  const textOf: Parameters<typeof settle>[2] = async (query) => {
    const { sql, columns } = await host.ready(query);
    const text = await host.value(sql);
    if (columns[0]?.typeText === 'string' && typeof text === 'string') return text;
    throw new ExpectedError({
      code: 'sql.invalid-identifier',
      message: 'IDENTIFIER was given what is no text.',
      nextStep: 'Give a name such as silver.orders.',
    });
  };
  const statement = await settle(host, late, textOf, parameters);
  if (!statement) throw new Error('a statement that its session cannot tell');
  return statement;
}
