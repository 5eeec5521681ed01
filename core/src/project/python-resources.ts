import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { LosslessNumber, stringify } from 'lossless-json';
import type { Diagnostic, SourceRange } from '../base/diagnostic.ts';
import type { Bundle } from './bundle.ts';
import {
  at,
  emptyMap,
  entriesAt,
  itemsAt,
  mapAt,
  mapValues,
  textAt,
  toPlain,
  withEntry,
  withValueAt,
  type ConfigMap,
  type ConfigNode,
} from './config-node.ts';
import { mergeMaps } from './merge-config.ts';
import { readJson } from './read-json.ts';
import { resolveBundle, withResources, type ResolvedBundle, type ResolveOptions } from './resolve-bundle.ts';

/** `python` (or `experimental.python`) of a bundle that defines resources, or changes them, in Python. */
export function pythonSection(config: ConfigMap): ConfigMap | undefined {
  const sections = [mapAt(config, 'python'), mapAt(config, 'experimental', 'python')];
  return sections.find((one) => itemsAt(one, 'resources').length > 0 || itemsAt(one, 'mutators').length > 0);
}

/**
 * Resolves a bundle together with its Python, which runs in the user's own interpreter as the Databricks CLI runs it:
 * `python -m databricks.bundles.build`, once to load resources, once to let mutators change them. This runs the project's code.
 * What is wrong is a diagnostic: `bundle.python-missing`, `bundle.python-failed`.
 * @param root the project's root, absolute
 */
export async function resolveWithPython(
  root: string,
  bundle: Bundle,
  options: ResolveOptions,
): Promise<ResolvedBundle> {
  const resolved = resolveBundle(bundle, options);
  const section = pythonSection(resolved.config);
  if (!section) return resolved;
  const place = { root, folder: bundle.folder, section };
  const loaded = await runPhase(place, 'load_resources', resolved.config);
  if (!loaded.resources) return withDiagnostics(resolved, loaded.diagnostics);
  const added = addedResources(resolved.config, loaded.resources);
  const config = mergeMaps(bundle.config, withEntry(emptyMap(section.range), 'resources', added));
  const complete = resolveBundle({ ...bundle, config }, options);
  if (itemsAt(section, 'mutators').length === 0) return withDiagnostics(complete, loaded.diagnostics);
  const mutated = await runPhase(place, 'apply_mutators', complete.config);
  const diagnostics = [...loaded.diagnostics, ...mutated.diagnostics];
  if (!mutated.resources) return withDiagnostics(complete, diagnostics);
  const before = mapAt(complete.config, 'resources') ?? mutated.resources;
  const after = keepPlaces(before, mutated.resources);
  return withDiagnostics(after.kind === 'map' ? withResources(complete, after) : complete, diagnostics);
}

interface PythonPlace {
  readonly root: string;
  readonly folder: string;
  readonly section: ConfigMap;
}

