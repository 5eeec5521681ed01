import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { startOfDay } from './calendar.ts';
import { csvCells } from './csv.ts';
import { SHOWN_LINES, type Shop, type ShopOrder, type ShopProduct } from './shop.ts';

export interface RealFile {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

/** The `.csv` files of a folder by name. Throws an Error that names the folder where it holds none. */
export async function realFiles(folder: string): Promise<RealFile[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries
    .filter((entry) => !entry.isDirectory() && /\.csv$/i.test(entry.name))
    .map((entry) => entry.name);
  if (names.length === 0) throw new Error(`${folder} holds no .csv file. Name a folder of Online Retail CSV files.`);
  return Promise.all(
    names.sort().map(async (name) => {
      const path = join(folder, name);
      const { size, mtimeMs } = await stat(path);
      return { name, path, bytes: size, modified: mtimeMs };
    }),
  );
}

interface OpenOrder extends ShopOrder {
  readonly lines: { stockCode: string; quantity: number }[];
}

/** Reads what events need of real order lines. Odd rows are left out here and stay in the files, where silver judges them. */
export async function readRealShop(files: readonly RealFile[]): Promise<{ shop: Shop; rows: Record<string, number> }> {
  const orders = new Map<string, OpenOrder>();
  const products = new Map<string, ShopProduct & { sold: number }>();
  const rows: Record<string, number> = {};
  for (const { name, path } of files) {
    const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line.trim() !== '');
    rows[name] = Math.max(0, lines.length - 1);
    for (const line of lines.slice(1)) addLine(csvCells(line.trimEnd()), orders, products);
  }
  const sales = [...orders.values()].sort((a, b) => a.time - b.time);
  const popular = [...products.values()].sort((a, b) => b.sold - a.sold);
  return { shop: { days: daysOf(sales), orders: sales, products: popular }, rows };
}

function addLine(
  cells: readonly string[],
  orders: Map<string, OpenOrder>,
  products: Map<string, ShopProduct & { sold: number }>,
): void {
  const [invoiceNo, stockCode, description, quantityText, date, , customer, country] = cells.map((cell) => cell.trim());
  const time = Date.parse(`${date?.replace(' ', 'T') ?? ''}Z`);
  const quantity = Number(quantityText);
  const isSale = /^[0-9]+$/.test(invoiceNo ?? '') && Number.isInteger(quantity) && quantity > 0;
  if (!isSale || cells.length !== 8 || !invoiceNo || !stockCode || !country || Number.isNaN(time)) return;

  const product = products.get(stockCode);
  if (product !== undefined) product.sold++;
  else products.set(stockCode, { stockCode, description: description ?? '', sold: 1 });

  const order = orders.get(invoiceNo);
  if (order !== undefined) {
    if (order.lines.length < SHOWN_LINES) order.lines.push({ stockCode, quantity });
    return;
  }
  const customerId = customer?.replace(/[.]0$/, '') ?? '';
  const known = customerId === '' ? undefined : customerId;
  orders.set(invoiceNo, { invoiceNo, time, customerId: known, country, lines: [{ stockCode, quantity }] });
}

/** Visits follow the days of the orders. */
function daysOf(orders: readonly ShopOrder[]): Shop['days'] {
  const weights = new Map<number, number>();
  for (const { time } of orders) weights.set(startOfDay(time), (weights.get(startOfDay(time)) ?? 0) + 1);
  return Array.from(weights, ([start, weight]) => ({ start, weight }));
}
