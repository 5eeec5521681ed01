import { MINUTE, timePicker } from './calendar.ts';
import { shuffled } from './products.ts';
import { type Random, createRandom } from './random.ts';
import type { Shop, ShopOrder } from './shop.ts';

/** A visit of the website, planned so far that its events can be told one by one, and counted without telling them. */
export interface Session {
  readonly sessionId: string;
  /** Makes the streams of random numbers of this session. */
  readonly ordinal: number;
  /** Milliseconds, UTC. */
  readonly start: number;
  readonly customerId: string | undefined;
  readonly country: string;
  /** Absent in the few events whose browser did not tell. */
  readonly device: string | undefined;
  /** The order that the session ends with; most end with none. */
  readonly order: ShopOrder | undefined;
  readonly interactions: number;
  readonly pings: number;
}

/** One session in about a dozen ends with an order. */
const EVENTS_A_PURCHASE = 100;
const MOST_ORDERS_ONLINE = 0.6;
const SIGNED_IN_SHARE = 0.45;
/** Ids are the ordinal times an odd number, modulo 2^32: they look random and never meet. */
const ID_FACTOR = 0x9e3779b1;

/** Sessions in the order of their start, with at least `events` events (interactions and pings) in all. */
export function planSessions(seed: number, shop: Shop, events: number): Session[] {
  if (events === 0) return [];
  const sessions: Session[] = [];
  let planned = 0;
  const add = (session: Session): void => {
    sessions.push(session);
    planned += session.interactions + session.pings;
  };
  for (const order of onlineOrders(seed, shop, events)) add(buyingSession(seed, sessions.length, order));
  const pickTime = timePicker(shop.days, 'web');
  while (planned < events) {
    const random = createRandom(seed, 'session', sessions.length);
    add(browsingSession(random, sessions.length, shop, pickTime(random)));
  }
  return sessions.sort((a, b) => a.start - b.start);
}

function onlineOrders(seed: number, shop: Shop, events: number): ShopOrder[] {
  const count = Math.min(Math.round(shop.orders.length * MOST_ORDERS_ONLINE), Math.ceil(events / EVENTS_A_PURCHASE));
  return shuffled(createRandom(seed, 'online orders'), shop.orders).slice(0, count);
}

function buyingSession(seed: number, ordinal: number, order: ShopOrder): Session {
  const random = createRandom(seed, 'session', ordinal);
  const interactions = 2 * order.lines.length + 4;
  const start = order.time - interactions * MINUTE;
  return {
    ...visit(random, ordinal),
    start,
    customerId: order.customerId,
    country: order.country,
    order,
    interactions,
  };
}

function browsingSession(random: Random, ordinal: number, shop: Shop, start: number): Session {
  // Who comes is drawn from the orders, so that those who buy often also look often.
  const like = random.pick(shop.orders);
  const customerId = random.chance(SIGNED_IN_SHARE) ? like.customerId : undefined;
  const interactions = Math.min(40, Math.max(1, Math.round(Math.exp(1.4 + 0.8 * random.normal()))));
  return { ...visit(random, ordinal), start, customerId, country: like.country, order: undefined, interactions };
}

function visit(random: Random, ordinal: number) {
  const sessionId = `s${(Math.imul(ordinal, ID_FACTOR) >>> 0).toString(16).padStart(8, '0')}`;
  return { sessionId, ordinal, device: device(random), pings: pingCount(random) };
}

function device(random: Random): string | undefined {
  const roll = random.next();
  if (roll < 0.012) return undefined;
  return roll < 0.54 ? 'mobile' : roll < 0.91 ? 'desktop' : 'tablet';
}

/** Two in the mean: a quarter of all events are pings. */
function pingCount(random: Random): number {
  const roll = random.next();
  return roll < 0.12 ? 0 : roll < 0.32 ? 1 : roll < 0.62 ? 2 : 3;
}
