import { type ShopEvent, arrivals } from './arrivals.ts';
import { type Customer, createCustomers } from './customers.ts';
import { geoStream } from './geo.ts';
import { interactionStream } from './interactions.ts';
import { type DataSetOptions, DEFAULT_SEED, checkOptions, fingerprint } from './options.ts';
import { type Order, createOrders } from './orders.ts';
import { type Product, createProducts } from './products.ts';
import { type RealFile, readRealShop, realFiles } from './real-shop.ts';
import { type Session, planSessions } from './sessions.ts';
import { type Shop, generatedShop } from './shop.ts';

/** All that a data set is made of, decided; files and events follow from it. */
export interface DataSetPlan {
  readonly options: DataSetOptions;
  readonly seed: number;
  readonly fingerprint: string;
  readonly transactions: GeneratedTransactions | RealTransactions;
  readonly shop: Shop;
  /** By start. */
  readonly sessions: readonly Session[];
}

export interface GeneratedTransactions {
  readonly kind: 'generated';
  readonly orders: readonly Order[];
  readonly customers: readonly Customer[];
  readonly products: readonly Product[];
}

export interface RealTransactions {
  readonly kind: 'real';
  readonly files: readonly RealFile[];
  /** Rows of each file, without the header. */
  readonly rows: Readonly<Record<string, number>>;
}

/** Decides the data set. Throws a RangeError for a bad option, an Error for a folder without order lines. */
export async function planDataSet(options: DataSetOptions): Promise<DataSetPlan> {
  checkOptions(options);
  const seed = options.seed ?? DEFAULT_SEED;
  const { transactions, shop } =
    options.transactionsDir === undefined
      ? generatedTransactions(seed, options.orders)
      : await realTransactions(options.transactionsDir);
  return {
    options,
    seed,
    fingerprint: await fingerprint(options),
    transactions,
    shop,
    sessions: planSessions(seed, shop, options.events),
  };
}

function generatedTransactions(seed: number, count: number) {
  const customers = createCustomers(seed, count);
  const products = createProducts(seed);
  const orders = createOrders(seed, count, customers, products);
  const transactions: GeneratedTransactions = { kind: 'generated', orders, customers, products };
  return { transactions, shop: generatedShop(orders, products) };
}

async function realTransactions(folder: string) {
  const files = await realFiles(folder);
  const { shop, rows } = await readRealShop(files);
  if (shop.orders.length === 0)
    throw new Error(`The .csv files of ${folder} hold no order line in Online Retail's eight columns.`);
  const transactions: RealTransactions = { kind: 'real', files, rows };
  return { transactions, shop };
}

/** The website's interactions, in the order in which they arrive. */
export function* interactionEvents(plan: DataSetPlan): Generator<ShopEvent> {
  if (plan.sessions.length > 0) yield* arrivals(plan.seed, plan.sessions, interactionStream(plan.seed, plan.shop));
}

/** The location pings, in the order in which they arrive. */
export function* geoEvents(plan: DataSetPlan): Generator<ShopEvent> {
  if (plan.sessions.length > 0) yield* arrivals(plan.seed, plan.sessions, geoStream(plan.seed));
}
