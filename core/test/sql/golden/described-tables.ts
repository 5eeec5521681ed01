import type { DuckDBConnection } from '@duckdb/node-api';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import type { DescribedRelation } from '@medallion/core/engine/child/catalog/host.ts';
import type { Shown } from '@medallion/core/engine/child/catalog/shown.ts';
import { shownColumns } from '@medallion/core/engine/child/statements/described-columns.ts';
import type { CompiledStatement } from '@medallion/core/sql/contract.ts';
import { quoteName, toStoredType } from '@medallion/core/sql/types/duckdb-type.ts';
import { typeText } from '@medallion/core/sql/types/spark-type.ts';
import type { Answer } from './session.ts';
import { declaredSparkType, sparkType } from './table-types.ts';

export interface DescribedColumn {
  readonly name: string;
  readonly typeText: string;
  readonly comment?: string;
}

/** What a catalog keeps of a table or a view beside its name. */
export type Kept = Omit<DescribedRelation, 'catalog' | 'schema' | 'table' | 'temporary'>;

type Alteration = Extract<CompiledStatement, { kind: 'alterTable' }>['change'];

/** What a catalog keeps of its tables and views, beside what DuckDB knows of them. By `schema.table`. */
export class DescribedTables {
  readonly #kept = new Map<string, Kept>();

  set(key: string, kept: Kept): void {
    const columns = kept.columns.map((column) => ({
      ...column,
      typeText: typeText(declaredSparkType(column.typeText)),
    }));
    this.#kept.set(key, { ...kept, columns });
  }

  drop(key: string): void {
    this.#kept.delete(key);
  }

  of(key: string): Kept | undefined {
    return this.#kept.get(key);
  }

  /** ALTER TABLE, as far as Spark does it to tables of Parquet files. */
  async alter(connection: DuckDBConnection, key: string, table: string, change: Alteration): Promise<void> {
    const kept = this.#kept.get(key);
    if (!kept) throw notJudged('ALTER TABLE of such a table');
    const { columns, properties } = kept;
    if (change.kind === 'addColumns') {
      if (kept.partitionColumns.length > 0) throw notJudged('ADD COLUMNS to a table with partitions');
      for (const { name, typeText: type, nullable, rule } of change.columns) {
        if (rule || !nullable) throw notJudged('ADD COLUMNS with a rule');
        await connection.run(
          `ALTER TABLE main.${table} ADD COLUMN ${quoteName(name)} ${toStoredType(sparkType(type))}`,
        );
      }
      this.set(key, { ...kept, columns: [...columns, ...change.columns] });
    } else if (change.kind === 'setComment') {
      const at = columns.findIndex(({ name }) => name.toLowerCase() === change.column.toLowerCase());
      const found = columns[at];
      if (!found) throw notJudged(`a comment on ${change.column}, which is not there`);
      this.set(key, { ...kept, columns: columns.with(at, { ...found, comment: change.comment }) });
    } else if (change.kind === 'setProperties') {
      const { comment, ...given } = Object.fromEntries(change.properties);
      const all = new Map([...properties, ...Object.entries(given)]);
      this.set(key, { ...kept, properties: all, ...(comment === undefined ? {} : { comment }) });
    } else if (change.kind === 'unsetProperties') {
      const all = new Map([...properties].filter(([name]) => !change.names.includes(name)));
      this.set(key, { ...kept, properties: all });
    } else throw notJudged(`alterTable ${change.kind}`);
  }
}

/** What DESCRIBE QUERY answers, as the product does. */
export function describedAnswer(columns: readonly DescribedColumn[]): Answer {
  const rows = columns.map(({ name, typeText: type, comment }) => [name, type, comment ?? null]);
  return answerOf(shownColumns(rows, []));
}

/** Rows of the product as DuckDB's. */
export function answerOf({ columns, rows }: Shown): Answer {
  return {
    columns,
    rows: rows.map((row) =>
      row.map((cell) => (typeof cell === 'boolean' ? cell : cell === null ? null : String(cell))),
    ),
  };
}

function notJudged(what: string): ExpectedError {
  return new ExpectedError({
    code: 'sql.not-emulated',
    message: `The judge does not run ${what}.`,
    nextStep: 'Teach it in core/test/sql/golden/described-tables.ts.',
  });
}
