import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { type Answer, SparkSession } from './spark-session.ts';

const sources = new URL('../../../samples/shopcom/src/', import.meta.url);
const landing = '/Volumes/shop/bronze/landing';
const parameters = { catalog: 'shop', landing };
const metadata = (file: string): string =>
  `struct_pack(file_path := '${file}', file_name := 'f', file_size := 1::BIGINT, file_block_start := 0::BIGINT, file_block_length := 1::BIGINT,
   file_modification_time := TIMESTAMPTZ '2024-01-01 00:00:00+00')`;

const lines = `SELECT t.*, ${metadata('2010-12-02.csv')} AS _metadata FROM (VALUES
  ('536365', ' 85123a', 'HEART', '6', '2010-12-01 08:26:00', '2.55', '17850.0', 'United Kingdom', NULL),
  ('536365', ' 85123a', 'HEART', '6', '2010-12-01 08:26:00', '2.55', '17850.0', 'United Kingdom', NULL),
  ('C536379', 'D', 'Discount', '-1', '2010-12-02 09:41:00', '27.50', '', 'United Kingdom', NULL),
  ('536366', '22633', NULL, '0', '2010-12-01 08:28:00', '1.85', '17850', 'France', NULL),
  ('536367', '22634', 'x', '1', 'yesterday', '1.85', '17850', 'France', NULL),
  ('536368', '22635', 'x', '1', '2010-12-01 08:28:00', '1,85', '17850', 'France', NULL),
  ('', '22635', 'x', '1', '2010-12-01 08:28:00', '1.85', '17850', 'France', NULL),
  ('536369', '22635', 'x', '1', '2010-12-01 08:28:00', '1.85', '17850', 'France', '{"more":1}'),
  ('536370', '22635', 'x', '1', '2010-12-01 08:28:00', '1.85', '17850', NULL, NULL)
) AS t(InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID, Country, _rescued_data)`;

function events(bodies: readonly string[]): string {
  const rows = bodies.map(
    (body, index) =>
      `(${index}::BIGINT, '${index * 100}', '2024-05-01 00:00:00', encode('${body.replaceAll("'", "''")}'), NULL::VARCHAR)`,
  );
  return `SELECT t.*, ${metadata('a.avro')} AS _metadata FROM (VALUES ${rows.join(', ')}) AS t(SequenceNumber, "Offset", EnqueuedTimeUtc, Body, _rescued_data)`;
}

const purchase = {
  event_id: 'e1',
  session_id: 's1',
  customer_id: '17850',
  event_type: 'purchase',
  event_time: '2010-12-01T08:26:00Z',
  received_time: '2010-12-01T10:00:00Z',
  quantity: 2,
  invoice_no: '536365',
  device: 'mobile',
};
const interactions = [
  JSON.stringify(purchase),
  JSON.stringify(purchase),
  JSON.stringify({
    ...purchase,
    event_id: 'e2',
    event_type: 'search',
    search_text: "men's",
    quantity: 'many',
    received_time: undefined,
  }),
  JSON.stringify({ ...purchase, event_id: 'e3', event_type: 'dance' }),
  JSON.stringify({ ...purchase, event_id: 'e4', event_time: 'now' }),
  JSON.stringify(purchase).slice(0, 40),
  'not json',
];
const ping = {
  ping_id: 'p1',
  session_id: 's1',
  latitude: 51.507412,
  longitude: -0.12,
  accuracy_m: 12.5,
  country_code: 'GB',
  event_time: '2010-12-01T08:26:00Z',
  received_time: '2010-12-01T08:26:01Z',
};
const pings = [
  JSON.stringify(ping),
  JSON.stringify({ ...ping, ping_id: 'p2', accuracy_m: null, latitude: 52 }),
  JSON.stringify({ ...ping, ping_id: 'p3', latitude: 123.5 }),
  JSON.stringify({ ...ping, ping_id: 'p4', latitude: undefined }),
  '{"ping_id":"p5",',
];

