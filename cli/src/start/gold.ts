import type { Engine, QueryResult } from '@medallion/core/engine/contract.ts';
import { barChart } from '../output/bar-chart.ts';
import { resultTable } from '../output/table.ts';

/** What the run ends with: a few rows of each gold table, and one chart. */
const views: readonly { readonly title: string; readonly sql: string }[] = [
  {
    title: 'gold.daily_revenue, the best days by country and category',
    sql: 'SELECT order_date, country, category, orders, units_sold, net_revenue FROM gold.daily_revenue ORDER BY net_revenue DESC, order_date, country, category LIMIT 5',
  },
  {
    title: 'gold.conversion_funnel, all days by device',
    sql: 'SELECT device, sum(sessions) AS sessions, sum(sessions_with_search) AS searched, sum(sessions_with_cart) AS carted, sum(sessions_with_purchase) AS purchased FROM gold.conversion_funnel GROUP BY device ORDER BY device',
  },
  {
    title: 'gold.customer_360, by segment',
    sql: 'SELECT segment, count(*) AS customers, sum(orders) AS orders, sum(net_revenue) AS net_revenue FROM gold.customer_360 GROUP BY segment ORDER BY net_revenue DESC',
  },
  {
    title: 'gold.top_products, the last month',
    sql: 'SELECT place, stock_code, description, category, units, net_revenue FROM gold.top_products WHERE order_month = (SELECT max(order_month) FROM gold.top_products) AND place <= 5 ORDER BY place',
  },
  {
    title: 'gold.geo_demand, where most sessions are',
    sql: 'SELECT country_code, cell_latitude, cell_longitude, sessions, purchases, net_revenue FROM gold.geo_demand ORDER BY sessions DESC, country_code, cell_latitude, cell_longitude LIMIT 5',
  },
];

const revenueByMonth =
  "SELECT date_format(date_trunc('MONTH', order_date), 'yyyy-MM') AS month, sum(net_revenue) AS net_revenue FROM gold.daily_revenue GROUP BY date_format(date_trunc('MONTH', order_date), 'yyyy-MM') ORDER BY month";

export interface GoldView {
  readonly title: string;
  readonly result: QueryResult;
}

type Ask = (sql: string) => Promise<QueryResult>;

export async function goldViews(
  ask: Ask,
): Promise<{ readonly views: readonly GoldView[]; readonly months: QueryResult }> {
  const shown: GoldView[] = [];
  for (const { title, sql } of views) shown.push({ title, result: await ask(sql) });
  return { views: shown, months: await ask(revenueByMonth) };
}

export function goldText({ views: shown, months }: Awaited<ReturnType<typeof goldViews>>): string {
  const tables = shown.map(({ title, result }) => `${title}\n${resultTable(result)}`);
  const bars = months.rows.map(([month, revenue]) => ({ label: String(month), value: Number(revenue) }));
  return [...tables, barChart('Net revenue by month', bars)].join('\n\n');
}

/** Asks the engine as a SQL warehouse would be asked. */
export function askingWith(engine: Engine, catalog: string, signal: AbortSignal): Ask {
  return (text) =>
    engine.query(
      {
        source: { text, file: 'query' },
        parameters: {},
        profile: { ansi: true, timeZone: 'Etc/UTC', decidedBy: 'SQL warehouse' },
        catalog,
        maxRows: 100,
      },
      signal,
    );
}
