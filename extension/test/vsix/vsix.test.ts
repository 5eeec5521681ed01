import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageExtension, type PackedExtension } from '../../../tools/package.mjs';
import { createStorageClient } from '@medallion/core/azure/storage.ts';
import { localEnvironment } from '@medallion/local/environment.ts';
import { findLocalAzure } from '@medallion/local/find.ts';
import { stopLocalAzure } from '@medallion/local/stop.ts';
import { launchChromium } from '../support/chromium.ts';
import { type RunningCodeServer, startCodeServer } from '../support/code-server.ts';
import { installedCodeServer } from '../support/install-code-server.ts';
import { fillSmallLake } from '../support/small-lake.ts';
import { openWorkbench, type Workbench } from '../support/workbench.ts';

const fixtures = join(import.meta.dirname, '..', 'fixtures');
const platform = `${process.platform}-${process.arch}`;

/** What users get: peers have shipped an archive without its native binding, while everything else in it worked. */
describe('the packed .vsix', function () {
  this.timeout(300_000);
  let packed: PackedExtension;
  let folder: string;
  let server: RunningCodeServer;
  let workbench: Workbench;
  const resources = new AsyncDisposableStack();

  before(async () => {
    packed = await packageExtension();
    folder = mkdtempSync(join(tmpdir(), 'medallion-vsix-'));
    resources.defer(() => rmSync(folder, { recursive: true, force: true }));
    resources.defer(async () => {
      await stopLocalAzure(join(folder, '.medallion'));
    });
    mkdirSync(join(folder, 'files'));
    cpSync(fixtures, join(folder, 'files'), { recursive: true });
    writeFileSync(join(folder, 'medallion.yaml'), 'environments: { local: {} }\n');
    server = resources.use(await startCodeServer({ testDriver: false, vsix: packed.packagePath }));
    const browser = resources.use(await launchChromium());
    workbench = await openWorkbench(browser, server, folder);
  });

  after(() => resources.disposeAsync());

  it("holds the native files of this platform's DuckDB and no others", () => {
    const binding = `node_modules/@duckdb/node-bindings-${platform}/`;
    console.log(`      ${(packed.bytes / 1e6).toFixed(1)} MB, ${packed.files.length} files, native:`);
    for (const file of packed.native) console.log(`        ${file}`);
    assert.ok(packed.native.includes(`${binding}duckdb.node`));
    assert.ok(packed.native.some((file) => /libduckdb|duckdb\.dll/.test(file)));
    assert.deepEqual(
      packed.native.filter((file) => !file.startsWith(binding)),
      [],
    );
  });

  it('holds the bundles, and nothing of the sources and tests', () => {
    for (const file of [
      'dist/extension.cjs',
      'dist/engine.mjs',
      'dist/emulator.mjs',
      'dist/cli.mjs',
      'dist/sql.mjs',
      'dist/runtime/medallion_runtime/task.py',
      'dist/runtime/java/dev/medallion/spark/LakeCatalog.java',
      'webview/preview.js',
    ]) {
      assert.ok(packed.files.includes(file), file);
    }
    const own = packed.files.filter((file) => !file.startsWith('node_modules/'));
    assert.deepEqual(
      own.filter((file) => /(^|\/)(src|test)\/|\.ts$|\.map$/.test(file)),
      [],
    );
  });

  it('starts local Azure from its welcome', async () => {
    const { page } = workbench;
    await page.getByRole('tab', { name: 'Medallion' }).first().click();
    await page.getByRole('button', { name: 'Start local Azure', exact: true }).click();
    await workbench
      .treeItem(/^local/)
      .first()
      .waitFor();
    const description = await findLocalAzure(join(folder, '.medallion'));
    assert.ok(description);
    await fillSmallLake(createStorageClient(localEnvironment(description)), fixtures);
  });

  it('opens a Parquet file of the lake', async () => {
    await workbench.viewAction('Lakehouse', 'Refresh');
    await workbench.expand(/^exports/, /hostile\.parquet/);
    await workbench
      .treeItem(/hostile\.parquet/)
      .first()
      .click();
    const view = workbench.webview();
    await view.getByRole('grid', { name: 'hostile.parquet' }).waitFor();
    assert.equal(await view.locator('td[data-row="0"][data-column="0"]').textContent(), '1');
  });

  it('prints the help of every command where no file of a package lies beside the bundle', async () => {
    const name = readdirSync(server.extensions).find((entry) => entry.startsWith('medallion.medallion-lakehouse'));
    assert.ok(name);
    const cli = join(server.extensions, name, 'dist', 'cli.mjs');
    const { stdout } = await promisify(execFile)(installedCodeServer().node, [cli, '--help'], { cwd: folder });
    for (const command of ['start', 'scan', 'query', 'promote'])
      assert.match(stdout, new RegExp(`medallion ${command}`));
  });

  it('asks DuckDB through its own command line and engine, beside the running window', async () => {
    const name = readdirSync(server.extensions).find((entry) => entry.startsWith('medallion.medallion-lakehouse'));
    assert.ok(name);
    const cli = join(server.extensions, name, 'dist', 'cli.mjs');
    const path = 'abfss://silver@devstoreaccount1.dfs.core.windows.net/orders/day=2026-01-01/part-0.parquet';
    const sql = `SELECT count(*) AS orders, sum(unit_price * quantity) AS revenue FROM read_files('${path}', format => 'parquet')`;
    const args = [cli, 'query', sql, '--json', '--project', folder];
    const { stdout } = await promisify(execFile)(installedCodeServer().node, args, { cwd: folder });
    const { rows } = JSON.parse(stdout) as { readonly rows: readonly (readonly unknown[])[] };
    assert.equal(Number(rows[0]?.[0]), 250);
    assert.equal(String(rows[0]?.[1]), expectedRevenue());
  });
});

/** The fixture's own rule, in hundredths (see make-fixtures.ts). */
function expectedRevenue(): string {
  let hundredths = 0;
  for (let i = 0; i < 250; i++) hundredths += (1 + ((i * 37) % 24)) * 125 * (1 + (i % 12));
  return (hundredths / 100).toFixed(2);
}
