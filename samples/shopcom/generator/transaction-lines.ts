import type { Order, OrderLine } from './orders.ts';
import type { Random } from './random.ts';

export const TRANSACTION_COLUMNS = [
  'InvoiceNo',
  'StockCode',
  'Description',
  'Quantity',
  'InvoiceDate',
  'UnitPrice',
  'CustomerID',
  'Country',
] as const;

type Cells = readonly string[];

/** The eight columns as the shop exports them. */
export function transactionCells(order: Order, line: OrderLine): string[] {
  return [
    order.invoiceNo,
    line.product.stockCode,
    line.product.description,
    String(line.quantity),
    new Date(order.time).toISOString().slice(0, 19).replace('T', ' '),
    line.unitPrice === 0 ? '0.0' : String(line.unitPrice),
    order.customer === undefined ? '' : `${order.customer.customerId}.0`,
    order.country,
  ];
}

function withCell(column: (typeof TRANSACTION_COLUMNS)[number], values: readonly string[]) {
  return (cells: Cells, random: Random): string[] =>
    cells.with(TRANSACTION_COLUMNS.indexOf(column), random.pick(values));
}

/** How a good line is spoilt, by the reason that silver gives. */
export const transactionDamages: Readonly<Record<string, (cells: Cells, random: Random) => string[]>> = {
  too_few_columns: (cells, random) => cells.slice(0, random.integer(3, cells.length - 1)),
  // An export that forgot to quote a comma in the description, or a column that another version of the shop adds.
  too_many_columns: (cells, random) =>
    random.chance(0.5) ? cells.toSpliced(2, 1, cells[2] ?? '', ' ASSORTED') : [...cells, 'web'],
  missing_invoice_no: withCell('InvoiceNo', ['', '  ']),
  missing_stock_code: withCell('StockCode', ['', ' ']),
  bad_invoice_date: withCell('InvoiceDate', [
    '',
    'unknown',
    '2025-02-30 10:15:00',
    '2025-13-01 09:00:00',
    '31/12/2025 10:05',
  ]),
  bad_quantity: withCell('Quantity', ['', '0', 'n/a', 'twelve', '--6']),
  bad_unit_price: withCell('UnitPrice', ['', 'free', '-4.95', '£2.95', '1,95']),
};

export function damageTransaction(reason: string, cells: Cells, random: Random): string[] {
  const damage = transactionDamages[reason];
  if (damage === undefined) throw new RangeError(`No damage makes the reason ${reason}.`);
  return damage(cells, random);
}
