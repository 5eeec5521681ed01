import type { Diagnostic } from '../base/diagnostic.ts';
import { ExpectedError } from '../base/expected-error.ts';
import type { CheckOutcome, Engine, TableCheck } from '../engine/contract.ts';
import { formatLakePath, parseLakeUrl, parseTableName, tableKey, type TableName } from '../lake/names.ts';
import type { CachingResolver } from '../lake/resolver.ts';
import { type DatabricksPort, UnityCatalog } from '../lake/unity-catalog.ts';
import { textOf } from './bridge-fields.ts';
import type { BridgeRequest } from './bridge.ts';

/** Contracts' checks by `schema.table`, and the engine that runs them. */
export interface ContractChecks {
  readonly checks: Readonly<Record<string, readonly TableCheck[]>>;
  readonly engine: Pick<Engine, 'checkCommit'>;
}

export interface CheckRecord extends CheckOutcome {
  /** `catalog.schema.table` */
  readonly table: string;
}

/**
 * Stands before every commit of a Spark session (`CheckedLogStore.java`): one that would break its table's contract never gets
 * there, so nobody sees its rows, whatever statement made it and by whatever path.
 */
export class CommitChecks {
  readonly #contracts: ContractChecks;
  readonly #signal: AbortSignal | undefined;
  /** Tables by their place; those that the session has named are known at once. */
  readonly #places = new Map<string, TableName>();
  readonly #outcomes = new Map<string, readonly CheckRecord[]>();
  readonly #warnings: Diagnostic[] = [];
  #violation: ExpectedError | undefined;
  #known: Promise<void> | undefined;

  constructor(contracts: ContractChecks, signal?: AbortSignal) {
    this.#contracts = contracts;
    this.#signal = signal;
  }

  /** False where no contract speaks of any table: commits then go unasked. */
  static areNeeded({ checks }: Pick<ContractChecks, 'checks'>): boolean {
    return Object.values(checks).some((list) => list.length > 0);
  }

  at(location: string, name: TableName): void {
    this.#places.set(plain(location), name);
  }

  /** @throws ExpectedError `contract.violated`, `contract.unsupported-check` */
  async commit(
    request: BridgeRequest,
    lake: { readonly resolver: CachingResolver; readonly databricks: DatabricksPort },
  ): Promise<void> {
    const location = textOf(request, 'location');
    const table = this.#places.get(plain(location)) ?? (await this.#named(plain(location), lake));
    const checks = table && this.#contracts.checks[`${table.schema}.${table.table}`.toLowerCase()];
    if (!table || !checks || checks.length === 0) return;
    const commit = {
      table,
      location,
      version: Number(request['version']),
      actions: textOf(request, 'actions'),
      checks,
    };
    try {
      const { outcomes, warnings } = await this.#contracts.engine.checkCommit(commit, this.#signal);
      this.#outcomes.set(
        tableKey(table),
        outcomes.map((outcome) => ({ table: tableKey(table), ...outcome })),
      );
      this.#warnings.push(...warnings);
    } catch (error) {
      if (error instanceof ExpectedError && error.code.startsWith('contract.')) this.#violation = error;
      throw error;
    }
  }

  /** What the last commit to each table came to. */
  outcomes(): readonly CheckRecord[] {
    return [...this.#outcomes.values()].flat();
  }

  warnings(): readonly Diagnostic[] {
    return this.#warnings;
  }

  /** The refusal itself, where a program failed of it: Spark wraps it in words of its own. */
  explain(error: ExpectedError): ExpectedError {
    const violation = this.#violation;
    if (!violation || !error.message.includes(violation.message)) return error;
    const { code, message, nextStep, diagnostics } = violation;
    return new ExpectedError({ code, message, nextStep, diagnostics, range: error.range, cause: error });
  }

  /** A table that the session has not named, found by its place: a write to `delta.\`abfss://...\`` counts as well. */
  async #named(
    location: string,
    { resolver, databricks }: { readonly resolver: CachingResolver; readonly databricks: DatabricksPort },
  ): Promise<TableName | undefined> {
    this.#known ??= (async () => {
      for (const catalog of await new UnityCatalog(databricks).names('catalogs', {})) {
        for (const key of Object.keys(this.#contracts.checks)) {
          const { schema, table } = parseTableName(`x.${key}`);
          const found = await existing(resolver, { catalog, schema, table });
          if (found) this.at(formatLakePath(found.location), found.name);
        }
      }
    })();
    await this.#known;
    return this.#places.get(location);
  }
}

async function existing(resolver: CachingResolver, name: TableName): ReturnType<CachingResolver['findTable']> {
  try {
    return await resolver.findTable(name);
  } catch (error) {
    if (error instanceof ExpectedError && error.code === 'catalog.schema-not-found') return undefined;
    throw error;
  }
}

function plain(location: string): string {
  return formatLakePath(parseLakeUrl(location)).replace(/\/+$/, '');
}
