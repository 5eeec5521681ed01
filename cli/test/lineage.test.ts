import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json, medallion } from './support/medallion.ts';
import { assertShape } from './support/schema.ts';

interface Printed {
  readonly tables: readonly {
    readonly name: string;
    readonly columns: readonly {
      readonly name: string;
      readonly sources: readonly { readonly relation: string; readonly column: string; readonly through: string }[];
      readonly roots: readonly { readonly column: string }[];
      readonly why: readonly string[];
    }[];
  }[];
}

const sample = join(import.meta.dirname, '..', '..', 'samples', 'shopcom');

describe('medallion lineage', function () {
  this.timeout(60_000);
  let project: string;
  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), 'medallion-lineage-'));
    for (const part of ['databricks.yml', 'medallion.yaml', 'resources', 'src', 'contracts'])
      cpSync(join(sample, part), join(project, part), { recursive: true });
  });
  afterEach(() => rmSync(project, { recursive: true, force: true }));

  it('follows a column of gold to what was landed, without a lake', async () => {
    const { code, stdout, stderr } = await medallion('lineage', 'gold.daily_revenue.net_revenue', '--project', project);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /from shopcom_local\.silver\.order_lines\.net_amount\n/);
    assert.match(stdout, /begins in \S+\/transactions\.Quantity, \S+\/transactions\.UnitPrice/);
  });

  it('prints every table in its published shape, and no column without a source or a reason', async () => {
    const printed = json<Printed>(await medallion('lineage', '--json', '--project', project));
    assertShape('lineage', printed);
    assert.equal(printed.tables.length, 21);
    const columns = printed.tables.flatMap((table) => table.columns);
    const blank = columns.filter(
      ({ sources, why }) => !sources.some(({ through }) => through === 'value') && why.length === 0,
    );
    assert.deepEqual(blank, []);
  });

  it('prints a hostile name as text that a terminal does not obey', async () => {
    const text =
      'CREATE OR REPLACE TABLE gold.daily_revenue AS SELECT 1 AS `\u001b[31mred\u0007`, x.* FROM gold.unheard_of AS x;';
    writeFileSync(join(project, 'src', 'gold', 'daily_revenue.sql'), text);
    const { code, stdout } = await medallion('lineage', 'gold.daily_revenue', '--project', project);
    assert.equal(code, 0);
    assert.ok(!stdout.includes('\u001b[31m') && !stdout.includes('\u0007'));
    assert.match(stdout, /\\u001b\[31mred\\u0007/);
    assert.match(stdout, /It also has every column of \S*gold\.unheard_of, which \* stands for/);
  });

  it('names the tables that there are where the name is none of them', async () => {
    const { code, stderr } = await medallion('lineage', 'gold.nothing', '--project', project);
    assert.equal(code, 2);
    assert.match(stderr, /usage\.lineage/);
    assert.match(stderr, /shopcom_local\.gold\.top_products/);
  });
});
