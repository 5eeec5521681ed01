import type { CompiledStatement } from '../../../sql/contract.ts';
import type { ProgramStatement } from '../../../sql/program/program-statement.ts';
import { runCompound } from './compound.ts';
import { executeImmediate } from './execute-immediate.ts';
import { createFunction, dropFunction } from './functions.ts';
import type { ProgramHost } from './host.ts';
import { declareVariables, dropVariable, setVariables } from './variables.ts';

type Kind = Exclude<ProgramStatement['kind'], 'late'>;

/** What a session does for statements about its functions and variables, and for scripts. */
export const programStatements: {
  readonly [K in Kind]: (host: ProgramHost, statement: Extract<CompiledStatement, { kind: K }>) => Promise<void>;
} = {
  createFunction,
  dropFunction,
  declareVariable: declareVariables,
  setVariables,
  dropVariable: async (host, statement) => dropVariable(host, statement),
  executeImmediate,
  compound: runCompound,
};

export function isProgramStatement(
  statement: CompiledStatement,
): statement is Extract<CompiledStatement, { kind: Kind }> {
  return statement.kind in programStatements;
}

/** Calls the entry of the statement's kind; the table's type ties the two together, which TypeScript cannot see through. */
export async function runProgramStatement(
  host: ProgramHost,
  statement: Extract<CompiledStatement, { kind: Kind }>,
): Promise<void> {
  const run = programStatements[statement.kind] as (host: ProgramHost, statement: CompiledStatement) => Promise<void>;
  await run(host, statement);
}
