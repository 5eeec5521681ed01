import { format } from 'node:util';
import { launchChromium } from './chromium.ts';
import { startCodeServer } from './code-server.ts';

const limitMs = 8 * 60_000;

/** Runs what the arguments of `code` name: `--extensionDevelopmentPath`, `--extensionTestsPath` and a folder. */
export async function runHostTests(args: readonly string[]): Promise<number> {
  const option = (name: string) =>
    args.find((argument) => argument.startsWith(`--${name}=`))?.slice(name.length + 3) ?? '';
  const folder = args.find((argument) => !argument.startsWith('-')) ?? '';
  await using server = await startCodeServer({ testDriver: true });
  await using browser = await launchChromium();
  const page = await browser.newPage();
  const ended = Promise.withResolvers<number>();
  await page.exposeFunction('codeAutomationLog', (_type: string, values: unknown[]) => {
    const text = format(...values);
    // The workbench's own complaints (it looks for accounts, a gallery and a native logger) would drown the suite's lines.
    if (!/workbench\/workbench\.js|spdlog/.test(text)) console.log(text);
  });
  await page.exposeFunction('codeAutomationExit', (code: number) => ended.resolve(code));
  const authority = `127.0.0.1:${server.port}`;
  const remote = (path: string) => `vscode-remote://${authority}${path}`;
  const payload = [
    ['extensionDevelopmentPath', remote(option('extensionDevelopmentPath'))],
    ['extensionTestsPath', remote(option('extensionTestsPath'))],
  ];
  const query = new URLSearchParams({ folder, payload: JSON.stringify(payload) });
  await page.goto(`http://${authority}/?${query.toString()}`);
  const limit = setTimeout(() => ended.reject(new Error(`the host did not end within ${limitMs} ms`)), limitMs);
  try {
    return await ended.promise;
  } finally {
    clearTimeout(limit);
  }
}
