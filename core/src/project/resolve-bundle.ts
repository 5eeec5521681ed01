import type { Diagnostic } from '../base/diagnostic.ts';
import type { Bundle } from './bundle.ts';
import { selectTarget, normalizeVariables, withTargetName } from './bundle-target.ts';
import { shortName, withWorkspaceDefaults, type BundleUser } from './bundle-workspace.ts';
import { jobsOf, type BundleJob } from './bundle-job.ts';
import { bundleRootKeys } from './bundle-keys.ts';
import {
  at,
  emptyMap,
  entriesAt,
  mapAt,
  mapValues,
  scalar,
  withEntry,
  withValueAt,
  type ConfigMap,
  type ConfigNode,
} from './config-node.ts';
import { withSchemaReferences } from './deployed/deployed-names.ts';
import { mergeResourceLists } from './merge-resources.ts';
import { isBelow, syncRules } from './sync-files.ts';
import { interpolate, type Lookup, type Reference } from './references.ts';
import { applyPresets, presetsOf, type Presets } from './target-mode.ts';

export interface ResolveOptions {
  /** Default: the bundle's default target. */
  readonly target?: string;
  /** Values given from outside; they win over every default and lookup. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Who deploys. Default: `medallion`, for scans and local runs. */
  readonly user?: BundleUser;
  /** The checkout that the bundle lies in. Default: none, then its details are empty. */
  readonly git?: GitDetails;
}

/** What `${bundle.git...}` stands for. */
export interface GitDetails {
  readonly branch: string;
  readonly commit: string;
  readonly originUrl: string;
}

/** A bundle as one target sees it. `${resources...}` references stay text until apply time knows the ids. */
export interface ResolvedBundle {
  readonly bundle: Bundle;
  /** What it was resolved with, so that it can be resolved again for another user. */
  readonly options: ResolveOptions;
  readonly name: string;
  readonly target: string;
  readonly mode: string | undefined;
  readonly presets: Presets;
  /** Everything, interpolated and with names as they are deployed. */
  readonly config: ConfigMap;
  /** Resources before presets changed names: what the SQL in the bundle was written for. */
  readonly plainResources: ConfigMap;
  readonly variables: ReadonlyMap<string, ConfigNode>;
  readonly jobs: readonly BundleJob[];
  readonly diagnostics: readonly Diagnostic[];
}

export const localUser: BundleUser = { userName: 'medallion', shortName: 'medallion' };

/** Pure: the same bundle and options give the same result. What is wrong is a diagnostic; nothing throws. */
export function resolveBundle(bundle: Bundle, options: ResolveOptions = {}): ResolvedBundle {
  const user = options.user ?? localUser;
  const selected = selectTarget(bundle, options.target);
  const targeted = withTargetName(normalizeVariables(selected.config), selected.name);
  const complete = withGit(withWorkspaceDefaults(targeted, user), options.git);
  const { values, lookups } = variableValues(complete, options.variables ?? {});
  const lookup = lookupIn(complete, values, lookups);
  const { node, unknown } = interpolate(withoutTargets(complete), lookup);
  const { config: interpolated, diagnostics: told } = withoutSourceLink(node.kind === 'map' ? node : complete);
  const presets = presetsOf(interpolated, shortName(user));
  // Lists are merged after references are resolved: `new_cluster: ${var.cluster}` is a map by then.
  const plain = mapAt(mergeResourceLists(interpolated), 'resources') ?? emptyResources(bundle);
  const resources = applyPresets(withSchemaReferences(plain), presets);
  const variables = resolvedVariables(values, lookup);
  const declared = declaredVariables(complete, variables, lookup);
  const config = withEntry(withEntry(interpolated, 'variables', declared), 'resources', resources);
  return {
    bundle,
    options,
    name: textOf(at(config, 'bundle', 'name')) ?? '',
    target: selected.name,
    mode: textOf(at(config, 'bundle', 'mode')),
    presets,
    config,
    plainResources: plain,
    variables,
    jobs: jobsIn(config, resources, bundle.folder),
    diagnostics: [...selected.diagnostics, ...told, ...unknownDiagnostics(unknown, lookups)],
  };
}

