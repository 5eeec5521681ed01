import { DAY, HOUR, MINUTE, YEAR_END, shopYear, startOfDay, timeOfDayPicker, timePicker } from './calendar.ts';
import type { Customer } from './customers.ts';
import { countries } from './countries.ts';
import type { Product } from './products.ts';
import { type Random, createRandom, weightedPicker, zipfWeight } from './random.ts';

export interface OrderLine {
  readonly product: Product;
  /** Negative in a return. */
  readonly quantity: number;
  readonly unitPrice: number;
  /** Some later return takes (part of) it back. */
  readonly returned: boolean;
}

export interface Order {
  /** `C...` for a return. */
  readonly invoiceNo: string;
  /** Milliseconds, whole minutes, UTC. */
  readonly time: number;
  readonly customer: Customer | undefined;
  readonly country: string;
  readonly lines: readonly OrderLine[];
}

type UnnumberedOrder = Omit<Order, 'invoiceNo'> & { readonly isReturn: boolean };

const FIRST_INVOICE = 600_001;
const GUEST_SHARE = 0.15;
const RETURN_SHARE = 0.08;
const LONGEST_RETURN_DAYS = 28;
const MOST_LINES = 20;

/** Orders and returns in time order. Each product stands at most once in an invoice, so no two lines are the same by accident. */
export function createOrders(
  seed: number,
  count: number,
  customers: readonly Customer[],
  products: readonly Product[],
): Order[] {
  const context = orderContext(customers, products);
  const all: UnnumberedOrder[] = [];
  for (let index = 0; index < count; index++) {
    const random = createRandom(seed, 'order', index);
    const order = createOrder(random, context);
    const taken = random.chance(RETURN_SHARE) ? createReturn(random, order, context) : undefined;
    if (taken === undefined) all.push(order);
    else all.push(taken.order, taken.back);
  }
  all.sort((a, b) => a.time - b.time);
  return all.map(({ isReturn, ...order }, index) => ({
    invoiceNo: `${isReturn ? 'C' : ''}${FIRST_INVOICE + index}`,
    ...order,
  }));
}

function orderContext(customers: readonly Customer[], products: readonly Product[]) {
  return {
    pickTime: timePicker(shopYear(), 'orders'),
    pickTimeOfDay: timeOfDayPicker('orders'),
    pickCustomer: weightedPicker(customers, (_, rank) => zipfWeight(rank, 0.9, 20)),
    pickProduct: weightedPicker(products, (_, rank) => zipfWeight(rank, 0.85, 6)),
    pickCountry: weightedPicker(countries, (country) => country.weight),
  };
}

type Context = ReturnType<typeof orderContext>;

function createOrder(random: Random, context: Context): UnnumberedOrder {
  const time = wholeMinute(context.pickTime(random));
  const customer = random.chance(GUEST_SHARE) ? undefined : context.pickCustomer(random);
  const country = customer?.country ?? context.pickCountry(random).name;
  const wholesale = customer?.wholesale ?? false;
  const basket = new Set<Product>();
  // A rare product may be refused out of season, so the basket can end smaller than meant, but never empty.
  for (let wanted = basketSize(random); wanted > 0; wanted--) {
    const product = context.pickProduct(random);
    if (basket.size === 0 || inSeason(random, product, time)) basket.add(product);
  }
  const lines = Array.from(basket, (product) => createLine(random, product, wholesale));
  return { time, customer, country, lines, isReturn: false };
}

/** One to twenty, most often two to six. */
function basketSize(random: Random): number {
  return Math.min(MOST_LINES, Math.max(1, Math.round(Math.exp(1.5 + 0.75 * random.normal()))));
}

/** Christmas goods sell from September, garden goods from April to August; out of season few do. */
function inSeason(random: Random, product: Product, time: number): boolean {
  const month = new Date(time).getUTCMonth() + 1;
  if (product.category === 'christmas') return month >= 9 || random.chance(0.12);
  if (product.category === 'garden') return (month >= 4 && month <= 8) || random.chance(0.4);
  return true;
}

function createLine(random: Random, product: Product, wholesale: boolean): OrderLine {
  const isGift = random.chance(0.004);
  const quantity = isGift ? 1 : wholesale ? wholesaleQuantity(random) : retailQuantity(random);
  const discount = quantity >= 24 ? 0.85 : 1;
  const unitPrice = isGift ? 0 : Math.round(product.listPrice * discount * 100) / 100;
  return { product, quantity, unitPrice, returned: false };
}

function retailQuantity(random: Random): number {
  if (random.chance(0.12)) return random.pick([6, 10, 12, 12, 24]);
  return Math.max(1, Math.round(Math.exp(0.6 + 0.6 * random.normal())));
}

function wholesaleQuantity(random: Random): number {
  if (random.chance(0.01)) return random.integer(10, 50) * 100;
  return random.integer(1, 12) * 12;
}

/** Takes back some lines, wholly or in part, within four weeks; undefined where that would be next year. */
function createReturn(random: Random, order: UnnumberedOrder, context: Context) {
  const day = startOfDay(order.time) + DAY * random.integer(1, LONGEST_RETURN_DAYS);
  const time = wholeMinute(day + context.pickTimeOfDay(random));
  if (time >= YEAR_END - 4 * HOUR) return undefined;
  const first = random.integer(0, order.lines.length - 1);
  const isTaken = order.lines.map((_, index) => index === first || random.chance(0.2));
  const lines = order.lines.map((line, index) => ({ ...line, returned: isTaken[index] ?? false }));
  const back = lines
    .filter((line) => line.returned)
    .map((line) => ({ ...line, quantity: -random.integer(1, line.quantity), returned: false }));
  return { order: { ...order, lines }, back: { ...order, time, lines: back, isReturn: true } };
}

function wholeMinute(time: number): number {
  return Math.floor(time / MINUTE) * MINUTE;
}
