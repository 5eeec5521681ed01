import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { glob, readFile } from 'node:fs/promises';
import { delimiter, dirname, join, posix } from 'node:path';
import { promisify } from 'node:util';
import { ExpectedError } from '../base/expected-error.ts';
import { at, type ConfigNode, entriesAt, flagAt, itemsAt, textAt } from '../project/config-node.ts';
import { deployedConfig } from '../project/deployed/deployed-config.ts';
import { pythonSettings } from '../project/python-settings.ts';
import type { ResolvedBundle } from '../project/resolve-bundle.ts';
import { syncRules } from '../project/sync-files.ts';
import { findPython, type FoundPython } from '../python/find-python.ts';
import { sha256 } from './canonical.ts';

/** A wheel or JAR of the bundle's own, as it goes to the workspace. */
export interface Library {
  /** As the deployed job names it before: relative to the bundle's synced folder, maybe a pattern. */
  readonly written: string;
  /** Its file's name. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly sha256: string;
  /** Below `workspace.artifact_path`, where the Databricks CLI puts it too. */
  readonly remote: string;
}

interface Artifact {
  readonly name: string;
  readonly node: ConfigNode | undefined;
  /** Absolute. */
  readonly folder: string;
  readonly build: string | undefined;
}

const buildMilliseconds = 10 * 60_000;

/**
 * Builds the bundle's artifacts, as `databricks bundle deploy` does, and reads the files that its jobs ask for. Wheels are built by the
 * project's own Python, with SOURCE_DATE_EPOCH set: unchanged sources give the same bytes, so that nothing is promoted anew.
 * Rejects with `promote.build-failed`, `promote.missing-library`, `promote.not-supported`.
 */
export async function bundleLibraries(
  root: string,
  bundle: ResolvedBundle,
  signal?: AbortSignal,
): Promise<readonly Library[]> {
  const asked = localLibraries(bundle);
  if (asked.length === 0) return [];
  const artifactPath = textAt(bundle.config, 'workspace', 'artifact_path') ?? '';
  if (artifactPath.startsWith('/Volumes/')) throw notSupported('An artifact_path in a volume', bundle.config);
  for (const artifact of artifactsOf(root, bundle)) await build(root, artifact, signal);
  const syncRoot = join(root, syncRules(bundle.config, bundle.bundle.folder).root);
  const libraries: Library[] = [];
  for (const [written, node] of asked) {
    const files = (await Array.fromAsync(glob(written, { cwd: syncRoot }))).sort();
    if (files.length === 0) throw missing(written, node);
    for (const file of files) {
      const bytes = await readFile(join(syncRoot, file));
      const name = posix.basename(file.replaceAll('\\', '/'));
      const remote = `${artifactPath}/.internal/${name}`;
      libraries.push({ written, name, bytes, sha256: sha256(bytes), remote });
    }
  }
  return libraries;
}

/** What the jobs' libraries and environments name of the files that lie here. */
function localLibraries(bundle: ResolvedBundle): readonly (readonly [string, ConfigNode])[] {
  const deployed = deployedConfig(bundle);
  const found = bundle.jobs.flatMap(({ key }) => {
    const job = at(deployed, 'resources', 'jobs', key);
    const tasks = itemsAt(job, 'tasks').flatMap((task) => [task, at(task, 'for_each_task', 'task')]);
    const libraries = tasks.flatMap((task) => itemsAt(task, 'libraries'));
    const dependencies = itemsAt(job, 'environments').flatMap((one) => itemsAt(one, 'spec', 'dependencies'));
    return [...libraries.flatMap((one) => [at(one, 'whl'), at(one, 'jar')]), ...dependencies];
  });
  const local = found.flatMap((node) => {
    const path = node && libraryPath(textAt(node) ?? '');
    return node && path !== undefined ? [[path, node] as const] : [];
  });
  return [...new Map(local)];
}

/**
 * The path of a library or dependency that lies here, without `./` and without a wheel's extras (`x.whl[train]`); undefined for a package,
 * and for what lies in the workspace, a volume or elsewhere.
 */
export function libraryPath(written: string): string | undefined {
  const path = written.replace(/\[[^\]]*\]$/, '');
  if (path.startsWith('/') || /^[a-z][a-z0-9+.-]*:/i.test(path) || !/\.(whl|jar)$/.test(path)) return undefined;
  return path.replace(/^\.\//, '');
}

