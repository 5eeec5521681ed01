import type { Diagnostic, SourceRange } from '../base/diagnostic.ts';
import type { ProjectFiles } from './bundle.ts';
import { at, itemsAt, mapAt, textAt, type ConfigMap } from './config-node.ts';

/** The folders of Data Factory's git mode; the file in one is the body that Resource Manager takes. */
const folderKinds = {
  pipeline: 'pipeline',
  dataset: 'dataset',
  linkedservice: 'linkedService',
  trigger: 'trigger',
  dataflow: 'dataflow',
  integrationruntime: 'integrationRuntime',
  credential: 'credential',
  factory: 'factory',
} as const;

export type FactoryObjectKind = (typeof folderKinds)[keyof typeof folderKinds];

export interface FactoryObject {
  readonly kind: FactoryObjectKind;
  /** `name` in the file; the file's own name where it is missing. */
  readonly name: string;
  readonly file: string;
  /** The whole file: `{name, properties, ...}`. */
  readonly node: ConfigMap;
  readonly range: SourceRange;
}

/** One Data Factory (or Synapse workspace) in git mode. */
export interface Factory {
  /** Relative to the project's root; `''` is the root itself. */
  readonly folder: string;
  readonly objects: readonly FactoryObject[];
  readonly diagnostics: readonly Diagnostic[];
}

interface Candidate {
  readonly file: string;
  readonly kind: FactoryObjectKind;
}

/** Finds each factory below the root by its form: folders of git mode that hold at least one object of a factory. */
export async function loadFactories(source: ProjectFiles): Promise<readonly Factory[]> {
  const groups = new Map<string, Candidate[]>();
  for (const file of source.files) {
    const match = /^(?:(.*)\/)?([^/]+)\/[^/]+\.json$/i.exec(file);
    const key = match?.[2]?.toLowerCase();
    if (!match || key === undefined || !Object.hasOwn(folderKinds, key)) continue;
    const folder = match[1] ?? '';
    const group = groups.get(folder) ?? [];
    group.push({ file, kind: folderKinds[key as keyof typeof folderKinds] });
    groups.set(folder, group);
  }
  const factories: Factory[] = [];
  for (const [folder, candidates] of groups) {
    const factory = await loadFactory(folder, candidates, source);
    if (factory) factories.push(factory);
  }
  return factories;
}

async function loadFactory(
  folder: string,
  candidates: readonly Candidate[],
  source: ProjectFiles,
): Promise<Factory | undefined> {
  const objects: FactoryObject[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const { file, kind } of candidates) {
    const { node, diagnostics: found } = await source.read(file);
    diagnostics.push(...found);
    if (node?.kind === 'map') objects.push(toObject(kind, file, node));
    else if (node) diagnostics.push(notAnObject(file, node.range));
  }
  // Folders called `pipeline` or `dataset` are common; only a file with a factory's form makes the folder one.
  return objects.some(isOfAFactory) ? { folder, objects, diagnostics } : undefined;
}

function toObject(kind: FactoryObjectKind, file: string, node: ConfigMap): FactoryObject {
  const base = file.slice(file.lastIndexOf('/') + 1).replace(/\.json$/i, '');
  return { kind, name: textAt(node, 'name') ?? base, file, node, range: at(node, 'name')?.range ?? node.range };
}

function isOfAFactory(object: FactoryObject): boolean {
  const properties = mapAt(object.node, 'properties');
  if (!properties) return false;
  switch (object.kind) {
    case 'pipeline':
      return at(properties, 'activities')?.kind === 'list';
    case 'dataset':
      return textAt(properties, 'linkedServiceName', 'referenceName') !== undefined;
    case 'linkedService':
      return textAt(properties, 'type') !== undefined && mapAt(properties, 'typeProperties') !== undefined;
    case 'trigger':
      return textAt(properties, 'type')?.endsWith('Trigger') === true && itemsAt(properties, 'pipelines').length > 0;
    case 'dataflow':
      return mapAt(properties, 'typeProperties') !== undefined;
    case 'integrationRuntime':
    case 'credential':
    case 'factory':
      return false;
  }
}

export function objectsOf(factory: Factory, kind: FactoryObjectKind): readonly FactoryObject[] {
  return factory.objects.filter((object) => object.kind === kind);
}

function notAnObject(file: string, range: SourceRange): Diagnostic {
  return {
    severity: 'error',
    code: 'factory.not-an-object',
    message: `${file} holds no JSON object.`,
    range,
    nextStep: 'A file of a factory is one object with name and properties.',
  };
}