/** As the Databricks CLI does outside of a workspace: there are no source files there that resources could use in place. */
function withoutSourceLink(config: ConfigMap): { config: ConfigMap; diagnostics: readonly Diagnostic[] } {
  const asked = at(config, 'presets', 'source_linked_deployment');
  if (!asked || textOf(asked) !== 'true') return { config, diagnostics: [] };
  const told: Diagnostic = {
    severity: 'warning',
    code: 'bundle.source-linked',
    message: 'source_linked_deployment has an effect in a Databricks workspace only: files are copied.',
    range: asked.range,
    nextStep: 'Leave it out for targets that are deployed from elsewhere.',
  };
  return {
    config: withValueAt(config, ['presets', 'source_linked_deployment'], scalar(false, asked.range)),
    diagnostics: [told],
  };
}

/** The same bundle with other resources, as they are deployed. */
export function withResources(resolved: ResolvedBundle, resources: ConfigMap): ResolvedBundle {
  const config = withEntry(resolved.config, 'resources', resources);
  return { ...resolved, config, jobs: jobsIn(config, resources, resolved.bundle.folder) };
}

function jobsIn(config: ConfigMap, resources: ConfigMap, folder: string): readonly BundleJob[] {
  const { root, paths = [] } = syncRules(config, folder);
  return jobsOf(resources, {
    root,
    beyond: paths.filter((path) => !isBelow(path, '')),
    workspacePath: textOf(at(config, 'workspace', 'file_path')) ?? '',
  });
}

/** What is written under `bundle.git` stays. */
function withGit(config: ConfigMap, git: GitDetails | undefined): ConfigMap {
  const details = { origin_url: git?.originUrl ?? '', branch: git?.branch ?? '', commit: git?.commit ?? '' };
  return Object.entries(details).reduce(
    (result, [key, value]) =>
      at(result, 'bundle', 'git', key)
        ? result
        : withValueAt(result, ['bundle', 'git', key], scalar(value, config.range)),
    config,
  );
}

/** Targets are judged on their own, lookups are asked of a workspace, `${...}` in a script is its shell's. */
const notInterpolated: readonly string[] = ['targets', 'environments', 'variables', 'scripts', 'definitions'];

function withoutTargets(config: ConfigMap): ConfigMap {
  const kept = [...config.entries].filter(([key]) => bundleRootKeys.includes(key) && !notInterpolated.includes(key));
  return { ...config, entries: new Map(kept) };
}

function variableValues(
  config: ConfigMap,
  given: Readonly<Record<string, string>>,
): { values: ReadonlyMap<string, ConfigNode>; lookups: Lookups } {
  const values = new Map<string, ConfigNode>();
  const lookups = new Map<string, ConfigMap>();
  for (const [name, entry] of entriesAt(config, 'variables')) {
    const value = at(entry.value, 'value') ?? at(entry.value, 'default');
    const lookup = mapAt(entry.value, 'lookup');
    if (Object.hasOwn(given, name)) values.set(name, scalar(given[name] ?? '', entry.keyRange));
    else if (lookup) lookups.set(name, lookup);
    else if (value) values.set(name, value);
  }
  return { values, lookups };
}

function lookupIn(config: ConfigMap, values: ReadonlyMap<string, ConfigNode>, lookups: Lookups): Lookup {
  return ({ path }) => {
    const [first, second, ...rest] = path;
    if (first === 'resources' || first === 'artifacts') return 'later';
    if ((first === 'var' || first === 'variables') && typeof second === 'string') {
      const inner = first === 'variables' && rest[0] === 'value' ? rest.slice(1) : rest;
      if (lookups.has(second)) return 'unknown';
      return variableAt(values.get(second), inner, values);
    }
    if (first === 'environment') return at(config, 'bundle', 'target') ?? 'unknown';
    if (first === 'bundle' || first === 'workspace') {
      // Some of these (git, the user's groups) are known only in a checkout or a workspace.
      return at(config, ...path) ?? (at(config, first) && isAskedOfWorkspace(path) ? 'later' : 'unknown');
    }
    // Not a bundle's reference: a job's own `${...}` in text.
    return 'later';
  };
}

