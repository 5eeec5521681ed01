import type { DuckDBInstance } from '@duckdb/node-api';
import { type AnswersVary, answersVary, varyingFunctions } from './varying-answers.ts';

/** What a profile's prelude has come to on an instance. */
export interface Prelude {
  /** The catalog that holds its macros; every session of the profile looks there last. */
  readonly catalog: string;
  /** SET statements, which are a connection's own. */
  readonly settings: readonly string[];
  readonly answersVary: AnswersVary;
}

/**
 * The macros of the profiles in use on one DuckDB instance: hundreds, made once for each profile and not for each session. They
 * are in catalogs of their own, so that sessions under different profiles share none.
 */
export class PreludeCatalogs {
  readonly #instance: DuckDBInstance;
  readonly #made = new Map<string, Promise<Prelude>>();

  constructor(instance: DuckDBInstance) {
    this.#instance = instance;
  }

  /** How many were made. */
  get size(): number {
    return this.#made.size;
  }

  /** @param statements of the profile, as the dialect gives them. Rejects as DuckDB does; the next call tries again. */
  async of(statements: readonly string[]): Promise<Prelude> {
    const key = statements.join(';\n');
    let made = this.#made.get(key);
    if (!made) {
      made = this.#make(statements, `prelude_${this.#made.size + 1}`);
      this.#made.set(key, made);
      made.catch(() => this.#made.delete(key));
    }
    return await made;
  }

  async #make(statements: readonly string[], catalog: string): Promise<Prelude> {
    const settings = statements.filter((statement) => /^\s*SET\s/i.test(statement));
    const macros = statements.filter((statement) => !settings.includes(statement));
    const connection = await this.#instance.connect();
    try {
      await connection.run(`ATTACH IF NOT EXISTS ':memory:' AS ${catalog}`);
      for (const statement of [`USE ${catalog}`, ...settings]) await connection.run(statement);
      if (macros.length > 0) await connection.run(macros.join(';\n'));
      return { catalog, settings, answersVary: answersVary(await varyingFunctions(connection), macros) };
    } finally {
      connection.closeSync();
    }
  }
}
