import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { dateText } from './calendar.ts';
import { csvLine } from './csv.ts';
import type { Customer } from './customers.ts';
import type { Product } from './products.ts';

/** Writes `customers/customers.csv` and `products/products.csv`. */
export async function writeReference(
  customers: readonly Customer[],
  products: readonly Product[],
  folder: string,
): Promise<void> {
  const customerRows = customers.map((customer) => [
    customer.customerId,
    customer.name,
    customer.country,
    dateText(customer.signupDay),
    String(customer.marketingConsent),
  ]);
  const productRows = products.map((product) => [
    product.stockCode,
    product.description,
    product.category,
    String(product.listPrice),
  ]);
  await writeTable(join(folder, 'customers'), 'customers.csv', [
    ['CustomerID', 'Name', 'Country', 'SignupDate', 'MarketingConsent'],
    ...customerRows,
  ]);
  await writeTable(join(folder, 'products'), 'products.csv', [
    ['StockCode', 'Description', 'Category', 'ListPrice'],
    ...productRows,
  ]);
}

/** A shop that exports neither still has the folders. */
export async function emptyReference(folder: string): Promise<void> {
  await mkdir(join(folder, 'customers'), { recursive: true });
  await mkdir(join(folder, 'products'), { recursive: true });
}

async function writeTable(folder: string, name: string, rows: readonly (readonly string[])[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), rows.map((row) => `${csvLine(row)}\n`).join(''));
}
