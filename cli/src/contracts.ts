import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import type { ContractTable } from '@medallion/core/contracts/contract.ts';
import { checksByTable, loadContracts } from '@medallion/core/contracts/load-contracts.ts';
import type { TableCheck } from '@medallion/core/contracts/check.ts';
import type { LoadedProject } from '@medallion/core/project/loaded-project.ts';

export interface ProjectContracts {
  readonly tables: readonly ContractTable[];
  /** By `schema.table`, as a run executes them before it commits. */
  readonly checks: Readonly<Record<string, readonly TableCheck[]>>;
}

/** A rule that nothing would check must not look like one that passed. @throws ExpectedError `contract.broken` */
export async function contractsOf({ project }: LoadedProject): Promise<ProjectContracts> {
  const { contracts, diagnostics } = await loadContracts(project.root, project.contracts);
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) {
    throw new ExpectedError({
      code: 'contract.broken',
      message: `${errors.length} finding${errors.length === 1 ? '' : 's'} in the contracts.`,
      nextStep: 'Correct what is listed, then run again.',
      diagnostics: errors,
    });
  }
  return { tables: contracts.flatMap(({ tables }) => tables), checks: checksByTable(contracts) };
}

/** Each quarantine table that a contract names, with the table that it belongs to. */
export function quarantinesOf({ tables }: Pick<ProjectContracts, 'tables'>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    tables.flatMap(({ name, quarantine }) => (quarantine === undefined ? [] : [[quarantine, name]])),
  );
}