/** Those of the bundle; else, as the CLI has it, the package of a `setup.py` at its root. */
function artifactsOf(root: string, { bundle, config }: ResolvedBundle): readonly Artifact[] {
  const folder = join(root, bundle.folder);
  const declared = entriesAt(config, 'artifacts');
  if (declared.length === 0) {
    const hasPackage = existsSync(join(folder, 'setup.py'));
    return hasPackage ? [{ name: 'python_artifact', node: undefined, folder, build: standardBuild }] : [];
  }
  return declared.map(([name, { value: node }]) => {
    if (flagAt(node, 'dynamic_version')) throw notSupported(`dynamic_version of the artifact ${name}`, node);
    const path = textAt(node, 'path');
    const own = path === undefined ? folder : join(root, posix.dirname(node.range.file), path);
    const isWheel = textAt(node, 'type') === 'whl';
    const given = textAt(node, 'build');
    const standard = isWheel && itemsAt(node, 'files').length === 0 ? standardBuild : undefined;
    return { name, node, folder: own, build: given ?? standard };
  });
}

/** Of a wheel whose artifact names no command: `python setup.py bdist_wheel` by the project's Python. */
const standardBuild = '';

async function build(
  root: string,
  { name, node, folder, build: command }: Artifact,
  signal?: AbortSignal,
): Promise<void> {
  if (command === undefined) return;
  const python = command === standardBuild ? await projectPython(root) : await pythonIfAny(root);
  const env = buildVariables(python);
  const options = { cwd: folder, env, timeout: buildMilliseconds, maxBuffer: 2 ** 26, ...(signal ? { signal } : {}) };
  const run = promisify(execFile);
  try {
    if (command === standardBuild && python) await run(python.interpreter, ['setup.py', 'bdist_wheel'], options);
    else if (process.platform === 'win32') await run('cmd.exe', ['/d', '/s', '/c', command], options);
    else await run('bash', ['-ec', command], options);
  } catch (cause) {
    signal?.throwIfAborted();
    const { stderr = '', stdout = '' } = cause as { readonly stderr?: string; readonly stdout?: string };
    const said = `${stdout}\n${stderr}`.trim().split('\n').slice(-12).join('\n');
    throw new ExpectedError({
      code: 'promote.build-failed',
      message: `The artifact ${name} cannot be built: ${said === '' ? (cause as Error).message : said}`,
      nextStep: `Run its build in ${folder} until it succeeds; python.interpreter of medallion.yaml says which Python builds.`,
      range: node?.range,
      cause,
    });
  }
}

const projectPython = async (root: string): Promise<FoundPython> =>
  findPython({ root, ...(await pythonSettings(root)) });

/** A build command may need none: a JAR's, or one that brings its own. One that medallion.yaml names is not built without. */
async function pythonIfAny(root: string): Promise<FoundPython | undefined> {
  const settings = await pythonSettings(root);
  try {
    return findPython({ root, ...settings });
  } catch (error) {
    const isMissing = error instanceof ExpectedError && error.code === 'python.not-found';
    if (isMissing && settings.interpreter === undefined) return undefined;
    throw error;
  }
}

/** As in a shell where the project's environment is active: `python -m build` is that of the project. */
function buildVariables(python: FoundPython | undefined): NodeJS.ProcessEnv {
  // 1980, the first year that a ZIP archive can hold.
  const variables = { ...process.env, SOURCE_DATE_EPOCH: '315532800' };
  if (python === undefined || python.from === 'PATH') return variables;
  const path = [dirname(python.interpreter), process.env['PATH'] ?? ''].join(delimiter);
  return { ...variables, PATH: path, ...(python.environment === undefined ? {} : { VIRTUAL_ENV: python.environment }) };
}

function missing(written: string, node: ConfigNode): ExpectedError {
  return new ExpectedError({
    code: 'promote.missing-library',
    message: `There is no file ${written}, which a job takes as a library.`,
    nextStep: 'Correct its path, or give the bundle an artifact that builds it.',
    range: node.range,
  });
}

function notSupported(what: string, node: ConfigNode): ExpectedError {
  return new ExpectedError({
    code: 'promote.not-supported',
    message: `${what} is not promoted.`,
    nextStep: 'Deploy this bundle with the Databricks CLI.',
    range: node.range,
  });
}
