// Packs the extension for one platform: `node tools/package.mjs [--target linux-x64]`. Prints its size and its native files.
import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createVSIX, listFiles } from '@vscode/vsce';
import { continueOnNewEnoughNode } from '../cli/bin/node-version.js';
import { buildBundles } from './build.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const extension = join(root, 'extension');

/** What ships; vsce lets a negation win wherever it stands, so what is left out of the packages is removed from the stage. */
const allowed = [
  '**',
  '!package.json',
  '!package.nls*.json',
  '!README.md',
  '!LICENSE',
  '!dist/*.{cjs,mjs,LEGAL.txt}',
  '!dist/runtime/**',
  '!media/**',
  '!webview/**',
  '!node_modules/**',
];

/** Of the installed packages: declarations, maps, documents, and builds for browsers and for CommonJS that nothing here loads. */
const pruned = [
  'node_modules/**/*.d.{ts,cts,mts}',
  'node_modules/**/*.{map,ts}',
  'node_modules/**/*.md',
  'node_modules/.bin',
  'node_modules/.package-lock.json',
];

/**
 * @typedef {{
 *   readonly packagePath: string;
 *   readonly bytes: number;
 *   readonly files: readonly string[];
 *   readonly native: readonly string[];
 * }} PackedExtension
 */

/**
 * @param {string} target `linux-x64`, `win32-x64`, `darwin-arm64`, as vsce names platforms
 * @returns {Promise<PackedExtension>}
 */
export async function packageExtension(target = `${process.platform}-${process.arch}`) {
  const stage = join(root, '.cache', `package-${target}`);
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage, { recursive: true });
  const manifest = stageFiles(stage, await buildBundles());
  installDependencies(stage, target);
  for (const path of globSync(pruned, { cwd: stage })) rmSync(join(stage, path), { recursive: true, force: true });
  const packagePath = join(root, `medallion-${manifest.version}-${target}.vsix`);
  await createVSIX({ cwd: stage, target, packagePath, allowMissingRepository: true });
  const files = await listFiles({ cwd: stage });
  return {
    packagePath,
    bytes: statSync(packagePath).size,
    files,
    native: files.filter((file) => /\.(node|so|dll|dylib)(\.\d+)*$/.test(file)),
  };
}

/** @param {readonly string[]} packages what the bundles import as installed packages */
function stageFiles(stage, packages) {
  for (const name of ['media', 'webview', 'package.nls.json', 'README.md', 'dist']) {
    const filter = (source) => !source.includes(join('dist', 'test'));
    cpSync(join(extension, name), join(stage, name), { recursive: true, filter });
  }
  cpSync(join(root, 'LICENSE'), join(stage, 'LICENSE'));
  const manifest = JSON.parse(readFileSync(join(extension, 'package.json'), 'utf8'));
  const staged = { ...manifest, private: undefined, dependencies: installedVersions(packages) };
  writeFileSync(join(stage, 'package.json'), JSON.stringify(staged, undefined, 2));
  writeFileSync(join(stage, '.vscodeignore'), `${allowed.join('\n')}\n`);
  return manifest;
}

/** The versions that this repository has installed, and so tested. */
function installedVersions(packages) {
  const version = (name) => JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).version;
  return Object.fromEntries(packages.map((name) => [name, version(name)]));
}

/** Its own installed dependencies: within a workspace vsce finds hoisted ones or none. Only this platform's binding is taken. */
function installDependencies(stage, target) {
  const [os = '', cpu = ''] = target.replace(/^alpine/, 'linux').split('-');
  const args = ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', `--os=${os}`, `--cpu=${cpu}`];
  execFileSync('npm', args, {
    cwd: stage,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
}

async function main() {
  const { values } = parseArgs({ options: { target: { type: 'string' } } });
  const { packagePath, bytes, files, native } = await packageExtension(values.target);
  console.log(`${packagePath}: ${(bytes / 1e6).toFixed(1)} MB, ${files.length} files`);
  console.log(`native files:\n${native.map((file) => `  ${file}`).join('\n')}`);
}

const isMain = process.argv[1] === fileURLToPath(import.meta.url);
if (isMain && continueOnNewEnoughNode(fileURLToPath(import.meta.url), process.argv.slice(2))) await main();
