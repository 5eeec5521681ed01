import assert from 'node:assert/strict';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findLocalAzure } from '@medallion/local/find.ts';
import { fixtures, openScene, type Scene } from '../support/scene.ts';
import { writeSmallProject } from '../support/small-lake.ts';
import type { Workbench } from '../support/workbench.ts';

/** A folder from a stranger: files are shown, and nothing that it says is run. One story, told in order. */
describe('a person opens a folder that they do not trust', function () {
  this.timeout(120_000);
  let scene: Scene;
  let workbench: Workbench;

  before(async () => {
    const fill = (folder: string) => {
      writeSmallProject(folder);
      mkdirSync(join(folder, 'files'));
      cpSync(fixtures, join(folder, 'files'), { recursive: true });
      mkdirSync(join(folder, '.vscode'));
      // A setting of the workspace that is not taken from it before it is trusted: there is no project in that folder.
      writeFileSync(join(folder, '.vscode', 'settings.json'), JSON.stringify({ 'medallion.project.folder': 'files' }));
    };
    scene = await openScene(fill, { asksForTrust: true });
    ({ workbench } = scene);
  });

  afterEach(function () {
    return workbench.keepFailure(this.currentTest);
  });

  after(() => scene[Symbol.asyncDispose]());

  const running = () => findLocalAzure(join(scene.folder, '.medallion'));

  it('is asked for trust, and offered nothing else', async () => {
    const { page } = workbench;
    await page.getByRole('tab', { name: 'Medallion' }).first().click();
    await page.getByRole('button', { name: 'Manage workspace trust', exact: true }).waitFor();
    assert.equal(await page.locator('.welcome-view-content .monaco-button').count(), 1);
    await workbench.pictures('welcome-untrusted');
  });

  it('finds no command in the palette that runs what the folder says', async () => {
    const { page } = workbench;
    await page.keyboard.press('F1');
    const input = page.locator('.quick-input-widget input');
    await input.fill('>Medallion: ');
    await page.getByRole('option', { name: /Medallion: Show log/ }).waitFor();
    const offered = await page.getByRole('option', { name: /^Medallion: / }).allTextContents();
    for (const title of ['Start local Azure', 'Run job', 'Open existing project']) {
      assert.ok(!offered.some((option) => option.includes(title)), offered.join(', '));
    }
    await page.keyboard.press('Escape');
  });

  it('is refused by the command itself, where a menu would still reach it', async () => {
    const { page } = workbench;
    await page.locator('[id="medallion.medallion-lakehouse.medallion.azure"]').click();
    await page.locator('.notification-list-item', { hasText: 'This workspace is not trusted.' }).waitFor();
    assert.equal(await running(), undefined);
  });

  it('sees the rows of a file all the same', async () => {
    const { page } = workbench;
    await page.getByRole('tab', { name: 'Explorer' }).first().click();
    await workbench.expand(/^files/, /orders-2\.parquet/);
    await workbench
      .treeItem(/orders-2\.parquet/)
      .first()
      .dblclick();
    await workbench.webview().getByRole('grid', { name: 'orders-2.parquet' }).waitFor();
    assert.equal(await workbench.webview().locator('td[data-row="0"][data-column="0"]').textContent(), '2000');
  });

  it('is offered all of it when the folder is trusted', async () => {
    const { page } = workbench;
    await page.getByRole('tab', { name: 'Medallion' }).first().click();
    await page.getByRole('button', { name: 'Manage workspace trust', exact: true }).click();
    await page.getByRole('button', { name: /^Trust$/ }).click();
    // The workspace's settings count now: the project's folder is the one that they name, in which there is none.
    await page.getByRole('button', { name: 'Open existing project', exact: true }).waitFor();
  });
});
