import { stat } from 'node:fs/promises';
import { join, posix, resolve } from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import { ExpectedError } from '../base/expected-error.ts';
import { bundleFileNames, inFolder, loadBundle, type Bundle, type ProjectFiles } from './bundle.ts';
import { mapAt, type ConfigMap } from './config-node.ts';
import { loadFactories, type Factory } from './factory.ts';
import type { MedallionSettings } from './medallion.generated.ts';
import type { ConfigText } from './read-json.ts';
import { readSettings, settingsFileName } from './settings.ts';
import { readConfigFile } from './text-file.ts';
import { walkFolder } from './walk-folder.ts';

/** Everything that a folder says about a lakehouse: immutable, every value with its file and range. */
export interface Project {
  /** Absolute. Every other path is relative to it, with forward slashes. */
  readonly root: string;
  /** All files as git would see them. */
  readonly files: readonly string[];
  /** Undefined where there is no `medallion.yaml`, or a broken one (see `diagnostics`). */
  readonly settings: MedallionSettings | undefined;
  readonly settingsNode: ConfigMap | undefined;
  readonly bundles: readonly Bundle[];
  readonly factories: readonly Factory[];
  readonly hubs: readonly HubsConfig[];
  /** ODCS documents. */
  readonly contracts: readonly string[];
  /** Of loading alone; `validate` adds what the rules say. Those of bundles and factories stand there. */
  readonly diagnostics: readonly Diagnostic[];
}

/** An Event Hubs emulator's `Config.json`. */
export interface HubsConfig {
  readonly file: string;
  readonly node: ConfigMap;
  /** `capture.json` beside it. */
  readonly captureFile: string | undefined;
}

/**
 * Loads the project below `folder`. Malformed files are diagnostics. Rejects with `project.not-found` where the folder is none.
 */
export async function loadProject(folder: string): Promise<Project> {
  const root = resolve(folder);
  await requireFolder(root);
  const listing = await walkFolder(root);
  const read = (file: string): Promise<ConfigText> => readConfigFile(join(root, file), file);
  const source: ProjectFiles = {
    root: root.replaceAll('\\', '/'),
    files: listing.files,
    read,
    outside: (below) => filesBelow(root, below),
  };
  const loaded = await loadSettings(source);
  const parts = loaded.settings?.parts;
  return {
    root,
    files: listing.files,
    settings: loaded.settings,
    settingsNode: loaded.node,
    bundles: await loadBundles(source, parts?.bundle),
    factories: (await loadFactories(source)).filter(({ folder: found }) => isPart(found, parts?.factory)),
    hubs: await loadHubs(source, parts?.hubs),
    contracts: listing.files.filter((file) => /\.odcs\.ya?ml$/i.test(file) && isBelow(file, parts?.contracts)),
    diagnostics: [...loaded.diagnostics, ...listingDiagnostics(listing)],
  };
}

/** The bundle that `run` and `promote` mean: the one of `parts.bundle`, at the root, or the only one. */
export function primaryBundle(project: Project): Bundle {
  const found = project.bundles.find(({ folder }) => folder === '') ?? onlyOne(project.bundles);
  if (found) return found;
  throw new ExpectedError({
    code: project.bundles.length === 0 ? 'project.no-bundle' : 'project.several-bundles',
    message:
      project.bundles.length === 0
        ? `There is no databricks.yml below ${project.root}.`
        : `There are ${project.bundles.length} bundles below ${project.root}: ${named(project.bundles)}.`,
    nextStep:
      project.bundles.length === 0
        ? 'Name the folder of a Databricks bundle with --project.'
        : 'Name one with --project, or with parts.bundle in medallion.yaml.',
  });
}

/** The factory that `promote` means; undefined where the project has none. */
export function primaryFactory(project: Project): Factory | undefined {
  if (project.factories.length < 2) return project.factories[0];
  throw new ExpectedError({
    code: 'project.several-factories',
    message: `There are ${project.factories.length} factories below ${project.root}: ${named(project.factories)}.`,
    nextStep: 'Name one with parts.factory in medallion.yaml.',
  });
}

/** A bundle may include what lies beside it. */
async function filesBelow(root: string, folder: string): Promise<readonly string[]> {
  const found = await stat(join(root, folder)).catch(() => undefined);
  if (found?.isDirectory() !== true) return [];
  return (await walkFolder(join(root, folder))).files.map((file) => posix.join(folder, file));
}