describe("ShopCom's SQL", () => {
  let spark: SparkSession;
  before(async () => {
    spark = await SparkSession.open();
    await spark.define(`${landing}/transactions`, lines);
    await spark.define(
      `${landing}/reference/customers`,
      `SELECT t.*, ${metadata('c1.csv')} AS _metadata FROM (VALUES
      ('17850.0', 'Ann', 'United Kingdom', '2009-01-31', 'TRUE', NULL::VARCHAR), ('17850', 'Anna', 'United Kingdom', '2009-02-01', 'true', NULL)
      ) AS t(CustomerID, Name, Country, SignupDate, MarketingConsent, _rescued_data)`,
    );
    await spark.define(
      `${landing}/reference/products`,
      `SELECT t.*, ${metadata('p1.csv')} AS _metadata FROM (VALUES
      ('85123a ', 'Heart', 'Home', '2.5', NULL::VARCHAR)) AS t(StockCode, Description, Category, ListPrice, _rescued_data)`,
    );
    await spark.define(`${landing}/capture/emulatorNs1/interactions`, events(interactions));
    await spark.define(`${landing}/capture/emulatorNs1/geo`, events(pings));
    for (const file of [
      'bronze/transactions',
      'bronze/reference',
      'bronze/interactions',
      'bronze/geo',
      'silver/reference',
      'silver/order_lines',
      'silver/interactions',
      'silver/geo',
    ])
      await spark.run(await readFile(new URL(`${file}.sql`, sources), 'utf8'), parameters);
    for (const file of ['daily_revenue', 'conversion_funnel', 'customer_360', 'top_products', 'geo_demand'])
      await spark.run(await readFile(new URL(`gold/${file}.sql`, sources), 'utf8'), parameters);
  });
  after(() => spark[Symbol.asyncDispose]());

  async function query(text: string): Promise<Answer> {
    const answer = await spark.run(text);
    assert.ok(answer);
    return answer;
  }

  it('types, joins and prices each order line once', async () => {
    assert.deepEqual(await query('SELECT * FROM silver.order_lines ORDER BY invoice_no'), {
      columns: [
        'invoice_no:string',
        'stock_code:string',
        'description:string',
        'quantity:int',
        'unit_price:decimal(12,4)',
        'net_amount:decimal(18,4)',
        'invoiced_at:timestamp',
        'order_date:date',
        'customer_id:string',
        'country:string',
        'category:string',
        'is_return:boolean',
        'is_late:boolean',
        '_source_file:string',
        'order_month:date',
      ],
      rows: [
        [
          '536365',
          '85123A',
          'HEART',
          '6',
          '2.5500',
          '15.3000',
          '2010-12-01 08:26:00+00',
          '2010-12-01',
          '17850',
          'United Kingdom',
          'home',
          'false',
          'true',
          '2010-12-02.csv',
          '2010-12-01',
        ],
        [
          'C536379',
          'D',
          'Discount',
          '-1',
          '27.5000',
          '-27.5000',
          '2010-12-02 09:41:00+00',
          '2010-12-02',
          null,
          'United Kingdom',
          'unknown',
          'true',
          'false',
          '2010-12-02.csv',
          '2010-12-01',
        ],
      ],
    });
  });

  it('turns away each bad line with its reason, and keeps copies apart', async () => {
    const { rows } = await query(
      'SELECT reason, count(*) AS n FROM silver.order_lines_quarantine GROUP BY reason ORDER BY reason',
    );
    assert.deepEqual(
      rows,
      [
        'bad_invoice_date',
        'bad_quantity',
        'bad_unit_price',
        'missing_invoice_no',
        'too_few_columns',
        'too_many_columns',
      ].map((reason) => [reason, '1']),
    );
    assert.deepEqual(
      (await query('SELECT count(*) AS n, max(copy_number) AS c FROM silver.order_lines_duplicates')).rows,
      [['1', '2']],
    );
  });

  it('reads events as from_json does, wrong types and broken texts included', async () => {
    const { rows } = await query(
      'SELECT event_id, event_type, quantity, search_text, is_late FROM silver.interactions ORDER BY event_id',
    );
    assert.deepEqual(rows, [
      ['e1', 'purchase', '2', null, 'true'],
      ['e2', 'search', null, "men's", 'false'],
    ]);
    const turnedAway = await query(
      'SELECT reason, count(*) AS n FROM silver.interactions_quarantine GROUP BY reason ORDER BY reason',
    );
    assert.deepEqual(turnedAway.rows, [
      ['bad_event_time', '1'],
      ['not_json', '2'],
      ['unknown_event_type', '1'],
    ]);
    assert.deepEqual((await query('SELECT count(*) AS n FROM silver.interactions_duplicates')).rows, [['1']]);
  });

  it('reads pings with coordinates and turns away the others', async () => {
    assert.deepEqual((await query('SELECT ping_id, latitude, accuracy_m FROM silver.geo ORDER BY ping_id')).rows, [
      ['p1', '51.507412', '12.5'],
      ['p2', '52.0', null],
    ]);
    const { rows } = await query(
      'SELECT reason, count(*) AS n FROM silver.geo_quarantine GROUP BY reason ORDER BY reason',
    );
    assert.deepEqual(rows, [
      ['coordinates_out_of_range', '1'],
      ['missing_coordinates', '1'],
      ['not_json', '1'],
    ]);
  });

  it('keeps the last version of each customer', async () => {
    assert.deepEqual((await query('SELECT * FROM silver.customers')).rows, [
      ['17850', 'Anna', 'United Kingdom', '2009-02-01', 'true'],
    ]);
  });

  it('sums the gold tables with exact types', async () => {
    const revenue = await query('SELECT * FROM gold.daily_revenue ORDER BY order_date');
    assert.deepEqual(revenue.columns, [
      'order_date:date',
      'country:string',
      'category:string',
      'orders:bigint',
      'units_sold:bigint',
      'sales:decimal(18,4)',
      'returns:decimal(18,4)',
      'net_revenue:decimal(18,4)',
    ]);
    assert.deepEqual(revenue.rows, [
      ['2010-12-01', 'United Kingdom', 'home', '1', '6', '15.3000', '0.0000', '15.3000'],
      ['2010-12-02', 'United Kingdom', 'unknown', '0', '0', '0.0000', '-27.5000', '-27.5000'],
    ]);
    assert.deepEqual((await query('SELECT * FROM gold.conversion_funnel')).rows, [
      ['2010-12-01', 'mobile', '1', '1', '0', '1', '1.0000'],
    ]);
    assert.deepEqual((await query('SELECT * FROM gold.geo_demand')).rows, [['GB', '51', '-1', '1', '1', '15.3000']]);
    const customers = await query(
      'SELECT customer_id, name, orders, returns, net_revenue, sessions, recency_days, recency_score, segment FROM gold.customer_360',
    );
    assert.deepEqual(customers.rows, [['17850', 'Anna', '1', '0', '15.3000', '1', '0', '1', 'lost']]);
    const top = await query(
      'SELECT place, stock_code, units, net_revenue FROM gold.top_products WHERE order_month = (SELECT max(order_month) FROM gold.top_products) AND place <= 5 ORDER BY place',
    );
    assert.deepEqual(top, {
      columns: ['place:int', 'stock_code:string', 'units:bigint', 'net_revenue:decimal(18,4)'],
      rows: [
        ['1', '85123A', '6', '15.3000'],
        ['2', 'D', '-1', '-27.5000'],
      ],
    });
    const months = await query(
      "SELECT date_format(date_trunc('MONTH', order_date), 'yyyy-MM') AS month, sum(net_revenue) AS net_revenue FROM gold.daily_revenue GROUP BY date_format(date_trunc('MONTH', order_date), 'yyyy-MM') ORDER BY month",
    );
    assert.deepEqual(months, {
      columns: ['month:string', 'net_revenue:decimal(28,4)'],
      rows: [['2010-12', '-12.2000']],
    });
  });
});
