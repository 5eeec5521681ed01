import type { Diagnostic, SourceRange } from '../base/diagnostic.ts';
import type { TableCheck } from './check.ts';

/** An ODCS 3 document as far as it is used; parts that are not known are tolerated, rules that are not are diagnostics. */
export interface Contract {
  readonly file: string;
  readonly id: string;
  readonly version: string;
  readonly status: string;
  readonly domain: string | undefined;
  readonly owners: readonly string[];
  readonly serviceLevels: readonly ServiceLevel[];
  readonly tables: readonly ContractTable[];
}

/** An entry of `slaProperties`: recorded and shown, not checked. */
export interface ServiceLevel {
  readonly property: string;
  readonly value: string;
  readonly unit: string | undefined;
  readonly element: string | undefined;
}

export interface ContractTable {
  /** `schema.table`: in every environment, whatever its catalog. */
  readonly name: string;
  readonly description: string | undefined;
  readonly range: SourceRange;
  readonly columns: readonly ContractColumn[];
  readonly checks: readonly TableCheck[];
  /** `schema.table` of the rows that were turned away, with a column `reason` (customProperties `medallion.quarantine`). */
  readonly quarantine: string | undefined;
  /** `schema.table` of the duplicates that were removed (customProperties `medallion.duplicates`). */
  readonly duplicates: string | undefined;
}

export interface ContractColumn {
  readonly name: string;
  readonly logicalType: string | undefined;
  /** Spark's type text. */
  readonly physicalType: string | undefined;
  readonly required: boolean;
  readonly unique: boolean;
  readonly primaryKey: boolean;
  readonly description: string | undefined;
}

export interface LoadedContracts {
  readonly contracts: readonly Contract[];
  /** Broken documents, rules that are not checked, two contracts for one table. */
  readonly diagnostics: readonly Diagnostic[];
}