/** `${var.cluster.node_type}` where `cluster` is itself `${var.other}`. */
function variableAt(
  value: ConfigNode | undefined,
  path: readonly (string | number)[],
  values: ReadonlyMap<string, ConfigNode>,
): ConfigNode | 'unknown' {
  let current = value;
  for (let hops = 0; hops < 10 && path.length > 0 && current?.kind === 'scalar'; hops += 1) {
    const inner = /^\$\{var\.([^.}]+)\}$/.exec(String(current.value))?.[1];
    if (inner === undefined) break;
    current = values.get(inner);
  }
  return at(current, ...path) ?? 'unknown';
}

function isAskedOfWorkspace(path: readonly (string | number)[]): boolean {
  const text = path.join('.');
  return (
    /^bundle\.(git|uuid|deployment|cli_version)\b/.test(text) ||
    /^workspace\.(host|current_user|profile|id|resource_id)\b/.test(text)
  );
}

function resolvedVariables(values: ReadonlyMap<string, ConfigNode>, lookup: Lookup): ReadonlyMap<string, ConfigNode> {
  return new Map([...values].map(([name, value]) => [name, interpolate(value, lookup).node]));
}

/** Each variable as it is declared for the target, with its value. */
function declaredVariables(config: ConfigMap, values: ReadonlyMap<string, ConfigNode>, lookup: Lookup): ConfigMap {
  const declared = mapAt(config, 'variables') ?? emptyMap(config.range);
  return mapValues(declared, (variable, name) => {
    const { node } = interpolate(variable, lookup);
    const map = node.kind === 'map' ? node : emptyMap(variable.range);
    const value = values.get(name);
    return value ? withEntry(map, 'value', value) : map;
  });
}

type Lookups = ReadonlyMap<string, ConfigMap>;

/** One finding for each variable that is looked up, however often it is used; one for each reference that leads nowhere. */
function unknownDiagnostics(unknown: readonly Reference[], lookups: Lookups): readonly Diagnostic[] {
  const lookedUp = new Map<string, number>();
  const found: Diagnostic[] = [];
  for (const reference of unknown) {
    const name = String(reference.path[1]);
    if (isVariable(reference) && lookups.has(name)) lookedUp.set(name, (lookedUp.get(name) ?? 0) + 1);
    else found.push(unresolved(reference));
  }
  return [...[...lookedUp].map(([name, uses]) => lookedUpVariable(name, uses, lookups.get(name))), ...found];
}

function isVariable({ path }: Reference): boolean {
  return path[0] === 'var' || path[0] === 'variables';
}

function lookedUpVariable(name: string, uses: number, lookup: ConfigMap | undefined): Diagnostic {
  const places = uses === 1 ? 'one place' : `${uses} places`;
  return {
    severity: 'warning',
    code: 'bundle.lookup-variable',
    message: `The variable ${name} (used in ${places}) is looked up in a workspace, so its value is not known here.`,
    ...(lookup ? { range: lookup.range } : {}),
    nextStep: 'Give the variable a value for this environment in medallion.yaml.',
  };
}

function unresolved({ text, range }: Reference): Diagnostic {
  return {
    severity: 'error',
    code: 'bundle.unresolved-reference',
    message: `\${${text}} has no value.`,
    range,
    nextStep: 'Declare the variable with a default, or give it a value in the target or in medallion.yaml.',
  };
}

function textOf(node: ConfigNode | undefined): string | undefined {
  return node?.kind === 'scalar' && node.value !== null ? String(node.value) : undefined;
}

function emptyResources(bundle: Bundle): ConfigMap {
  return { kind: 'map', range: { file: bundle.file, start: { line: 1, column: 1 } }, entries: new Map() };
}
