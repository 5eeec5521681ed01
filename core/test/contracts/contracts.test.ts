import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checksByTable, loadContracts } from '@medallion/core/contracts/load-contracts.ts';
import type { LoadedContracts } from '@medallion/core/contracts/contract.ts';
import type { SupervisedEngine } from '@medallion/core/engine/client.ts';
import { script, startLake, type TestLake } from '../engine/lake.ts';
import { refusal } from '../engine/refusal.ts';

const head = `version: 1.0.0
apiVersion: v3.1.0
kind: DataContract
id: shop.orders
status: active
`;

async function load(text: string, name = 'orders.odcs.yaml'): Promise<LoadedContracts> {
  const folder = mkdtempSync(join(tmpdir(), 'medallion-contracts-'));
  try {
    writeFileSync(join(folder, name), text);
    return await loadContracts(folder, [name]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const table = (properties: string, rest = ''): string =>
  `${head}schema:\n  - name: orders\n    physicalName: silver.orders\n${rest}    properties:\n${properties.replaceAll(/^/gm, '      ')}\n`;

describe('contracts', () => {
  it('say what they are, with the tables of rejected rows', async () => {
    const { contracts, diagnostics } = await load(
      `${head}domain: sales
team:
  - {username: ada@example.com, role: Data Owner}
slaProperties:
  - {property: latency, value: 4, unit: d, element: orders.day}
schema:
  - name: orders
    physicalName: shop.silver.Orders
    customProperties:
      - {property: medallion.quarantine, value: silver.orders_quarantine}
      - {property: medallion.duplicates, value: silver.orders_duplicates}
    properties:
      - {name: id, logicalType: integer, required: true}
somethingNew: tolerated
`,
    );
    assert.deepEqual(diagnostics, []);
    const contract = contracts[0]!;
    assert.deepEqual([contract.owners, contract.domain], [['ada@example.com'], 'sales']);
    assert.deepEqual(contract.serviceLevels, [{ property: 'latency', value: '4', unit: 'd', element: 'orders.day' }]);
    const [found] = contract.tables;
    assert.deepEqual(
      [found?.name, found?.quarantine, found?.duplicates],
      ['silver.orders', 'silver.orders_quarantine', 'silver.orders_duplicates'],
    );
  });

  it('break the standard with a place', async () => {
    const { contracts, diagnostics } = await load(
      'kind: DataContract\napiVersion: v2.2.0\nid: x\nschema:\n  - name: t\n    properties:\n      - {name: a, logicalType: text}\n',
    );
    assert.deepEqual(contracts, []);
    assert.deepEqual([...new Set(diagnostics.map(({ code }) => code))], ['contract.invalid']);
    const type = diagnostics.find(({ message }) => message.includes('logicalType'));
    assert.equal(type?.range?.start.line, 7);
    assert.match(
      type.message,
      /schema\.0\.properties\.0\.logicalType must be equal to one of the allowed values: string,date/,
    );
    assert.ok(diagnostics.some(({ message }) => message.includes("must have required property 'version'")));
  });

  it('name every rule that nothing checks', async () => {
    const { diagnostics } = await load(
      table(
        `- name: a
  logicalType: string
  logicalTypeOptions: {format: email}
  quality:
    - {type: text, description: looks right}
    - {type: custom, engine: soda, implementation: x}
    - {metric: unheardOf, mustBe: 0}
    - {metric: nullValues}
    - {metric: invalidValues, mustBe: 0}
    - {type: sql, query: 'SELECT count(*) FROM \${other}', mustBe: 0}
- {name: b, physicalType: HYPERCUBE}`,
      ),
    );
    assert.deepEqual(
      diagnostics.map(({ code, severity, message }) => [code, severity, message.replace('Nothing checks ', '')]),
      [
        'logicalTypeOptions.format.',
        'the physical type HYPERCUBE.',
        'the rule of type text "looks right".',
        'the rule of type custom "custom".',
        'the metric unheardOf of a.',
        'the metric nullValues of a.',
        'the metric invalidValues of a.',
        'the placeholder ${other}.',
      ].map((message) => ['contract.unsupported-rule', 'warning', message]),
    );
  });

  it('carry queries of the team as Databricks SQL', async () => {
    const { contracts } = await load(
      table(
        "- {name: a, quality: [{type: sql, query: 'SELECT max(${column}) FROM {object}', mustBeGreaterThan: 1, mustBeLessThan: 9}]}",
      ),
    );
    const check = contracts[0]?.tables[0]?.checks.at(-1);
    assert.deepEqual(
      [check?.sql, check?.language, check?.passes],
      ['SELECT max(`a`) FROM __staged', 'databricks', 'value > 1 AND value < 9'],
    );
  });

  it('of one table are one', async () => {
    const twice = table('- {name: a}').replace('schema:\n', 'schema:\n  - {name: x, physicalName: silver.orders}\n');
    assert.deepEqual(
      (await load(twice)).diagnostics.map(({ code }) => code),
      ['contract.duplicate-table'],
    );
  });
});

describe('contracts in the engine', function () {
  this.timeout(60_000);
  let lake: TestLake;
  let engine: SupervisedEngine;
  before(async () => {
    lake = await startLake();
    engine = await lake.engine();
  });
  after(async () => {
    await engine[Symbol.asyncDispose]();
    await lake[Symbol.asyncDispose]();
  });

  /** Each rule with rows that keep it and rows that break it: a rule that cannot fail checks nothing. */
  const rules: readonly [name: string, properties: string, good: string, bad: string, message: RegExp][] = [
    ['a column', '- {name: A}', "SELECT 'x' AS a -> a:string", "SELECT 'x' AS b -> b:string", /A is a column/],
    [
      'a physical type',
      '- {name: a, physicalType: "DECIMAL(10,2)"}',
      'SELECT 1 AS a -> a:decimal(10,2)',
      'SELECT 1 AS a -> a:decimal(10,3)',
      /a is DECIMAL\(10,2\)/,
    ],
    [
      'a logical type',
      '- {name: a, logicalType: timestamp}',
      'SELECT now() AS a -> a:timestamp',
      "SELECT 'x' AS a -> a:string",
      /a is a timestamp/,
    ],
    [
      'required',
      '- {name: a, required: true}',
      'SELECT 1 AS a -> a:int',
      'SELECT NULL AS a -> a:int',
      /a is required is violated by 1 row/,
    ],
    [
      'unique',
      '- {name: a, unique: true}',
      'SELECT unnest([1, 2, NULL, NULL]) AS a -> a:int',
      'SELECT unnest([1, 1]) AS a -> a:int',
      /a is unique/,
    ],
    [
      'a primary key',
      '- {name: a, primaryKey: true}\n- {name: b, primaryKey: true}',
      'SELECT 1 AS a, unnest([1, 2]) AS b -> a:int, b:int',
      'SELECT 1 AS a, unnest([1, NULL]) AS b -> a:int, b:int',
      /primary key \(a, b\) is not null/,
    ],
    [
      'options',
      '- {name: a, logicalType: integer, logicalTypeOptions: {minimum: 1, maximum: 5}}',
      'SELECT unnest([1, 5]) AS a -> a:int',
      'SELECT unnest([0, 6]) AS a -> a:int',
      /a minimum 1 is violated by 1 row.*a maximum 5 is violated by 1 row/,
    ],
    [
      'a pattern',
      "- {name: a, logicalType: string, logicalTypeOptions: {pattern: '^C'}}",
      "SELECT 'C1' AS a -> a:string",
      "SELECT '1C' AS a -> a:string",
      /a pattern \^C/,
    ],
    [
      'null values in percent',
      '- {name: a, quality: [{metric: nullValues, unit: percent, mustBeLessThan: 50}]}',
      'SELECT unnest([1, 2, NULL]) AS a -> a:int',
      'SELECT unnest([1, NULL]) AS a -> a:int',
      /a nullValues/,
    ],
    [
      'missing values',
      "- {name: a, quality: [{metric: missingValues, arguments: {missingValues: ['', n/a]}, mustBe: 0}]}",
      "SELECT 'x' AS a -> a:string",
      "SELECT unnest(['n/a', '', NULL]) AS a -> a:string",
      /by 3 rows/,
    ],
    [
      'invalid values',
      '- {name: a, quality: [{metric: invalidValues, arguments: {validValues: [x, y]}, mustBe: 0}]}',
      "SELECT unnest(['x', NULL]) AS a -> a:string",
      "SELECT unnest(['x', 'z']) AS a -> a:string",
      /a invalidValues is violated by 1 row/,
    ],
    [
      'duplicates',
      '- {name: a, quality: [{metric: duplicateValues, mustBeBetween: [1, 2]}]}',
      'SELECT unnest([1, 1, 1]) AS a -> a:int',
      'SELECT unnest([1, 2]) AS a -> a:int',
      /a duplicateValues/,
    ],
    [
      'a query of the team',
      "- {name: a, quality: [{name: sums up, type: sql, query: 'SELECT sum(a) FROM {object} -> value:bigint', mustBe: 3}]}",
      'SELECT unnest([1, 2]) AS a -> a:int',
      'SELECT unnest([1, 3]) AS a -> a:int',
      /sums up is violated/,
    ],
  ];
  for (const [name, properties, good, bad, message] of rules) {
    it(name, async () => {
      const { contracts, diagnostics } = await load(table(properties));
      assert.deepEqual(diagnostics, []);
      const checks = checksByTable(contracts);
      const write = (rows: string) =>
        engine.runScript(script(`CREATE OR REPLACE TABLE silver.orders AS ${rows}`, {}, { checks }));
      const written = await write(good);
      assert.ok(written.statements[0]?.written?.checks.every(({ violations }) => violations === 0));
      assert.match((await refusal(write(bad), 'contract.violated')).message, message);
    });
  }

  it('count the whole table where rows are added', async () => {
    const rowCount = '    quality: [{metric: rowCount, mustBeLessOrEqualTo: 2, severity: warning}]\n';
    const checks = checksByTable((await load(table('- {name: a, unique: true}', rowCount))).contracts);
    const run = (text: string) => engine.runScript(script(text, {}, { checks }));
    await run('CREATE OR REPLACE TABLE silver.orders AS SELECT unnest([1, 2]) AS a -> a:int');
    await refusal(run('INSERT INTO silver.orders SELECT 1 -> a:int'), 'contract.violated');
    const added = await run('INSERT INTO silver.orders SELECT 3 -> a:int');
    assert.match(added.warnings[0]?.message ?? '', /rowCount is violated/);
  });

  it('refuse a rule that cannot be run', async () => {
    const checks = checksByTable(
      (await load(table("- {name: a, quality: [{type: sql, query: 'NOT EMULATED', mustBe: 0}]}"))).contracts,
    );
    await refusal(
      engine.runScript(script('CREATE OR REPLACE TABLE silver.orders AS SELECT 1 AS a -> a:int', {}, { checks })),
      'contract.unsupported-check',
    );
  });
});