interface PhaseResult {
  /** Undefined where the phase failed. */
  readonly resources: ConfigMap | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

async function runPhase(place: PythonPlace, phase: string, config: ConfigMap): Promise<PhaseResult> {
  const python = interpreter(place);
  if (typeof python !== 'string') return { resources: undefined, diagnostics: [python] };
  const exchange = await mkdtemp(join(tmpdir(), 'medallion-python-'));
  const file = (name: string): string => join(exchange, `${name}.json`);
  try {
    await writeFile(file('input'), stringify(toPlain(config), (_key, value: unknown) => exact(value)) ?? '{}', {
      mode: 0o600,
    });
    const flags = ['input', 'output', 'diagnostics', 'locations'].flatMap((name) => [`--${name}`, file(name)]);
    const args = ['-m', 'databricks.bundles.build', '--phase', phase, ...flags];
    const { code, stderr } = await run(python, args, join(place.root, place.folder));
    const told = diagnosticsIn(await textOf(file('diagnostics')), place);
    const output = await textOf(file('output'));
    if (code !== 0 || output === '')
      return { resources: undefined, diagnostics: told.some(isError) ? told : [...told, failed(place, phase, stderr)] };
    // Paths in it are relative to the bundle's folder, as those of a file that lies there.
    const generated = inFolder(place.folder, '__generated_by_pydabs__.json');
    const resources = mapAt(readJson(generated, output).node, 'resources') ?? emptyMap(place.section.range);
    return { resources: located(resources, await textOf(file('locations')), place), diagnostics: told };
  } finally {
    await rm(exchange, { recursive: true, force: true });
  }
}

/** The virtual environment that the bundle names, else the active one, else whatever python3 the path has. */
function interpreter({ root, folder, section }: PythonPlace): string | Diagnostic {
  const named = textAt(section, 'venv_path') ?? process.env['VIRTUAL_ENV'];
  if (named === undefined) return 'python3';
  const venv = join(root, folder, named);
  const found = [join(venv, 'bin', 'python3'), join(venv, 'Scripts', 'python.exe')].find((path) => existsSync(path));
  if (found !== undefined) return found;
  return {
    severity: 'error',
    code: 'bundle.python-missing',
    message: `The bundle defines resources in Python, and its virtual environment ${named} does not exist.`,
    range: at(section, 'venv_path')?.range ?? section.range,
    nextStep: `In ${folder === '' ? 'the project' : folder}: python3 -m venv ${named} && ${named}/bin/pip install databricks-bundles`,
  };
}

async function run(python: string, args: readonly string[], cwd: string): Promise<{ code: number; stderr: string }> {
  return await new Promise((resolve) => {
    const child = spawn(python, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'], timeout: 120_000 });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = `${stderr}${text}`.slice(-8000)));
    child.on('error', (error) => resolve({ code: -1, stderr: error.message }));
    child.on('close', (code) => resolve({ code: code ?? -1, stderr }));
  });
}

function failed({ section }: PythonPlace, phase: string, stderr: string): Diagnostic {
  const lines = stderr.trim().split('\n');
  const missing = /No module named 'databricks(\.bundles)?'/.test(stderr);
  return {
    severity: 'error',
    code: missing ? 'bundle.python-missing' : 'bundle.python-failed',
    message: `The bundle's Python failed in ${phase}: ${lines.at(-1) ?? ''}`,
    range: section.range,
    nextStep: missing
      ? 'Install it into the virtual environment of the bundle: pip install databricks-bundles'
      : 'Correct the Python that python.resources and python.mutators name.',
  };
}

/** One JSON object a line: `{severity, summary, detail, location: {file, line, column}}`. */
function diagnosticsIn(text: string, place: PythonPlace): readonly Diagnostic[] {
  return jsonLines(place, text).map((node) => {
    const detail = textAt(node, 'detail');
    const range = rangeAt(node, place);
    return {
      severity: textAt(node, 'severity') === 'error' ? 'error' : 'warning',
      code: 'bundle.python-failed',
      message: `${textAt(node, 'summary') ?? 'Python failed'}${detail === undefined ? '' : `: ${detail}`}`,
      range: range ?? place.section.range,
    } as const;
  });
}

function jsonLines({ folder }: PythonPlace, text: string): readonly ConfigMap[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .flatMap((line) => {
      const { node } = readJson(inFolder(folder, 'python.json'), line);
      return node?.kind === 'map' ? [node] : [];
    });
}

/** Resources and tasks stand where Python made them; their paths stay relative to the bundle. */
function located(resources: ConfigMap, text: string, place: PythonPlace): ConfigMap {
  const places = new Map(
    jsonLines(place, text).flatMap((node) => {
      const range = rangeAt(node, place) ?? rangeOf(node, place);
      return range ? [[textAt(node, 'path') ?? '', range] as const] : [];
    }),
  );
  return mapValues(resources, (group, kind) => {
    if (group.kind !== 'map') return group;
    const entries = [...group.entries].map(([key, entry]) => {
      const path = `resources.${kind}.${key}`;
      const range = places.get(path);
      const value = entry.value.kind === 'map' ? withTaskPlaces(entry.value, path, places, range) : entry.value;
      return [key, { keyRange: range ?? entry.keyRange, value }] as const;
    });
    return { ...group, entries: new Map(entries) };
  });
}

function withTaskPlaces(
  resource: ConfigMap,
  path: string,
  places: ReadonlyMap<string, SourceRange>,
  whole: SourceRange | undefined,
): ConfigMap {
  const tasks = at(resource, 'tasks');
  if (tasks?.kind !== 'list') return resource;
  const items = tasks.items.map((task, index) => {
    const range = places.get(`${path}.tasks[${index}]`) ?? whole;
    return range && task.kind === 'map' ? withTaskPlace(task, range) : task;
  });
  return withEntry(resource, 'tasks', { ...tasks, items });
}

/** And the task inside a for_each_task. */
function withTaskPlace(task: ConfigMap, range: SourceRange): ConfigMap {
  const key = at(task, 'task_key');
  const nested = mapAt(task, 'for_each_task', 'task');
  const placed = key ? withEntry(task, 'task_key', { ...key, range }) : task;
  return nested ? withValueAt(placed, ['for_each_task', 'task'], withTaskPlace(nested, range)) : placed;
}

function rangeAt(node: ConfigMap, place: PythonPlace): SourceRange | undefined {
  const location = mapAt(node, 'location');
  return location && rangeOf(location, place);
}

function rangeOf(node: ConfigMap, { folder }: PythonPlace): SourceRange | undefined {
  const file = textAt(node, 'file');
  if (file === undefined || file.startsWith('/')) return undefined;
  const start = { line: Number(textAt(node, 'line') ?? 1), column: Number(textAt(node, 'column') ?? 1) };
  return { file: inFolder(folder, file), start };
}

/** What a mutator left as it was keeps its place, and with it the folder that its paths are relative to. */
function keepPlaces(before: ConfigNode | undefined, after: ConfigNode): ConfigNode {
  if (after.kind === 'map' && before?.kind === 'map') {
    const entries = [...after.entries].map(([key, entry]) => {
      const old = before.entries.get(key);
      return [key, { keyRange: old?.keyRange ?? entry.keyRange, value: keepPlaces(old?.value, entry.value) }] as const;
    });
    return { ...before, entries: new Map(entries) };
  }
  if (after.kind === 'list' && before?.kind === 'list') {
    return { ...before, items: after.items.map((item, index) => keepPlaces(before.items[index], item)) };
  }
  return after.kind === 'scalar' && before?.kind === 'scalar' && before.value === after.value ? before : after;
}

/** Those that Python brought; the others were in the input, and are resolved from their files. */
function addedResources(config: ConfigMap, resources: ConfigMap): ConfigMap {
  return mapValues(resources, (group, kind) => {
    if (group.kind !== 'map') return group;
    const known = new Set(entriesAt(config, 'resources', kind).map(([key]) => key));
    return { ...group, entries: new Map([...group.entries].filter(([key]) => !known.has(key))) };
  });
}

function withDiagnostics(resolved: ResolvedBundle, diagnostics: readonly Diagnostic[]): ResolvedBundle {
  return { ...resolved, diagnostics: [...resolved.diagnostics, ...diagnostics] };
}

function exact(value: unknown): unknown {
  return typeof value === 'bigint' ? new LosslessNumber(value.toString()) : value;
}

async function textOf(path: string): Promise<string> {
  return existsSync(path) ? await readFile(path, 'utf8') : '';
}

function isError({ severity }: Diagnostic): boolean {
  return severity === 'error';
}

function inFolder(folder: string, file: string): string {
  return posix.normalize(posix.join(folder, file));
}
