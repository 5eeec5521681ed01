import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeOwnProject } from '../support/own-project.ts';
import { openScene, type Scene } from '../support/scene.ts';

/** The first minute of an engineer with a repository of their own; one story, told in order. */
describe('a person opens a project of their own', function () {
  this.timeout(120_000);
  let scene: Scene;

  before(async () => {
    scene = await openScene(writeOwnProject);
  });

  afterEach(function () {
    return scene.workbench.keepFailure(this.currentTest);
  });

  after(() => scene[Symbol.asyncDispose]());

  it('is told what runs here, totals first, from one button', async () => {
    const { page } = scene.workbench;
    await page.getByRole('tab', { name: 'Medallion' }).first().click();
    const button = page.getByRole('button', { name: 'Open existing project', exact: true });
    await button.waitFor();
    await scene.workbench.pictures('welcome-own');
    await button.click();
    const view = scene.workbench.webview();
    await view.getByRole('heading', { name: /^What runs here: / }).waitFor();
    const row = (name: string) => view.getByRole('row', { name }).getByRole('cell');
    assert.deepEqual((await row('Job tasks').allTextContents()).slice(1), ['1', '1', '2']);
    assert.deepEqual((await row('SQL statements').allTextContents()).slice(1), ['2', '0', '1']);
    assert.equal(await view.getByRole('row', { name: 'Activities' }).count(), 0);
    await scene.workbench.pictures('scan');
  });

  it('shows names as the text that they are', async () => {
    const view = scene.workbench.webview();
    await view.getByRole('heading', { name: /<img src=x onerror=alert\(1\)>\.sql/ }).waitFor();
    assert.equal(await view.locator('img').count(), 0);
  });

  it('filters by verdict and by word, and groups by reason', async () => {
    const view = scene.workbench.webview();
    const items = view.getByRole('listitem');
    await view.getByRole('button', { name: /^Refused/ }).click();
    assert.deepEqual([...new Set(await items.locator('.verdict').allTextContents())], ['refused']);
    await view.getByRole('button', { name: 'By reason' }).click();
    assert.match((await view.getByRole('heading', { level: 2 }).allTextContents()).join(), /refused: [a-z]+\./);
    await view.getByRole('searchbox').fill('no such thing');
    await view.getByText('Nothing matches this filter.').waitFor();
    await view.getByRole('searchbox').fill('');
    await view.getByRole('button', { name: 'By file' }).click();
    await view.getByRole('button', { name: /^All/ }).click();
  });

  it('leads to the line of a file', async () => {
    const { page } = scene.workbench;
    const refused = scene.workbench
      .webview()
      .getByRole('listitem')
      .filter({ hasText: 'statement' })
      .filter({ hasText: 'refused' });
    assert.match((await refused.textContent()) ?? '', /line 4/);
    await refused.getByRole('button').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('tab', { name: /^orders\.sql/ }).waitFor();
    await page.getByText('Ln 4, Col 1').waitFor();
  });

  it('writes the medallion.yaml that was inferred, when that is asked for', async () => {
    const { page } = scene.workbench;
    const file = join(scene.folder, 'medallion.yaml');
    assert.equal(existsSync(file), false);
    await scene.workbench.webview().getByText('What it would say').click();
    await scene.workbench
      .webview()
      .getByText(/^# Inferred by medallion scan/)
      .waitFor();
    await scene.workbench.webview().getByRole('button', { name: 'Write medallion.yaml' }).click();
    await page.getByRole('tab', { name: /^medallion\.yaml/ }).waitFor();
    assert.match(readFileSync(file, 'utf8'), /silver: *\n? *\{? *schema: silver/);
    // A project now: its welcome offers to start it.
    await page.getByRole('button', { name: 'Start local Azure', exact: true }).waitFor();
    await scene.workbench
      .webview()
      .getByRole('button', { name: 'Write medallion.yaml' })
      .waitFor({ state: 'detached' });
  });
});
