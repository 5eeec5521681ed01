import type { DuckDBConnection } from '@duckdb/node-api';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { shownColumns } from '@medallion/core/engine/child/statements/described-columns.ts';
import type { CompiledStatement } from '@medallion/core/sql/contract.ts';
import { quoteName, toStoredType } from '@medallion/core/sql/types/duckdb-type.ts';
import { typeText } from '@medallion/core/sql/types/spark-type.ts';
import type { Answer } from './session.ts';
import { sparkType } from './table-types.ts';

export interface DescribedColumn {
  readonly name: string;
  readonly typeText: string;
  readonly comment?: string;
}

type Alteration = Extract<CompiledStatement, { kind: 'alterTable' }>['change'];

/** What a catalog keeps of the columns of its tables and views, beside what DuckDB knows of them. By `schema.table`. */
export class DescribedTables {
  readonly #columns = new Map<string, readonly DescribedColumn[]>();

  set(key: string, columns: readonly DescribedColumn[]): void {
    this.#columns.set(
      key,
      columns.map((column) => ({ ...column, typeText: typeText(sparkType(column.typeText)) })),
    );
  }

  drop(key: string): void {
    this.#columns.delete(key);
  }

  of(key: string): readonly DescribedColumn[] | undefined {
    return this.#columns.get(key);
  }

  /** True where a query's columns may have comments of the tables behind it. */
  get commented(): boolean {
    return [...this.#columns.values()].some((columns) => columns.some(({ comment }) => comment !== undefined));
  }

  /** ALTER TABLE, as far as Spark does it to tables of Parquet files. */
  async alter(connection: DuckDBConnection, key: string, table: string, change: Alteration): Promise<void> {
    const columns = this.#columns.get(key) ?? [];
    if (change.kind === 'addColumns') {
      for (const { name, typeText: type, nullable, rule } of change.columns) {
        if (rule || !nullable) throw notJudged('ADD COLUMNS with a rule');
        await connection.run(
          `ALTER TABLE main.${table} ADD COLUMN ${quoteName(name)} ${toStoredType(sparkType(type))}`,
        );
      }
      this.set(key, [...columns, ...change.columns]);
    } else if (change.kind === 'setComment') {
      const at = columns.findIndex(({ name }) => name.toLowerCase() === change.column.toLowerCase());
      const found = columns[at];
      if (!found) throw notJudged(`a comment on ${change.column}, which is not there`);
      this.#columns.set(key, columns.with(at, { ...found, comment: change.comment }));
    } else throw notJudged(`alterTable ${change.kind}`);
  }
}

/** What DESCRIBE answers, as the product does. */
export function describedAnswer(columns: readonly DescribedColumn[]): Answer {
  const shown = shownColumns(
    columns.map(({ name, typeText: type, comment }) => [name, type, comment ?? null]),
    [],
  );
  return {
    columns: shown.columns,
    rows: shown.rows.map((row) => row.map((cell) => (cell === null ? null : String(cell)))),
  };
}

function notJudged(what: string): ExpectedError {
  return new ExpectedError({
    code: 'sql.not-emulated',
    message: `The judge does not run ${what}.`,
    nextStep: 'Teach it in core/test/sql/golden/described-tables.ts.',
  });
}
