import assert from 'node:assert/strict';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createStorageClient } from '@medallion/core/azure/storage.ts';
import { localEnvironment } from '@medallion/local/environment.ts';
import { findLocalAzure } from '@medallion/local/find.ts';
import { stopLocalAzure } from '@medallion/local/stop.ts';
import { fixtures, openScene, type Scene } from '../support/scene.ts';
import { createCatalogTable, fillSmallLake, writeSmallProject } from '../support/small-lake.ts';
import type { Workbench } from '../support/workbench.ts';

/** One story, told in order: each step stands on the one before it. */
describe('a person explores a lake in the workbench', function () {
  this.timeout(120_000);
  let scene: Scene;
  let folder: string;
  let workbench: Workbench;

  before(async () => {
    scene = await openScene((made) => {
      writeSmallProject(made);
      mkdirSync(join(made, 'files'));
      cpSync(fixtures, join(made, 'files'), { recursive: true });
    });
    ({ folder, workbench } = scene);
  });

  afterEach(function () {
    return workbench.keepFailure(this.currentTest);
  });

  after(() => scene[Symbol.asyncDispose]());

  it('is welcomed by one button, which starts local Azure', async () => {
    const { page } = workbench;
    await page.getByRole('tab', { name: 'Medallion' }).first().click();
    const button = page.getByRole('button', { name: 'Start local Azure', exact: true });
    await button.waitFor();
    assert.equal(await page.locator('.welcome-view-content .monaco-button').count(), 1);
    await workbench.pictures('welcome');
    await button.click();
    await workbench
      .treeItem(/^local/)
      .first()
      .waitFor();
    assert.match(
      await page.locator('[id="medallion.medallion-lakehouse.medallion.azure"]').ariaSnapshot(),
      /Local Azure runs/,
    );
  });

  it('expands from the layer to a file, with its size', async () => {
    const description = await findLocalAzure(join(folder, '.medallion'));
    assert.ok(description);
    const environment = localEnvironment(description);
    await fillSmallLake(createStorageClient(environment), fixtures);
    await createCatalogTable(environment, fixtures);
    await workbench.viewAction('Lakehouse', 'Refresh');
    await workbench
      .treeItem(/^exports/)
      .first()
      .waitFor();
    await workbench.expand(/^silver/, /^orders/);
    await workbench.expand(/^orders/, /day=2026-01-01/);
    await workbench.expand(/day=2026-01-01/, /part-0\.parquet/);
    await workbench.expand(/^gold/, /^daily_orders/);
    await workbench.expand(/^daily_orders/, /part-0\.parquet/);
    await workbench.expand(/^bronze/, /^raw\/orders/);
    await workbench.expand(/^raw\/orders/, /day=2026-01-01/);
    await workbench.pictures('explorer');
  });

  it('reads cells of the file in the preview, page after page, by keyboard', async () => {
    // Twice, as the workbench has it: the editor then stays when another file is looked at.
    await workbench
      .treeItem(/^part-0\.parquet, 3\.5 kB/)
      .first()
      .dblclick();
    const view = workbench.webview();
    const grid = view.getByRole('grid', { name: 'part-0.parquet' });
    await grid.waitFor();
    assert.equal(await grid.getAttribute('aria-rowcount'), '251');
    const cell = (row: number, column: number) => view.locator(`td[data-row="${row}"][data-column="${column}"]`);
    assert.equal(await cell(0, 0).textContent(), '1000');
    assert.equal(await cell(0, 1).textContent(), 'C17000');
    assert.equal(await cell(4, 5).textContent(), 'null');
    await workbench.pictures('preview');
    await cell(0, 0).click();
    await workbench.page.keyboard.press('Control+End');
    assert.equal(await view.locator('td:focus').getAttribute('data-row'), '99');
    await workbench.page.keyboard.press('ArrowDown');
    await view.getByText('101\u2013200 of 250').waitFor();
    assert.equal(await view.locator('td:focus').textContent(), '["web"]');
    await view.getByRole('button', { name: 'Last' }).click();
    await view.getByText('201\u2013250 of 250').waitFor();
    assert.equal(await cell(49, 0).textContent(), '1249');
    assert.equal(await view.getByRole('button', { name: 'Next' }).isDisabled(), true);
  });

  it('shows the schema and the row groups', async () => {
    const view = workbench.webview();
    await view.getByRole('tab', { name: 'Rows', exact: true }).focus();
    await workbench.page.keyboard.press('ArrowRight');
    await view.getByRole('cell', { name: 'decimal(10,2)' }).waitFor();
    await workbench.pictures('schema');
    await view.getByRole('tab', { name: 'Row groups' }).click();
    await view.getByRole('cell', { name: 'zstd' }).waitFor();
    await view.getByRole('tab', { name: 'Rows', exact: true }).click();
  });

  it('keeps its place when it was out of sight', async () => {
    await workbench.expand(/^exports/, /hostile\.parquet/);
    await workbench
      .treeItem(/hostile\.parquet/)
      .first()
      .dblclick();
    await workbench.webview().getByRole('grid', { name: 'hostile.parquet' }).waitFor();
    await workbench.page.getByRole('tab', { name: /^part-0\.parquet/ }).click();
    await workbench.webview().getByText('201\u2013250 of 250').waitFor();
  });

  it('shows hostile values as the text that they are', async () => {
    await workbench.page.getByRole('tab', { name: /^hostile\.parquet/ }).click();
    const view = workbench.webview();
    const grid = view.getByRole('grid', { name: 'hostile.parquet' });
    await grid.waitFor();
    const cell = (row: number) => view.locator(`td[data-row="${row}"][data-column="1"]`);
    assert.equal(await cell(0).textContent(), '<script>window.pwned = true</script>');
    assert.equal(await cell(1).textContent(), '<img src=x onerror="window.pwned = true">');
    assert.equal((await cell(2).textContent())?.length, 501);
    assert.equal(await cell(3).textContent(), 'line one\u21b5line two\u21e5tab');
    assert.equal(await view.locator('td[data-row="3"][data-column="2"]').textContent(), '<U+202E>txt.exe');
    assert.equal(await grid.locator('img, script, b').count(), 0);
    assert.equal(await grid.evaluate(() => 'pwned' in globalThis), false);
    await workbench.pictures('hostile');
  });

  it('tells what is wrong with a corrupt file, and offers to try again', async () => {
    await workbench
      .treeItem(/corrupt\.parquet/)
      .first()
      .click();
    const view = workbench.webview();
    await view.getByText('parquet.corrupt').waitFor();
    await view.getByRole('button', { name: 'Try again' }).click();
    await view.getByText('parquet.corrupt').waitFor();
    await workbench.pictures('corrupt');
  });

  it('opens the same grid over a table, whose rows the engine reads', async () => {
    await workbench.expand(/^gold/, /^daily_orders/);
    const table = workbench.treeItem(/^daily_orders/).first();
    await table.hover();
    await table.getByRole('button', { name: 'Open preview' }).click();
    const view = workbench.webview();
    await view.getByRole('grid', { name: 'shop_local.gold.daily_orders' }).waitFor();
    const cell = (row: number, column: number) => view.locator(`td[data-row="${row}"][data-column="${column}"]`);
    assert.equal(await cell(0, 0).textContent(), '1000');
    assert.equal(await cell(0, 2).textContent(), '1.25');
    await workbench.pictures('table');
    await view.getByRole('button', { name: 'Next' }).click();
    await view.getByText('101\u2013200').waitFor();
    assert.equal(await cell(99, 0).textContent(), '1199');
  });

  it('opens a Delta table that is in no catalog, by its log', async () => {
    const table = workbench.treeItem(/^orders/).first();
    await table.hover();
    await table.getByRole('button', { name: 'Open preview' }).click();
    const view = workbench.webview();
    await view.getByRole('grid', { name: 'orders' }).waitFor();
    // The column of the partitions is in no file.
    await view.getByRole('columnheader', { name: /^day/ }).waitFor();
    const day = (row: number) => view.locator(`td[data-row="${row}"][data-column="7"]`);
    const first = await day(0).textContent();
    for (const page of ['101\u2013200', '201\u2013300', '301\u2013400', '401\u2013500']) {
      await view.getByRole('button', { name: 'Next' }).click();
      await view.getByText(page).waitFor();
    }
    assert.equal(await view.getByRole('button', { name: 'Next' }).isDisabled(), true);
    assert.deepEqual([first, await day(99).textContent()].sort(), ['2026-01-01', '2026-01-02']);
  });

  it('runs a job of the bundle, and its table appears', async () => {
    const { page } = workbench;
    await workbench.viewAction('Jobs', 'Run job...');
    await page.getByRole('option', { name: 'daily' }).click();
    await workbench.treeItem(/^days/).first().waitFor();
    await workbench.treeItem(/^days/).first().hover();
    await workbench.treeItem(/^days/).first().getByRole('button', { name: 'Open preview' }).click();
    const view = workbench.webview();
    await view.getByRole('grid', { name: 'shop_local.gold.days' }).waitFor();
    assert.deepEqual(await view.locator('td').allTextContents(), ['2026-01-01', '250']);
  });

  it('sees in the view Jobs what ran, and runs it from there', async () => {
    const { page } = workbench;
    const job = workbench.treeItem(/^daily, succeeded/).first();
    await job.waitFor();
    await workbench.expand(/^daily, succeeded/, /^days, succeeded, \d+\.\d s, 1 row$/);
    await workbench
      .treeItem(/^slow, not run yet/)
      .first()
      .waitFor();
    await workbench.expand(/^Runs/, /^\d{4}-\d\d-\d\d \d\d:\d\d, succeeded/);
    await workbench.pictures('jobs');
    await job.hover();
    await job.getByRole('button', { name: 'Run job...' }).click();
    // The same text over the same inputs: nothing is done again, and it says so.
    await workbench
      .treeItem(/^days, up to date/)
      .first()
      .waitFor();
    await workbench
      .treeItem(/^Runs, 2$/)
      .first()
      .waitFor();
    await workbench
      .treeItem(/^daily, succeeded/)
      .first()
      .click();
    await page.getByRole('tab', { name: /^databricks\.yml/ }).waitFor();
  });

  it('opens a Parquet file from disk in the same editor', async () => {
    const { page } = workbench;
    await page.getByRole('tab', { name: 'Explorer' }).first().click();
    await workbench.expand(/^files/, /orders-2\.parquet/);
    await workbench
      .treeItem(/orders-2\.parquet/)
      .first()
      .dblclick();
    const grid = workbench.webview().getByRole('grid', { name: 'orders-2.parquet' });
    await grid.waitFor();
    assert.equal(await workbench.webview().locator('td[data-row="0"][data-column="0"]').textContent(), '2000');
  });

  it('is welcomed again when local Azure is stopped from elsewhere', async () => {
    await stopLocalAzure(join(folder, '.medallion'));
    await workbench.page.getByRole('tab', { name: 'Medallion' }).first().click();
    await workbench.page.getByRole('button', { name: 'Start local Azure', exact: true }).waitFor();
  });
});
