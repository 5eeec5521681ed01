import { join } from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import { readConfigFile } from '../project/text-file.ts';
import type { Contract, LoadedContracts } from './contract.ts';
import type { TableCheck } from './check.ts';
import { readContract } from './read-contract.ts';

/**
 * Reads ODCS documents. What is wrong is a diagnostic with its place: `contract.invalid` (the document breaks the standard),
 * `contract.unsupported-rule` (a rule that nothing checks), `contract.duplicate-table`.
 * @param files relative to the project's root.
 */
export async function loadContracts(root: string, files: readonly string[]): Promise<LoadedContracts> {
  const contracts: Contract[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const file of files) {
    const { node, diagnostics: found } = await readConfigFile(join(root, file), file);
    diagnostics.push(...found);
    if (!node) continue;
    const read = readContract(file, node);
    diagnostics.push(...read.diagnostics);
    if (read.contract) contracts.push(read.contract);
  }
  return { contracts, diagnostics: [...diagnostics, ...duplicateTables(contracts)] };
}

/** The checks of all contracts by `schema.table`, as the engine and `runJob` take them. */
export function checksByTable(contracts: readonly Contract[]): Readonly<Record<string, readonly TableCheck[]>> {
  return Object.fromEntries(contracts.flatMap(({ tables }) => tables.map(({ name, checks }) => [name, checks])));
}

function duplicateTables(contracts: readonly Contract[]): Diagnostic[] {
  const seen = new Set<string>();
  return contracts.flatMap(({ tables, file }) =>
    tables.flatMap(({ name, range }): Diagnostic[] => {
      if (!seen.has(name)) {
        seen.add(name);
        return [];
      }
      const message = `${file} describes ${name}, which another contract describes already.`;
      return [
        { severity: 'error', code: 'contract.duplicate-table', message, range, nextStep: 'Keep one of the two.' },
      ];
    }),
  );
}
