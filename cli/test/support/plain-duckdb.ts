import { DuckDBInstance } from '@duckdb/node-api';

export type Row = Readonly<Record<string, string | number | boolean | null>>;

/** DuckDB on its own, to recompute what the lake says by another way. Numbers beyond doubles come as text. */
export async function plainDuckdb(): Promise<AsyncDisposable & { rows(sql: string): Promise<readonly Row[]> }> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  return {
    rows: async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJson() as readonly Row[],
    [Symbol.asyncDispose]: async () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/**
 * The rules of silver.order_lines, written again: which lines are turned away and why, and which came before in all eight columns.
 * @param glob CSV files with the eight columns of UCI Online Retail.
 */
export function classifiedLines(glob: string): string {
  const columns = [
    'InvoiceNo',
    'StockCode',
    'Description',
    'Quantity',
    'InvoiceDate',
    'UnitPrice',
    'CustomerID',
    'Country',
  ];
  // A ninth column is there only to see lines that have too many; absent ones are NULL.
  const types = [...columns, 'extra'].map((name) => `'${name}': 'VARCHAR'`).join(', ');
  return `
    WITH raw AS (
      SELECT * FROM read_csv('${glob}', header = false, skip = 1, auto_detect = false, delim = ',', quote = '"', escape = '"',
        columns = {${types}}, null_padding = true, strict_mode = false, parallel = false, filename = true)
    ), reasoned AS (
      SELECT *, CASE
        WHEN extra IS NOT NULL THEN 'too_many_columns'
        WHEN Country IS NULL THEN 'too_few_columns'
        WHEN trim(coalesce(InvoiceNo, '')) = '' THEN 'missing_invoice_no'
        WHEN trim(coalesce(StockCode, '')) = '' THEN 'missing_stock_code'
        WHEN try_strptime(InvoiceDate, '%Y-%m-%d %H:%M:%S') IS NULL THEN 'bad_invoice_date'
        WHEN NOT regexp_full_match(coalesce(Quantity, ''), '-?[0-9]+') OR TRY_CAST(Quantity AS INTEGER) IS NULL OR TRY_CAST(Quantity AS INTEGER) = 0 THEN 'bad_quantity'
        WHEN TRY_CAST(UnitPrice AS DECIMAL(12, 4)) IS NULL OR TRY_CAST(UnitPrice AS DECIMAL(12, 4)) < 0 THEN 'bad_unit_price'
      END AS reason
      FROM raw
    )
    SELECT *, row_number() OVER (PARTITION BY reason, ${columns.join(', ')} ORDER BY filename) AS copy_number,
      TRY_CAST(Quantity AS INTEGER) * TRY_CAST(UnitPrice AS DECIMAL(12, 4)) AS amount
    FROM reasoned`;
}
