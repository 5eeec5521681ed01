import { readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { ExpectedError } from '../../base/expected-error.ts';
import { taskPath } from '../../project/bundle-job.ts';
import { at, itemsAt, textAt, type ConfigNode } from '../../project/config-node.ts';
import { pythonSettings } from '../../project/python-settings.ts';
import { missingPackages, nameOf, type DeclaredPackages } from '../../python/declared-packages.ts';
import { findPython } from '../../python/find-python.ts';
import { installCommand } from '../../python/inspect-python.ts';
import { bundleFile } from '../task-file.ts';
import type { TaskPlace } from '../task-kind.ts';
import { findPythonPackage, type PythonPackage } from './python-package.ts';
import { ownWheels } from './wheel-libraries.ts';

/**
 * Packages that tasks take from an index: of their libraries, and of the environments that they name, also by a file of requirements.
 * Those of the project are source, and need what they name in turn.
 */
export function packagesOf(places: readonly TaskPlace[]): DeclaredPackages {
  const declared = places.map((place) => {
    const all = requirements(place);
    const own = all.flatMap((text) => findPythonPackage(place.root, nameOf(text)) ?? []);
    const sources = [...own, ...ownWheels(place), ...packageOfWheelTask(place)];
    return {
      packages: all.filter((text) => findPythonPackage(place.root, nameOf(text)) === undefined),
      projects: sources.filter(({ file }) => file.endsWith('.toml')).map(({ file }) => join(place.root, file)),
      own: sources.flatMap((source) => nameIn(place.root, source)),
    };
  });
  const each = (list: keyof DeclaredPackages): string[] => [...new Set(declared.flatMap((one) => one[list]))];
  return { packages: each('packages'), projects: each('projects'), own: each('own') };
}

/**
 * Nothing of a job runs where one of its tasks would end at an import: nothing is installed unasked.
 * @throws ExpectedError `python.packages-missing`, `python.not-found`, `python.broken`
 */
export async function requirePackages(place: TaskPlace): Promise<void> {
  const declared = packagesOf([place]);
  if (declared.packages.length === 0 && declared.projects.length === 0) return;
  const python = findPython({ root: place.root, ...(await pythonSettings(place.root)) });
  const missing = await missingPackages(python, declared);
  if (missing.length === 0) return;
  throw new ExpectedError({
    code: 'python.packages-missing',
    message: `it declares ${missing.join(', ')}, which the project's Python (${python.from}) does not have`,
    nextStep: `Run: ${installCommand(python, missing)}`,
    kind: 'environment',
    range: place.task.range,
  });
}

function requirements(place: TaskPlace): readonly string[] {
  const { job, task } = place;
  const key = textAt(task.node, 'environment_key');
  const environment = itemsAt(job.node, 'environments').find((one) => textAt(one, 'environment_key') === key);
  const dependencies = key === undefined ? [] : itemsAt(at(environment, 'spec'), 'dependencies');
  const libraries = itemsAt(task.node, 'libraries').flatMap((library) => at(library, 'pypi', 'package') ?? []);
  const files = itemsAt(task.node, 'libraries').flatMap((library) => at(library, 'requirements') ?? []);
  return [
    ...[...dependencies, ...libraries].flatMap((node) => requirementsOf(place, node)),
    ...files.flatMap((node) => fileRequirements(place, node, textAt(node) ?? '')),
  ];
}

/** A requirement, or those of the file that it names: `-r requirements.txt`. */
function requirementsOf(place: TaskPlace, node: ConfigNode): readonly string[] {
  const text = textAt(node) ?? '';
  const file = /^(?:-r|--requirement)[ =]\s*(.+)$/.exec(text.trim())?.[1];
  return file === undefined ? [text] : fileRequirements(place, node, file);
}

function fileRequirements(place: TaskPlace, node: ConfigNode, written: string): readonly string[] {
  const named: ConfigNode = { kind: 'scalar', value: written, range: node.range };
  const found = taskPath(named, place.job.files)?.file;
  const file = found === undefined ? undefined : bundleFile(place, found);
  return file === undefined ? [] : linesOf(place.root, file, new Set());
}

/** What pip reads of a file of requirements, those included that it names itself; options and constraints name no package. */
function linesOf(root: string, file: string, above: ReadonlySet<string>): readonly string[] {
  const path = join(root, file);
  if (above.has(file) || statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return [];
  const lines = readFileSync(path, 'utf8')
    .replaceAll(/\\\r?\n/g, ' ')
    .split(/\r?\n/);
  return lines.flatMap((line) => {
    const text = line.replace(/(^|\s)#.*$/, '').trim();
    const other = /^(?:-r|--requirement)[ =]?\s*(.+)$/.exec(text)?.[1];
    if (other !== undefined) return linesOf(root, posix.join(posix.dirname(file), other), new Set([...above, file]));
    // Hashes stand behind a requirement.
    return text === '' || text.startsWith('-') ? [] : [text.replace(/\s--.*$/, '').trim()];
  });
}

function packageOfWheelTask({ root, task }: TaskPlace): readonly PythonPackage[] {
  const name = task.kind === 'python_wheel_task' ? textAt(task.body, 'package_name') : undefined;
  const found = name === undefined ? undefined : findPythonPackage(root, name);
  return found ? [found] : [];
}

function nameIn(root: string, { file }: PythonPackage): readonly string[] {
  const found = /^\s*["']?name["']?\s*[=:]\s*["']?([\w.-]+)/m.exec(readFileSync(join(root, file), 'utf8'))?.[1];
  return found === undefined ? [] : [nameOf(found)];
}
