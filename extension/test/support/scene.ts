import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stopLocalAzure } from '@medallion/local/stop.ts';
import { launchChromium } from './chromium.ts';
import { type CodeServerOptions, startCodeServer } from './code-server.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

export interface Scene extends AsyncDisposable {
  readonly folder: string;
  readonly workbench: Workbench;
}

const extension = join(import.meta.dirname, '..', '..');
export const fixtures = join(extension, 'test', 'fixtures');

/** The workbench on a new folder, with the extension from its sources. Its local Azure and its folders are gone at the end. */
export async function openScene(
  fill: (folder: string) => void,
  options: Partial<CodeServerOptions> = {},
): Promise<Scene> {
  await using opening = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'medallion-shop-'));
  opening.defer(() => rmSync(folder, { recursive: true, force: true }));
  opening.defer(async () => {
    await stopLocalAzure(join(folder, '.medallion'));
  });
  fill(folder);
  const settings = { 'workbench.colorTheme': 'Dark Modern', ...options.settings };
  const server = opening.use(await startCodeServer({ testDriver: false, ...options, settings }));
  // As an installed extension: the test driver, which would load it from its folder, silences what a person sees.
  if (options.vsix === undefined)
    symlinkSync(extension, join(server.extensions, 'medallion.medallion-lakehouse-0.1.0'));
  const browser = opening.use(await launchChromium());
  const workbench = await openWorkbench(browser, server, folder);
  const open = opening.move();
  return { folder, workbench, [Symbol.asyncDispose]: () => open.disposeAsync() };
}
