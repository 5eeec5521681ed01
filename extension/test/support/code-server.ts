import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { installedCodeServer } from './install-code-server.ts';

export interface CodeServerOptions {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: NodeJS.ProcessEnv;
  /** Lets a page name the tests to run; it also silences notifications. */
  readonly testDriver: boolean;
  /** Folders open in Restricted Mode until they are trusted; without it every folder is trusted. */
  readonly asksForTrust?: boolean;
  /** A packed extension to install first. */
  readonly vsix?: string;
}

export interface RunningCodeServer extends AsyncDisposable {
  readonly port: number;
  /** Where extensions are installed. */
  readonly extensions: string;
}

/** The built-in extensions that a test can see; the rest only costs time. */
const builtIns = ['theme-defaults', 'theme-seti', 'theme-modern-icons', 'json', 'markdown-basics', 'sql'];

const quietSettings = {
  'workbench.startupEditor': 'none',
  'telemetry.telemetryLevel': 'off',
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'medallion.azure.portBase': 0,
};

/** Restricted Mode without a dialogue in front of the window. */
const trustSettings = {
  'security.workspace.trust.enabled': true,
  'security.workspace.trust.startupPrompt': 'never',
  'security.workspace.trust.banner': 'never',
};

const startLimitMs = 60_000;

/** The real workbench and extension host on a free port of 127.0.0.1, with folders of its own; gone with its children at the end. */
export async function startCodeServer(options: CodeServerOptions): Promise<RunningCodeServer> {
  await using starting = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'medallion-code-'));
  starting.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));
  const { node, entry, vscode } = installedCodeServer();
  const extensions = join(folder, 'extensions');
  const trust = options.asksForTrust ? trustSettings : { 'security.workspace.trust.enabled': false };
  const folders = prepareFolders(folder, vscode, { ...quietSettings, ...trust, ...options.settings });
  const common = ['--config', folders.config, '--extensions-dir', extensions, '--user-data-dir', folders.userData];
  const env = { ...process.env, ...options.env };
  if (options.vsix !== undefined)
    await promisify(execFile)(node, [entry, ...common, '--install-extension', options.vsix]);
  const child = spawn(
    node,
    [
      entry,
      ...common,
      ...['--auth', 'none', '--bind-addr', '127.0.0.1:0', '--disable-telemetry', '--disable-update-check'],
      '--disable-getting-started-override',
      ...(options.asksForTrust ? [] : ['--disable-workspace-trust']),
      ...['--vscode-option', `builtin-extensions-dir=${folders.builtIns}`],
      ...(options.testDriver ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
    ],
    { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  starting.defer(() => endGroup(child));
  const port = await portOf(child);
  const running = starting.move();
  return { port, extensions, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

function prepareFolders(folder: string, vscode: string, settings: Readonly<Record<string, unknown>>) {
  const userData = join(folder, 'user-data');
  const builtInsFolder = join(folder, 'built-ins');
  const config = join(folder, 'config.yaml');
  mkdirSync(join(userData, 'User'), { recursive: true });
  mkdirSync(join(folder, 'extensions'));
  mkdirSync(builtInsFolder);
  for (const name of builtIns) symlinkSync(join(vscode, 'extensions', name), join(builtInsFolder, name));
  writeFileSync(join(userData, 'User', 'settings.json'), JSON.stringify(settings));
  writeFileSync(config, '');
  return { userData, builtIns: builtInsFolder, config };
}

async function portOf(child: ChildProcess): Promise<number> {
  const said: string[] = [];
  const listening = new Promise<number>((resolve, reject) => {
    const read = (line: string) => {
      said.push(line);
      const port = /HTTP server listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1];
      if (port !== undefined) resolve(Number(port));
    };
    for (const stream of [child.stdout, child.stderr]) if (stream) createInterface(stream).on('line', read);
    child.once('exit', () => reject(new Error(`code-server ended before it listened:\n${said.join('\n')}`)));
    AbortSignal.timeout(startLimitMs).addEventListener('abort', () =>
      reject(new Error(`code-server did not listen within ${startLimitMs} ms:\n${said.join('\n')}`)),
    );
  });
  return await listening;
}

/** Its own process group, which we made: the server and its extension hosts. */
async function endGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null) return;
  const ended = once(child, 'exit');
  process.kill(-child.pid, 'SIGTERM');
  const force = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), 10_000);
  await ended;
  clearTimeout(force);
}
