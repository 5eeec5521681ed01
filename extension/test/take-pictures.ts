/**
 * Takes the pictures of the README and of the walkthrough: `node extension/test/take-pictures.ts`. The sample's lake is made by the
 * command line, the workbench looks at it; what is seen is the real thing.
 */
import { execFile } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildBundles } from '../../tools/build.mjs';
import { openScene } from './support/scene.ts';
import { screenshots, type Workbench } from './support/workbench.ts';

const root = join(import.meta.dirname, '..', '..');
const sample = join(root, 'samples', 'shopcom');
const cli = join(root, 'cli', 'bin', 'medallion.js');

await buildBundles();
await using scene = await openScene((folder) => {
  const filter = (source: string) => !/node_modules|[\\/]test([\\/]|$)|\.medallion/.test(source);
  cpSync(sample, folder, { recursive: true, filter });
});
const { folder, workbench } = scene;
const place = ['--project', folder, '--state', join(folder, '.medallion'), '--port-base', '0'];
const size = ['--orders', '4000', '--events', '20000'];
await promisify(execFile)(process.execPath, [cli, 'start', ...place, ...size, '--keep', '--json'], { maxBuffer: 1e8 });
try {
  await takeAll(workbench);
} catch (error) {
  await workbench.keepFailure({ title: 'pictures', state: 'failed' });
  throw error;
}
keep();

async function takeAll({ page, treeItem, expand, webview, pictures, viewAction }: Workbench): Promise<void> {
  await page.getByRole('tab', { name: 'Medallion' }).first().click();
  await treeItem(/^gold/).first().waitFor();
  await viewAction('Lakehouse', 'Refresh');
  // The tree draws only what is in sight: from the bottom up.
  await expand(/^gold/, /^daily_revenue/);
  const table = treeItem(/^daily_revenue/).first();
  await table.hover();
  await table.getByRole('button', { name: 'Open preview' }).click();
  await webview().getByRole('gridcell').first().waitFor();
  await treeItem(/^gold/).first().click();
  await expand(/^silver/, /^order_lines/);
  await expand(/^order_lines/, /order_month=2025-01-01/);
  await expand(/order_month=2025-01-01/, /\.parquet/);
  await pictures('readme-explorer');
  await treeItem(/\.parquet/)
    .first()
    .dblclick();
  await webview().getByRole('tab', { name: 'Row groups' }).waitFor();
  await webview().locator('td[data-row="0"]').first().waitFor();
  await pictures('readme-preview');
}

/** The README has them in the dark; the walkthrough in the reader's theme. */
function keep(): void {
  const walkthrough = join(root, 'extension', 'media', 'walkthrough');
  mkdirSync(walkthrough, { recursive: true });
  const copy = (from: string, to: string) => copyFileSync(join(screenshots, `${from}.png`), to);
  for (const [from, name] of [
    ['readme-explorer', 'explorer'],
    ['readme-preview', 'preview'],
    // Taken by the UI suite (own-project.test.ts), whose project has something of each verdict.
    ['scan', 'scan'],
  ] as const) {
    copy(`${from}-dark`, join(root, 'docs', 'images', `${name}.png`));
  }
  for (const [from, name] of [
    ['readme-explorer', 'explorer'],
    ['scan', 'scan'],
  ] as const) {
    for (const theme of ['dark', 'light', 'high-contrast']) {
      copy(`${from}-${theme}`, join(walkthrough, `${name}-${theme}.png`));
    }
  }
}
