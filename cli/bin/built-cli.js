// What `npm install` bundles (tools/build.mjs --cli): it starts in half the time of the sources, and is run only where it is made of them.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Beside the bundles: the files that they are made of. */
export const stampFile = 'sources.json';

/** @typedef {Readonly<Record<string, string>>} Sources by path from the root: when it was last written and how long it is */

/**
 * @param {string} root
 * @param {readonly string[]} paths
 * @returns {Sources}
 */
export function sourcesOf(root, paths) {
  return Object.fromEntries(paths.map((path) => [path, stampOf(join(root, path))]));
}

/**
 * The bundled command line, or undefined where there is none or a source was changed since.
 * @param {string} root of the repository
 */
export function builtCli(root) {
  const dist = join(root, 'cli', 'dist');
  let text;
  try {
    text = readFileSync(join(dist, stampFile), 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  /** @type {Sources} */
  const sources = JSON.parse(text);
  const isSame = Object.entries(sources).every(([path, stamp]) => stampOf(join(root, path)) === stamp);
  return isSame ? join(dist, 'cli.mjs') : undefined;
}

/** @param {string} file */
function stampOf(file) {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat ? `${stat.mtimeMs} ${stat.size}` : 'missing';
}

/** @param {unknown} error */
function isMissing(error) {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
