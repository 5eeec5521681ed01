import { posix } from 'node:path';
import type { Diagnostic, SourceRange } from '../base/diagnostic.ts';
import { entriesAt, itemsAt, textAt, type ConfigMap, type ConfigNode } from './config-node.ts';
import { mergeMaps } from './merge-config.ts';
import { isGlob, pathGlob } from './path-glob.ts';
import type { ConfigText } from './read-json.ts';
import { isBelow } from './sync-files.ts';

/** The names that the Databricks CLI looks for. (`bundle.yml` is one too, but means other things in other tools.) */
export const bundleFileNames: readonly string[] = ['databricks.yml', 'databricks.yaml'];

/** One Databricks bundle as written: its root file and includes merged, no target applied, nothing interpolated. */
export interface Bundle {
  /** The project's root, absolute, with forward slashes. */
  readonly root: string;
  /** Relative to the project's root; `''` is the root itself. */
  readonly folder: string;
  /** The root file, relative to the project's root. */
  readonly file: string;
  /** The root file and every included one. */
  readonly files: readonly string[];
  /** Every value with its place; unknown keys are kept. */
  readonly config: ConfigMap;
  /** Each loaded file on its own, for rules that judge files. */
  readonly documents: readonly { readonly file: string; readonly config: ConfigMap }[];
  /** `bundle.name` as written; a reference may stand in it. */
  readonly name: string | undefined;
  readonly targets: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** What the loader needs of a disk: the files that exist, and their content. */
export interface ProjectFiles {
  /** The project's root, absolute; files that lie nowhere have `/`. */
  readonly root?: string;
  /** Every file of the project, relative to its root, forward slashes. */
  readonly files: readonly string[];
  readonly read: (file: string) => Promise<ConfigText>;
  /** The files below a folder outside of the project (`../common`), relative to the project's root; none where there is no such folder. */
  readonly outside?: (folder: string) => Promise<readonly string[]>;
}

export async function loadBundle(file: string, source: ProjectFiles): Promise<Bundle> {
  const folder = posix.dirname(file) === '.' ? '' : posix.dirname(file);
  const diagnostics: Diagnostic[] = [];
  const documents: { file: string; config: ConfigMap }[] = [];
  const load = async (path: string, wantedAt?: SourceRange): Promise<ConfigMap | undefined> => {
    const { node, diagnostics: found } = await source.read(path);
    if (!node && wantedAt && !source.files.includes(path)) {
      diagnostics.push(missingInclude(path, wantedAt));
      return undefined;
    }
    diagnostics.push(...found);
    if (node?.kind === 'map') {
      documents.push({ file: path, config: node });
      return node;
    }
    if (node && !isEmpty(node)) diagnostics.push(notAMap(path, node));
    return undefined;
  };
  let config = (await load(file)) ?? { kind: 'map', range: startOf(file), entries: new Map() };
  const { included, problems } = await includedFiles(folder, config, source);
  diagnostics.push(...problems);
  for (const [path, range] of included) {
    const part = await load(path, range);
    if (part) config = mergeMaps(config, part);
  }
  return {
    root: source.root ?? '/',
    folder,
    file,
    files: [file, ...included.keys()],
    config,
    documents,
    name: textAt(config, 'bundle', 'name'),
    targets: [...entriesAt(config, 'targets'), ...entriesAt(config, 'environments')].map(([name]) => name),
    diagnostics,
  };
}

/** The bundle's files, relative to its folder or not, as one path relative to the project's root. */
export function inFolder(folder: string, path: string): string {
  const joined = posix.normalize(posix.join(folder, path));
  return joined === '.' ? '' : joined;
}

/** In the order of the patterns, those of one pattern by name. `**` means one folder here, as in the Databricks CLI. */
async function includedFiles(
  folder: string,
  config: ConfigMap,
  source: ProjectFiles,
): Promise<{ included: ReadonlyMap<string, SourceRange>; problems: readonly Diagnostic[] }> {
  const included = new Map<string, SourceRange>();
  const problems: Diagnostic[] = [];
  const roots = bundleFileNames.map((name) => inFolder(folder, name));
  for (const item of itemsAt(config, 'include')) {
    const pattern = textAt(item);
    if (pattern === undefined) continue;
    const matches = pathGlob(posix.normalize(pattern));
    const files = await filesFor(inFolder(folder, pattern), source);
    const found = matches ? files.filter((file) => !roots.includes(file) && matches(posix.relative(folder, file))) : [];
    // Git may ignore a file that is named outright.
    if (found.length === 0 && !isGlob(pattern)) found.push(inFolder(folder, pattern));
    for (const file of found) {
      if (included.has(file)) continue;
      if (/\.(ya?ml|json)$/i.test(file)) included.set(file, item.range);
      else problems.push(notConfiguration(file, item.range));
    }
  }
  return { included, problems };
}

/** Where a pattern looks: the project's files, or those below the folder outside of it that the pattern names. */
async function filesFor(pattern: string, { files, outside }: ProjectFiles): Promise<readonly string[]> {
  if (!outside || !isGlob(pattern) || isBelow(pattern, '')) return files;
  const parts = pattern.split('/');
  return await outside(parts.slice(0, parts.findIndex(isGlob)).join('/'));
}

function missingInclude(file: string, range: SourceRange): Diagnostic {
  return {
    severity: 'error',
    code: 'bundle.missing-include',
    message: `The included file ${file} does not exist.`,
    range,
    nextStep: 'Create the file, or remove the entry from include.',
  };
}

function notConfiguration(file: string, range: SourceRange): Diagnostic {
  return {
    severity: 'error',
    code: 'bundle.include-type',
    message: `include names ${file}, which is neither YAML nor JSON.`,
    range,
    nextStep: 'Name files that go to the workspace under sync.include instead.',
  };
}

function notAMap(file: string, node: ConfigNode): Diagnostic {
  return {
    severity: 'error',
    code: 'bundle.not-a-mapping',
    message: `${file} holds no mapping of keys to values.`,
    range: node.range,
    nextStep: 'A bundle file begins with keys such as bundle, include, resources, targets.',
  };
}

function isEmpty(node: ConfigNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

function startOf(file: string): SourceRange {
  return { file, start: { line: 1, column: 1 } };
}
