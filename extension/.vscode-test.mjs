// The suite inside the extension host. On a desktop, `npx vscode-test` in this folder downloads VS Code and runs it; where
// MEDALLION_TEST_CODE names another executable (test/support/code.js: code-server and Chromium), that one stands in.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from '@vscode/test-cli';

const workspaceFolder = mkdtempSync(join(tmpdir(), 'medallion-workspace-'));
mkdirSync(join(workspaceFolder, '.vscode'));
writeFileSync(
  join(workspaceFolder, '.vscode', 'settings.json'),
  JSON.stringify({ 'medallion.azure.portBase': 0, 'telemetry.telemetryLevel': 'off' }),
);
process.once('exit', () => rmSync(workspaceFolder, { recursive: true, force: true }));

const code = process.env.MEDALLION_TEST_CODE;

export default defineConfig({
  files: 'dist/test/**/*.test.cjs',
  workspaceFolder,
  ...(code ? { useInstallation: { fromPath: code } } : {}),
  env: { MEDALLION_TEST_FIXTURES: join(import.meta.dirname, 'test', 'fixtures') },
  mocha: { ui: 'bdd', timeout: 60_000, reporter: join(import.meta.dirname, '..', 'tools', 'count-reporter.cjs') },
});
