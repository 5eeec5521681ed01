import { type ShopDay, shopYear } from './calendar.ts';
import type { Order } from './orders.ts';
import type { Product } from './products.ts';

/** What the website's visitors may come for: the same shape for a generated shop and for a real one's files. */
export interface Shop {
  readonly days: readonly ShopDay[];
  /** Sales, no returns, in time order. */
  readonly orders: readonly ShopOrder[];
  /** The most popular first. */
  readonly products: readonly ShopProduct[];
}

export interface ShopOrder {
  readonly invoiceNo: string;
  /** Milliseconds, UTC. */
  readonly time: number;
  /** Absent for a guest. */
  readonly customerId: string | undefined;
  readonly country: string;
  /** The first few lines. */
  readonly lines: readonly { readonly stockCode: string; readonly quantity: number }[];
}

export interface ShopProduct {
  readonly stockCode: string;
  readonly description: string;
}

/** Lines of an order that its session shows; the rest came from a saved list. */
export const SHOWN_LINES = 5;

export function generatedShop(orders: readonly Order[], products: readonly Product[]): Shop {
  const sales = orders.filter((order) => !order.invoiceNo.startsWith('C'));
  return {
    days: shopYear(),
    orders: sales.map((order) => ({
      invoiceNo: order.invoiceNo,
      time: order.time,
      customerId: order.customer?.customerId,
      country: order.country,
      lines: order.lines
        .slice(0, SHOWN_LINES)
        .map(({ product, quantity }) => ({ stockCode: product.stockCode, quantity })),
    })),
    products,
  };
}
