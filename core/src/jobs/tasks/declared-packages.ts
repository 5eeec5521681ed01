import { ExpectedError } from '../../base/expected-error.ts';
import { itemsAt, textAt, at } from '../../project/config-node.ts';
import { pythonSettings } from '../../project/python-settings.ts';
import { missingPackages, nameOf } from '../../python/declared-packages.ts';
import { findPython } from '../../python/find-python.ts';
import { installCommand } from '../../python/inspect-python.ts';
import type { TaskPlace } from '../task-kind.ts';
import { findPythonPackage } from './python-package.ts';

/** Packages that a task takes from an index: of its libraries, and of the environment that it names. Those of the project are source. */
export function declaredPackages({ root, job, task }: TaskPlace): readonly string[] {
  const key = textAt(task.node, 'environment_key');
  const environment = itemsAt(job.node, 'environments').find((one) => textAt(one, 'environment_key') === key);
  const dependencies = key === undefined ? [] : itemsAt(at(environment, 'spec'), 'dependencies');
  const libraries = itemsAt(task.node, 'libraries').map((library) => at(library, 'pypi', 'package'));
  const written = [...dependencies, ...libraries].flatMap((node) => (node ? (textAt(node) ?? []) : []));
  return [...new Set(written)].filter((text) => findPythonPackage(root, nameOf(text)) === undefined);
}

/**
 * Nothing of a job runs where one of its tasks would end at an import: nothing is installed unasked.
 * @throws ExpectedError `python.packages-missing`, `python.not-found`, `python.broken`
 */
export async function requirePackages(place: TaskPlace): Promise<void> {
  const declared = declaredPackages(place);
  if (declared.length === 0) return;
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
