import { posix } from 'node:path';
import picomatch from 'picomatch';
import type { Diagnostic } from '../base/diagnostic.ts';
import { entriesAt, itemsAt, textAt, type ConfigMap, type ConfigNode } from './config-node.ts';
import { mergeMaps } from './merge-config.ts';
import type { ConfigText } from './read-json.ts';

/** The names that the Databricks CLI looks for. (`bundle.yml` is one too, but means other things in other tools.) */
export const bundleFileNames: readonly string[] = ['databricks.yml', 'databricks.yaml'];

/** One Databricks bundle as written: its root file and includes merged, no target applied, nothing interpolated. */
export interface Bundle {
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
  /** Every file of the project, relative to its root, forward slashes. */
  readonly files: readonly string[];
  readonly read: (file: string) => Promise<ConfigText>;
}

export async function loadBundle(file: string, source: ProjectFiles): Promise<Bundle> {
  const folder = posix.dirname(file) === '.' ? '' : posix.dirname(file);
  const diagnostics: Diagnostic[] = [];
  const documents: { file: string; config: ConfigMap }[] = [];
  const load = async (path: string): Promise<ConfigMap | undefined> => {
    const { node, diagnostics: found } = await source.read(path);
    diagnostics.push(...found);
    if (node?.kind === 'map') {
      documents.push({ file: path, config: node });
      return node;
    }
    if (node && !isEmpty(node)) diagnostics.push(notAMap(path, node));
    return undefined;
  };
  let config = (await load(file)) ?? { kind: 'map', range: startOf(file), entries: new Map() };
  const { included, missing } = includedFiles(folder, file, config, source.files);
  diagnostics.push(...missing);
  for (const path of included) {
    const part = await load(path);
    if (part) config = mergeMaps(config, part);
  }
  return {
    folder,
    file,
    files: [file, ...included],
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

function includedFiles(
  folder: string,
  rootFile: string,
  config: ConfigMap,
  files: readonly string[],
): { included: readonly string[]; missing: readonly Diagnostic[] } {
  const included = new Set<string>();
  const missing: Diagnostic[] = [];
  for (const item of itemsAt(config, 'include')) {
    const pattern = textAt(item);
    if (pattern === undefined) continue;
    const matches = picomatch(inFolder(escapeGlob(folder), pattern), { dot: true });
    const found = files.filter((file) => file !== rootFile && /\.(ya?ml|json)$/i.test(file) && matches(file));
    if (found.length === 0 && !/[*?[{]/.test(pattern)) {
      missing.push({
        severity: 'error',
        code: 'bundle.missing-include',
        message: `The included file ${pattern} does not exist.`,
        range: item.range,
        nextStep: 'Create the file, or remove the entry from include.',
      });
    }
    for (const file of found) included.add(file);
  }
  return { included: [...included], missing };
}

function escapeGlob(folder: string): string {
  return folder.replaceAll(/[*?[\]{}()!@+]/g, '\\$&');
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

function startOf(file: string): Bundle['config']['range'] {
  return { file, start: { line: 1, column: 1 } };
}