async function requireFolder(root: string): Promise<void> {
  const found = await stat(root).catch(() => undefined);
  if (found?.isDirectory()) return;
  throw new ExpectedError({
    code: 'project.not-found',
    message: found ? `${root} is no folder.` : `${root} does not exist.`,
    nextStep: 'Name the folder of a project.',
    kind: 'environment',
  });
}

async function loadSettings(source: ProjectFiles): Promise<{
  settings: MedallionSettings | undefined;
  node: ConfigMap | undefined;
  diagnostics: readonly Diagnostic[];
}> {
  if (!source.files.includes(settingsFileName)) return { settings: undefined, node: undefined, diagnostics: [] };
  const { node, diagnostics } = await source.read(settingsFileName);
  if (!node || diagnostics.some(({ severity }) => severity === 'error')) {
    return { settings: undefined, node: undefined, diagnostics };
  }
  const read = readSettings(node);
  return {
    settings: read.settings,
    node: node.kind === 'map' ? node : undefined,
    diagnostics: [...diagnostics, ...read.diagnostics],
  };
}

async function loadBundles(source: ProjectFiles, part: string | undefined): Promise<readonly Bundle[]> {
  const roots = source.files.filter((file) => bundleFileNames.includes(posix.basename(file)));
  const bundles: Bundle[] = [];
  for (const file of roots) {
    if (!isPart(folderOf(file), part)) continue;
    const bundle = await loadBundle(file, source);
    if (looksLikeBundle(bundle)) bundles.push(bundle);
  }
  return bundles;
}

/** Other tools name files so too: one that has keys, but none of a bundle's, is none. */
function looksLikeBundle({ config, diagnostics }: Bundle): boolean {
  const keys = ['bundle', 'include', 'resources', 'targets', 'environments', 'variables', 'workspace'];
  return config.entries.size === 0 || diagnostics.length > 0 || keys.some((key) => config.entries.has(key));
}

async function loadHubs(source: ProjectFiles, part: string | undefined): Promise<readonly HubsConfig[]> {
  const hubs: HubsConfig[] = [];
  for (const file of source.files) {
    const isCandidate = part === undefined ? /(^|\/)config\.json$/i.test(file) : file === inFolder('', part);
    if (!isCandidate) continue;
    const { node } = await source.read(file);
    if (node?.kind !== 'map' || !mapAt(node, 'UserConfig')?.entries.has('NamespaceConfig')) continue;
    const capture = inFolder(folderOf(file), 'capture.json');
    hubs.push({ file, node, captureFile: source.files.includes(capture) ? capture : undefined });
  }
  return hubs;
}

function listingDiagnostics(listing: { truncated: boolean; unreadable: readonly string[] }): readonly Diagnostic[] {
  const start = { line: 1, column: 1 };
  const folders = listing.unreadable.map((file) => ({
    severity: 'warning' as const,
    code: 'project.unreadable-folder',
    message: `The folder ${file} cannot be read.`,
    range: { file, start },
    nextStep: 'Give yourself the right to read it, or ignore it in .gitignore.',
  }));
  if (!listing.truncated) return folders;
  return [
    ...folders,
    {
      severity: 'warning',
      code: 'project.too-many-files',
      message: 'The folder holds so many files that not all were looked at.',
      nextStep: 'Name the folder of one project.',
    },
  ];
}

function isPart(folder: string, part: string | undefined): boolean {
  return part === undefined || folder === inFolder('', part.replace(/\/$/, ''));
}

function isBelow(file: string, part: string | undefined): boolean {
  const folder = part === undefined ? '' : inFolder('', part.replace(/\/$/, ''));
  return folder === '' || file.startsWith(`${folder}/`);
}

function folderOf(file: string): string {
  const folder = posix.dirname(file);
  return folder === '.' ? '' : folder;
}

function onlyOne<T>(values: readonly T[]): T | undefined {
  return values.length === 1 ? values[0] : undefined;
}

function named(parts: readonly { readonly folder: string }[]): string {
  const names = parts.map(({ folder }) => (folder === '' ? '.' : folder));
  return names.length > 5 ? `${names.slice(0, 5).join(', ')}, ...` : names.join(', ');
}
