import type { Diagnostic } from '../base/diagnostic.ts';
import type { Bundle } from './bundle.ts';
import {
  at,
  emptyMap,
  entriesAt,
  flagAt,
  mapAt,
  mapValues,
  scalar,
  withEntry,
  withValueAt,
  type ConfigMap,
  type ConfigNode,
} from './config-node.ts';
import { mergeConfig } from './merge-config.ts';

export interface SelectedTarget {
  readonly name: string;
  /** The bundle's configuration with the target's overrides merged in. */
  readonly config: ConfigMap;
  readonly diagnostics: readonly Diagnostic[];
}

/** The sections of a target that are merged into the root's, and those that replace them. */
const mergedSections = ['bundle', 'workspace', 'artifacts', 'resources', 'sync', 'permissions', 'presets'] as const;

/** Chooses as the Databricks CLI does: the one asked for, the one marked `default`, the only one; none declared is `default`. */
export function selectTarget(bundle: Bundle, wanted: string | undefined): SelectedTarget {
  const declared = [...entriesAt(bundle.config, 'environments'), ...entriesAt(bundle.config, 'targets')];
  const chosen =
    wanted === undefined
      ? (declared.find(([, entry]) => flagAt(entry.value, 'default')) ?? declared[0])
      : declared.find(([name]) => name === wanted);
  const name = wanted ?? chosen?.[0] ?? 'default';
  const diagnostics: Diagnostic[] = [];
  if (wanted !== undefined && !chosen && !(wanted === 'default' && declared.length === 0)) {
    diagnostics.push(unknownTarget(bundle, wanted));
  }
  const defaults = declared.filter(([, entry]) => flagAt(entry.value, 'default'));
  if (wanted === undefined && declared.length > 1 && defaults.length !== 1) {
    diagnostics.push(noDefault(bundle, name, defaults.length));
  }
  const target = chosen?.[1].value;
  return { name, config: target?.kind === 'map' ? applyTarget(bundle.config, target) : bundle.config, diagnostics };
}

function applyTarget(root: ConfigMap, target: ConfigMap): ConfigMap {
  let config = root;
  for (const section of mergedSections) {
    const override = mapAt(target, section) ?? at(target, section);
    if (!override) continue;
    const base = at(config, section);
    config = withEntry(config, section, base ? mergeConfig(base, override) : override);
  }
  config = overrideVariables(config, mapAt(target, 'variables'));
  const runAs = at(target, 'run_as');
  if (runAs) config = withEntry(config, 'run_as', runAs);
  for (const key of ['mode', 'cluster_id', 'compute_id']) {
    const value = at(target, key);
    if (value) config = withValueAt(config, ['bundle', key], value);
  }
  const git = at(target, 'git');
  if (git) {
    const base = at(config, 'bundle', 'git');
    config = withValueAt(config, ['bundle', 'git'], base ? mergeConfig(base, git) : git);
  }
  return config;
}

/** A target replaces a variable's default or lookup; `name: value` is short for `name: {default: value}`. */
function overrideVariables(config: ConfigMap, overrides: ConfigMap | undefined): ConfigMap {
  if (!overrides) return config;
  const declared = mapAt(config, 'variables') ?? emptyMap(overrides.range);
  const entries = new Map(declared.entries);
  for (const [name, entry] of overrides.entries) {
    const base = mapAt(declared, name) ?? emptyMap(entry.value.range);
    entries.set(name, { keyRange: entry.keyRange, value: overrideVariable(base, entry.value) });
  }
  return withEntry(config, 'variables', { ...declared, entries });
}

function overrideVariable(base: ConfigMap, override: ConfigNode): ConfigMap {
  const full =
    override.kind === 'map' && (override.entries.has('default') || override.entries.has('lookup'))
      ? override
      : withEntry(emptyMap(override.range), 'default', override);
  const without = full.entries.has('default') ? 'lookup' : 'default';
  const kept = new Map([...base.entries].filter(([key]) => key !== without));
  let result: ConfigMap = { ...base, entries: kept };
  for (const [key, entry] of full.entries) result = withEntry(result, key, entry.value);
  return result;
}

/** Null entries (`variables: {x: }`) become empty maps, so that what follows sees one shape. */
export function normalizeVariables(config: ConfigMap): ConfigMap {
  const variables = mapAt(config, 'variables');
  if (!variables) return config;
  return withEntry(
    config,
    'variables',
    mapValues(variables, (value) => {
      if (value.kind === 'map') return value;
      if (value.kind === 'scalar' && value.value === null) return emptyMap(value.range);
      return withEntry(emptyMap(value.range), 'default', value);
    }),
  );
}

export function withTargetName(config: ConfigMap, name: string): ConfigMap {
  const named = withValueAt(config, ['bundle', 'target'], scalar(name, config.range));
  return withValueAt(named, ['bundle', 'environment'], scalar(name, config.range));
}

function unknownTarget(bundle: Bundle, wanted: string): Diagnostic {
  return {
    severity: 'error',
    code: 'bundle.unknown-target',
    message: `The bundle has no target ${wanted}.`,
    range: { file: bundle.file, start: { line: 1, column: 1 } },
    nextStep: bundle.targets.length > 0 ? `Use one of: ${bundle.targets.join(', ')}.` : 'Declare it under targets.',
  };
}

function noDefault(bundle: Bundle, name: string, defaults: number): Diagnostic {
  return {
    severity: 'warning',
    code: 'bundle.no-default-target',
    message: `${defaults > 1 ? 'Several targets are' : 'No target is'} marked as default; ${name} is taken.`,
    range: mapAt(bundle.config, 'targets')?.range ?? bundle.config.range,
    nextStep: 'Mark one target with default: true, or name the target.',
  };
}
