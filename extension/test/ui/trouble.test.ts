import assert from 'node:assert/strict';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import type { AzureEnvironment } from '@medallion/core/azure/environment.ts';
import { createStorageClient } from '@medallion/core/azure/storage.ts';
import type { RunRecord } from '@medallion/core/jobs/run.generated.ts';
import { localEnvironment } from '@medallion/local/environment.ts';
import { findLocalAzure } from '@medallion/local/find.ts';
import { waitUntilGone } from '@medallion/local/process-alive.ts';
import { processesNaming } from '../support/processes.ts';
import { fixtures, openScene, type Scene } from '../support/scene.ts';
import { createCatalogTable, fillSmallLake, writeSmallProject } from '../support/small-lake.ts';
import type { Workbench } from '../support/workbench.ts';

/** What goes wrong on a person's machine, and how they get on; one story, told in order. */
describe('a person in trouble', function () {
  this.timeout(120_000);
  let scene: Scene;
  let workbench: Workbench;
  let holder: Server;
  let environment: AzureEnvironment;

  const running = async () => {
    const description = await findLocalAzure(join(scene.folder, '.medallion'));
    assert.ok(description, 'no local Azure runs');
    return description;
  };
  const records = () =>
    globSync(join(scene.folder, '.medallion', 'runs', '*.json')).map(
      (file) => JSON.parse(readFileSync(file, 'utf8')) as RunRecord,
    );
  const startButton = () => workbench.page.getByRole('button', { name: 'Start local Azure', exact: true });

  before(async () => {
    holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const address = holder.address();
    assert.ok(typeof address === 'object' && address);
    scene = await openScene((folder) => {
      writeSmallProject(folder);
      mkdirSync(join(folder, '.vscode'));
      const settings = { 'medallion.azure.portBase': address.port };
      writeFileSync(join(folder, '.vscode', 'settings.json'), JSON.stringify(settings));
    });
    ({ workbench } = scene);
  });

  afterEach(function () {
    return workbench.keepFailure(this.currentTest);
  });

  after(async () => {
    holder.close();
    await scene[Symbol.asyncDispose]();
  });

  it('is told who holds a port, and takes free ones', async () => {
    const { page } = workbench;
    await page.getByRole('tab', { name: 'Medallion' }).first().click();
    await startButton().click();
    const told = page.locator('.notification-list-item', { hasText: /[Pp]ort \d+/ });
    await told.waitFor();
    assert.match((await told.textContent()) ?? '', new RegExp(`pid ${process.pid}|${process.pid}`));
    await workbench.pictures('port-in-use');
    await told.getByRole('button', { name: 'Use free ports' }).click();
    await workbench
      .treeItem(/^local/)
      .first()
      .waitFor();
    environment = localEnvironment(await running());
    await fillSmallLake(createStorageClient(environment), fixtures);
    await createCatalogTable(environment, fixtures);
    await workbench.viewAction('Lakehouse', 'Refresh');
    await workbench
      .treeItem(/^exports/)
      .first()
      .waitFor();
  });

  it('sees why a table does not load, and loads it when it is mended', async () => {
    const storage = createStorageClient(environment);
    const log = { container: 'silver', path: 'orders/_delta_log/00000000000000000000.json' };
    const kept = await storage.read(log);
    await storage.write(log, new TextEncoder().encode('{ broken'));
    await workbench.expand(/^silver/, /^orders/);
    await workbench.expand(/^orders/, /^Error: /);
    const error = workbench.treeItem(/^Error: /).first();
    assert.match((await error.getAttribute('aria-label')) ?? '', /_delta_log/);
    await workbench.pictures('tree-error');
    await error.click();
    await workbench.page.locator('.notification-list-item', { hasText: '[delta.corrupt-log]' }).waitFor();
    await storage.write(log, kept);
    await error.hover();
    await error.getByRole('button', { name: 'Refresh' }).click();
    await workbench
      .treeItem(/^day=2026-01-01/)
      .first()
      .waitFor();
    assert.equal(await workbench.treeItem(/^Error: /).count(), 0);
  });

  it('cancels a job that runs: nothing of it stays, and no process', async () => {
    const { page } = workbench;
    await workbench.viewAction('Jobs', 'Run job...');
    await page.getByRole('option', { name: 'slow' }).click();
    const notice = page.locator('.notification-list-item', { hasText: 'Job slow' });
    await notice.waitFor();
    await notice.getByText(/pairs/).waitFor();
    await notice.getByRole('button', { name: 'Cancel' }).click();
    await notice.waitFor({ state: 'detached' });
    await page
      .getByText(/slow: cancelled/)
      .first()
      .waitFor();
    assert.deepEqual(
      records().map(({ job, state }) => [job, state]),
      [['slow', 'cancelled']],
    );
    const azure = await running();
    const others = processesNaming(scene.folder).filter(
      ({ pid, command }) => pid !== azure.pid && /cli\.mjs/.test(command),
    );
    assert.deepEqual(others, []);
    await workbench.viewAction('Lakehouse', 'Refresh');
    await workbench.expand(/^gold/, /^daily_orders/);
    assert.equal(await workbench.treeItem(/^pairs/).count(), 0);
  });

  it('reads on when the engine was killed', async () => {
    const table = workbench.treeItem(/^daily_orders/).first();
    await table.hover();
    await table.getByRole('button', { name: 'Open preview' }).click();
    const view = workbench.webview();
    await view.getByText('1\u2013100').waitFor();
    const [engine, ...more] = processesNaming('engine.mjs').filter(({ parent }) => isHost(parent));
    assert.ok(engine && more.length === 0);
    process.kill(engine.pid, 'SIGKILL');
    await waitUntilGone(engine.pid, 10_000);
    await view.getByRole('button', { name: 'Next' }).click();
    await view.getByText('101\u2013200').waitFor();
  });

  it('finds its table again when the window was reloaded', async () => {
    const { page } = workbench;
    await workbench.command('Developer: Reload Window');
    const view = workbench.webview();
    const grid = view.getByRole('grid', { name: 'shop_local.gold.daily_orders' });
    const start = view.getByRole('button', { name: 'Start local Azure' });
    // Local Azure that this window had started ended with it: the panel offers to start it, and goes on by itself.
    await grid.or(start).waitFor();
    if (await start.isVisible()) {
      await workbench.pictures('table-stopped');
      await start.click();
      const told = page.locator('.notification-list-item', { hasText: /[Pp]ort \d+/ });
      await told.getByRole('button', { name: 'Use free ports' }).click();
    }
    await view.getByText('101\u2013200').waitFor();
  });

  it('notices that local Azure was killed, and starts it again with what it held', async () => {
    const { page } = workbench;
    const { pid } = await running();
    process.kill(pid, 'SIGKILL');
    await startButton().first().waitFor();
    await page.locator('[id="medallion.medallion-lakehouse.medallion.azure"]', { hasText: 'Local Azure' }).waitFor();
    await startButton().first().click();
    await page
      .locator('.notification-list-item', { hasText: /[Pp]ort \d+/ })
      .getByRole('button', { name: 'Use free ports' })
      .click();
    await workbench.expand(/^gold/, /^daily_orders/);
  });

  const isHost = (pid: number) => processesNaming('--type=extensionHost').some((host) => host.pid === pid);
});
