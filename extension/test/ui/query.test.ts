import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createStorageClient } from '@medallion/core/azure/storage.ts';
import { localEnvironment } from '@medallion/local/environment.ts';
import { findLocalAzure } from '@medallion/local/find.ts';
import { fixtures, openScene, type Scene } from '../support/scene.ts';
import { createCatalogTable, fillSmallLake, writeSmallProject } from '../support/small-lake.ts';
import type { Workbench } from '../support/workbench.ts';

const explore = `SELECT order_id, unit_price * quantity AS amount FROM gold.daily_orders ORDER BY order_id;

SELECT '<img src=x onerror=alert(1)>' AS markup, CAST(NULL AS STRING) AS nothing;
`;

/** A line is as wide as its text: its middle may lie below the scroll bar. */
const lineStart = { position: { x: 20, y: 8 } };

/** A person who writes SQL; one story, told in order. */
describe('a person asks the lake in SQL', function () {
  this.timeout(120_000);
  let scene: Scene;
  let workbench: Workbench;

  before(async () => {
    scene = await openScene((folder) => {
      writeSmallProject(folder);
      writeFileSync(join(folder, 'explore.sql'), explore);
    });
    ({ workbench } = scene);
    const { page } = workbench;
    await page.getByRole('tab', { name: 'Medallion' }).first().click();
    await page.getByRole('button', { name: 'Start local Azure', exact: true }).click();
    await workbench
      .treeItem(/^local/)
      .first()
      .waitFor();
    const description = await findLocalAzure(join(scene.folder, '.medallion'));
    assert.ok(description);
    const environment = localEnvironment(description);
    await fillSmallLake(createStorageClient(environment), fixtures);
    await createCatalogTable(environment, fixtures);
    await page.getByRole('tab', { name: 'Explorer' }).first().click();
  });

  afterEach(function () {
    return workbench.keepFailure(this.currentTest);
  });

  after(() => scene[Symbol.asyncDispose]());

  const cell = (row: number, column: number) =>
    workbench.webview().locator(`td[data-row="${row}"][data-column="${column}"]`);

  it('sees the rows of the query at the cursor beside it, page after page', async () => {
    const { page } = workbench;
    await workbench
      .treeItem(/^explore\.sql/)
      .first()
      .dblclick();
    await page.getByRole('tab', { name: /^explore\.sql/ }).waitFor();
    await page.getByRole('button', { name: 'Run query' }).first().click();
    const view = workbench.webview();
    await view.getByText('1\u2013100').waitFor();
    assert.deepEqual([await cell(0, 0).textContent(), await cell(0, 1).textContent()], ['1000', '1.25']);
    await view.getByRole('button', { name: 'Next' }).click();
    await view.getByText('101\u2013200').waitFor();
    await workbench.pictures('query');
  });

  it('runs another one into the same grid, from its first row, and hostile values stay text', async () => {
    const { page } = workbench;
    await page.locator('.view-line', { hasText: 'markup' }).click(lineStart);
    await page.keyboard.press('Control+Enter');
    await workbench
      .webview()
      .getByRole('columnheader', { name: /^markup/ })
      .waitFor();
    assert.equal(await cell(0, 0).textContent(), '<img src=x onerror=alert(1)>');
    assert.equal(await cell(0, 1).textContent(), 'null');
    assert.equal(await workbench.webview().locator('img').count(), 0);
    assert.equal(await page.locator('iframe.webview.ready').count(), 1);
  });

  it('is told while typing what of a task does not run here, and only there', async () => {
    const { page } = workbench;
    await workbench
      .treeItem(/^days\.sql/)
      .first()
      .dblclick();
    await page.getByRole('tab', { name: /^days\.sql/ }).waitFor();
    await page.locator('.view-line', { hasText: 'CREATE OR REPLACE' }).last().click(lineStart);
    await page.keyboard.press('Control+End');
    await page.keyboard.type('SELECT java_method(1);\nSELECT 1;\n');
    const problems = page.locator('[id="status.problems"]');
    await problems.filter({ hasText: /^\s*0\s*1\s*$/ }).waitFor();
    await workbench.command('Problems: Focus on Problems View');
    await workbench
      .treeItem(/java_method.*Medallion|Medallion.*java_method/)
      .first()
      .waitFor();
    await workbench.pictures('problems');
    await page.locator('.view-line', { hasText: 'java_method' }).click(lineStart);
    await page.keyboard.press('Control+Enter');
    await workbench.webview().getByText('sql.not-emulated').waitFor();
  });
});
