import { type EventRecord, type EventStream, badTimes, truncated, withField } from './arrivals.ts';
import { MINUTE } from './calendar.ts';
import { type Random, createRandom, weightedPicker, zipfWeight } from './random.ts';
import type { Session } from './sessions.ts';
import type { Shop, ShopOrder, ShopProduct } from './shop.ts';

type Step = Readonly<Record<string, string | number>> & { readonly event_type: string; readonly page: string };

/** Page views, searches, additions to the cart and purchases. */
export function interactionStream(seed: number, shop: Shop): EventStream {
  const pickProduct = weightedPicker(shop.products, (_, rank) => zipfWeight(rank, 0.85, 6));
  return {
    name: 'interactions',
    events: (session) => {
      const random = createRandom(seed, 'interactions', session.ordinal);
      const steps = session.order
        ? buying(random, session.order, pickProduct)
        : browsing(random, session.interactions, pickProduct);
      return timed(random, session, steps);
    },
    damages: {
      not_json: truncated,
      missing_event_id: withField('event_id', [undefined]),
      missing_session_id: withField('session_id', [undefined]),
      unknown_event_type: withField('event_type', [undefined, 'hover', 'pageview', 'PURCHASE', 'scroll']),
      bad_event_time: withField('event_time', badTimes),
    },
  };
}

type PickProduct = (random: Random) => ShopProduct;

const productPage = (stockCode: string): string => `/product/${encodeURIComponent(stockCode)}`;
const view = (page: string): Step => ({ event_type: 'page_view', page });

function search(random: Random, pick: PickProduct): Step {
  const words = pick(random).description.toLowerCase().replaceAll(/[",]/g, '').split(/\s+/).filter(Boolean);
  const text = words.slice(-random.integer(1, 3)).join(' ') || 'gift';
  return { event_type: 'search', page: '/search', search_text: text };
}

function productView(stockCode: string): Step {
  return { event_type: 'page_view', page: productPage(stockCode), stock_code: stockCode };
}

/** Home, a search, each line seen and put into the cart, the checkout and the purchase: 2 x lines + 4 steps. */
function* buying(random: Random, order: ShopOrder, pick: PickProduct): Generator<Step> {
  yield view('/');
  yield search(random, pick);
  for (const { stockCode, quantity } of order.lines) {
    yield productView(stockCode);
    yield { event_type: 'add_to_cart', page: productPage(stockCode), stock_code: stockCode, quantity };
  }
  yield view('/checkout');
  yield { event_type: 'purchase', page: '/checkout/done', invoice_no: order.invoiceNo };
}

/** Looks around for `count` steps; what is seen last is what may go into the cart. */
function* browsing(random: Random, count: number, pick: PickProduct): Generator<Step> {
  let seen: string | undefined;
  yield view(random.chance(0.6) ? '/' : '/offers');
  for (let step = 1; step < count; step++) {
    const roll = random.next();
    if (seen !== undefined && roll < 0.07) {
      yield { event_type: 'add_to_cart', page: productPage(seen), stock_code: seen, quantity: random.integer(1, 6) };
    } else if (roll < 0.25) {
      yield search(random, pick);
    } else if (roll < 0.35) {
      yield view(random.pick(['/cart', '/', '/offers', '/delivery']));
    } else {
      seen = pick(random).stockCode;
      yield productView(seen);
    }
  }
}

/** Steps are at most a minute apart; a purchase falls within the minute of its invoice. */
function* timed(random: Random, session: Session, steps: Iterable<Step>) {
  let time = session.start;
  let step = 0;
  for (const { event_type, ...rest } of steps) {
    const at = event_type === 'purchase' && session.order ? session.order.time + random.integer(1, MINUTE - 1) : time;
    const record: EventRecord = {
      event_id: `e${session.sessionId.slice(1)}${(step++).toString(16).padStart(2, '0')}`,
      session_id: session.sessionId,
      customer_id: session.customerId,
      event_type,
      // Both times are filled in on the way; standing here they keep their place in the body.
      event_time: '',
      received_time: '',
      ...rest,
      device: session.device,
      country: session.country,
    };
    yield { time: at, record };
    time += random.integer(3000, MINUTE);
  }
}
