import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, FrameLocator, Page } from 'playwright-core';
import type { RunningCodeServer } from './code-server.ts';

export const screenshots = join(import.meta.dirname, '..', '..', '..', 'test-results', 'screenshots');

/** The workbench as a person uses it: names that are read aloud, keys, and what stands in the webview. */
export interface Workbench {
  readonly page: Page;
  /** Expands a node of the tree and waits for the child to appear. */
  readonly expand: (node: string | RegExp, child: string | RegExp) => Promise<void>;
  readonly treeItem: (name: string | RegExp) => ReturnType<Page['getByRole']>;
  /** The page inside the webview that is shown. */
  readonly webview: () => FrameLocator;
  /** Presses a button of a view's title, which is shown when the pointer is there. */
  readonly viewAction: (view: string, name: string) => Promise<void>;
  /** Runs a command of the palette by its whole title. */
  readonly command: (title: string) => Promise<void>;
  /** Keeps what is shown as `<name>-dark.png`, `-light` and `-high-contrast` in test-results/screenshots; a webview has taken each theme. */
  readonly pictures: (name: string) => Promise<void>;
  /** Keeps what stands on the screen where a test has failed: for `afterEach`. */
  readonly keepFailure: (
    test: { readonly title: string; readonly state?: string | undefined } | undefined,
  ) => Promise<void>;
}

/** With the workbench's class and the editor's background, by which it and a webview show that they have taken the theme. */
const themes = [
  { theme: 'Light Modern', name: 'light', frame: 'vs', background: 'rgb(255, 255, 255)' },
  { theme: 'Dark High Contrast', name: 'high-contrast', frame: 'hc-black', background: 'rgb(0, 0, 0)' },
  { theme: 'Dark Modern', name: 'dark', frame: 'vs-dark', background: 'rgb(31, 31, 31)' },
] as const;

export async function openWorkbench(browser: Browser, server: RunningCodeServer, folder: string): Promise<Workbench> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1 });
  page.setDefaultTimeout(30_000);
  await page.goto(`http://127.0.0.1:${server.port}/?${new URLSearchParams({ folder }).toString()}`);
  await page.getByRole('tab', { name: 'Explorer' }).first().waitFor();

  const treeItem = (name: string | RegExp) => page.getByRole('treeitem', { name });
  const webview = () => page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  return {
    page,
    treeItem,
    async expand(node, child) {
      const parent = treeItem(node).first();
      await parent.click();
      const found = treeItem(child).first();
      // A click expands what was collapsed and collapses what was expanded; a tree that reloads meanwhile forgets it.
      const isShown = async () => {
        if ((await parent.getAttribute('aria-expanded')) === 'false') await parent.press('ArrowRight');
        return await found.isVisible();
      };
      await waitFor(isShown, `the tree item ${String(child)}`);
      // What is told of the node while the pointer rests on it would stand before its children.
      await page.mouse.move(900, 500);
    },
    webview,
    async viewAction(view, name) {
      const header = page.locator('.pane-header', { hasText: view });
      // A view that stands alone has its buttons in the title of the side bar.
      const title = (await header.isVisible()) ? header : page.locator('.part.sidebar > .title');
      await title.hover();
      await title.getByRole('button', { name, exact: true }).click();
    },
    async command(title) {
      await page.keyboard.press('F1');
      await page.locator('.quick-input-widget input').fill(`>${title}`);
      await page.getByRole('option', { name: title }).first().waitFor();
      await page.keyboard.press('Enter');
    },
    async keepFailure(test) {
      if (test?.state !== 'failed') return;
      mkdirSync(screenshots, { recursive: true });
      await page.screenshot({ path: join(screenshots, `failed-${test.title.replaceAll(/\W+/g, '-')}.png`) });
    },
    async pictures(name) {
      mkdirSync(screenshots, { recursive: true });
      for (const one of themes) {
        const { name: suffix, background } = one;
        await setTheme(page, one);
        if (await page.locator('iframe.webview.ready').isVisible()) await backgroundIs(webview(), background);
        await page.screenshot({ path: join(screenshots, `${name}-${suffix}.png`) });
      }
    },
  };
}

async function setTheme(page: Page, { theme, frame }: (typeof themes)[number]): Promise<void> {
  await page.keyboard.press('Control+K');
  await page.keyboard.press('Control+T');
  const input = page.getByPlaceholder(/Color Theme/);
  await input.fill(theme);
  await page.getByRole('option', { name: theme }).first().waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  await page.locator(`.monaco-workbench.${frame}`).waitFor();
}

async function backgroundIs(view: FrameLocator, color: string): Promise<void> {
  // Runs in the page, whose types these tests do not have.
  const script = 'getComputedStyle(document.body).backgroundColor';
  await waitFor(async () => (await view.locator('body').evaluate(script)) === color, `the background ${color}`);
}

const limitMs = 20_000;

/** Asks again until it holds; the workbench says nothing when a theme has arrived in a webview. */
async function waitFor(holds: () => Promise<boolean>, what: string): Promise<void> {
  const end = Date.now() + limitMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`${what} did not come within ${limitMs} ms`);
    await delay(100);
  }
}
