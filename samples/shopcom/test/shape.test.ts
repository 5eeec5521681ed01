import assert from 'node:assert/strict';

import { type DataSetPlan, geoEvents, interactionEvents, planDataSet } from '../generator/main.ts';
import { sum, tally } from './read-output.ts';

type Event = Record<string, string | number | undefined>;

/** The events that nothing was done to. */
function wellFormed(events: Iterable<{ body: string; fault: { kind: string } }>): Event[] {
  return Array.from(events)
    .filter(({ fault }) => fault.kind === 'none')
    .map(({ body }) => JSON.parse(body) as Event);
}

function ordersOf(plan: DataSetPlan) {
  assert.ok(plan.transactions.kind === 'generated');
  return plan.transactions.orders;
}

function share(part: number, whole: number, low: number, high: number): void {
  assert.ok(part / whole >= low && part / whole <= high, `${part} of ${whole}`);
}

describe("ShopCom's year", () => {
  let plan: DataSetPlan;
  before(async () => {
    plan = await planDataSet({ orders: 6000, events: 30_000 });
  });

  it('peaks before Christmas, rests at night and on Saturdays', () => {
    const times = ordersOf(plan).map(({ time }) => new Date(time));
    assert.deepEqual([...new Set(times.map((time) => time.getUTCFullYear()))], [2025]);
    const months = tally(times.map((time) => String(time.getUTCMonth())));
    assert.ok(months['10']! > 2 * months['0']!, 'November and January');
    const weekdays = tally(times.map((time) => String(time.getUTCDay())));
    assert.ok(weekdays['4']! > 1.5 * weekdays['6']!, 'Thursday and Saturday');
    share(times.filter((time) => time.getUTCHours() < 6).length, times.length, 0.0005, 0.02);
  });

  it('has a few products and customers that count for most', () => {
    const orders = ordersOf(plan);
    const sold = tally(orders.flatMap(({ lines }) => lines.map(({ product }) => product.stockCode)));
    const bySales = Object.values(sold).sort((a, b) => b - a);
    share(sum(bySales.slice(0, 150)), sum(bySales), 0.25, 0.7);
    const byCustomer = Object.values(tally(orders.flatMap(({ customer }) => customer?.customerId ?? [])));
    share(sum(byCustomer.sort((a, b) => b - a).slice(0, 120)), sum(byCustomer), 0.2, 0.6);
    share(orders.filter(({ customer }) => !customer).length, orders.length, 0.12, 0.18);
    share(orders.filter(({ country }) => country === 'United Kingdom').length, orders.length, 0.82, 0.93);
  });

  it('has baskets of one to twenty lines, gifts and wholesale orders', () => {
    const sales = ordersOf(plan).filter(({ invoiceNo }) => !invoiceNo.startsWith('C'));
    const sizes = sales.map(({ lines }) => lines.length);
    assert.equal(Math.min(...sizes), 1);
    assert.ok(Math.max(...sizes) > 12 && Math.max(...sizes) <= 20);
    const lines = sales.flatMap((order) => order.lines);
    share(lines.filter(({ unitPrice }) => unitPrice === 0).length, lines.length, 0.001, 0.01);
    assert.ok(lines.some(({ quantity }) => quantity >= 1000));
    assert.ok(lines.every(({ quantity, unitPrice }) => quantity > 0 && unitPrice >= 0));
  });

  it('takes back what was bought before, by the same customer and no more of it', () => {
    const orders = ordersOf(plan);
    const returns = orders.filter(({ invoiceNo }) => invoiceNo.startsWith('C'));
    share(returns.length, 6000, 0.06, 0.09);
    for (const back of returns) {
      const origin = orders.some(
        (order) =>
          order.time < back.time &&
          order.customer === back.customer &&
          back.lines.every((line) =>
            order.lines.some((bought) => bought.product === line.product && bought.quantity >= -line.quantity),
          ),
      );
      assert.ok(origin && back.lines.length > 0 && back.lines.every(({ quantity }) => quantity < 0), back.invoiceNo);
    }
  });

  it('sells to few of those who visit, each purchase an invoice of that day', () => {
    const events = wellFormed(interactionEvents(plan));
    const orders = new Map(plan.shop.orders.map((order) => [order.invoiceNo, order]));
    const purchases = events.filter((event) => event['event_type'] === 'purchase');
    share(purchases.length, plan.sessions.length, 0.02, 0.2);
    for (const purchase of purchases) {
      const order = orders.get(String(purchase['invoice_no']));
      assert.equal(new Date(order!.time).toISOString().slice(0, 16), String(purchase['event_time']).slice(0, 16));
      assert.equal(purchase['customer_id'], order!.customerId);
    }
    share(events.filter((event) => event['customer_id'] === undefined).length, events.length, 0.3, 0.75);
    assert.ok(events.filter((event) => event['event_type'] === 'search').every((event) => event['search_text']));
  });

  it('keeps the events of a session under its key, and few of them in waiting', () => {
    for (const { partitionKey, body, fault } of interactionEvents(plan)) {
      if (fault.kind === 'malformed') continue;
      assert.equal((JSON.parse(body) as Event)['session_id'], partitionKey);
    }
    const { value } = interactionEvents(plan).next() as { value: { body: string } };
    assert.match(value.body, /"event_time":"2025-01-01T/);
  });

  it('places pings at real towns, with accuracy and town missing at times', () => {
    const pings = wellFormed(geoEvents(plan));
    share(pings.filter((ping) => ping['accuracy_m'] === undefined).length, pings.length, 0.03, 0.1);
    share(pings.filter((ping) => ping['city'] === undefined).length, pings.length, 0.04, 0.13);
    const london = pings.filter((ping) => ping['city'] === 'London' && ping['country_code'] === 'GB');
    assert.ok(london.length > 20);
    for (const { latitude, longitude } of london) {
      assert.ok(Math.abs(Number(latitude) - 51.5) < 1 && Math.abs(Number(longitude) + 0.12) < 1);
    }
  });
});
