import assert from 'node:assert/strict';
import { openScene, type Scene } from '../support/scene.ts';
import { writeSmallProject } from '../support/small-lake.ts';
import type { Workbench } from '../support/workbench.ts';

/** What an editor tells of a task's SQL while local Azure is stopped; one story, told in order. */
describe('a person writes a file of SQL', function () {
  this.timeout(120_000);
  let scene: Scene;
  let workbench: Workbench;

  before(async () => {
    scene = await openScene(writeSmallProject);
    ({ workbench } = scene);
    await workbench
      .treeItem(/^days\.sql/)
      .first()
      .dblclick();
    await workbench.page.getByRole('tab', { name: /^days\.sql/ }).waitFor();
  });

  afterEach(function () {
    return workbench.keepFailure(this.currentTest);
  });

  after(() => scene[Symbol.asyncDispose]());

  it('is offered the columns of a table that the file itself makes, with the dot alone', async () => {
    const { page } = workbench;
    await page.locator('.view-line', { hasText: 'CREATE OR REPLACE' }).first().click();
    await page.keyboard.press('Control+End');
    // Which language a file has, and who completes it, is known once the extensions are there that tell it.
    for (const shown of ['MS SQL', 'Local Azure']) {
      await page.locator('.statusbar-item', { hasText: shown }).first().waitFor();
    }
    await page.keyboard.type('SELECT day FROM gold.days AS d WHERE d');
    await page.keyboard.press('Escape');
    await page.keyboard.type('.');
    const offered = page.locator('.suggest-widget.visible .monaco-list-row');
    // With its type, which no word of the file's text has.
    await offered
      .filter({ hasText: /orders\s*int/ })
      .first()
      .waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.type('orders > 1;');
  });

  it('sees what DuckDB is asked, and where a column comes from, beside the file', async () => {
    const { page } = workbench;
    await workbench.command('Medallion: Show DuckDB SQL');
    await page.getByRole('tab', { name: /days\.sql\.duckdb\.sql/ }).waitFor();
    await workbench.pictures('duckdb-sql');
    await workbench.command('Medallion: Show column lineage');
    await page.getByRole('tab', { name: /column-lineage/ }).waitFor();
    await page.locator('.view-line', { hasText: 'gold.days' }).first().waitFor();
    await workbench.pictures('lineage');
    assert.equal(await page.locator('.notification-toast').count(), 0);
  });
});
