import { entriesAt, itemsAt, textAt } from '../../project/config-node.ts';
import type { TaskKind, TaskRunContext } from '../task-kind.ts';
import { findPythonPackage } from './python-package.ts';
import { pythonProgram } from './python-program.ts';
import { refuse } from './refuse.ts';

/** A wheel of the project's own runs from its source: what would be built, without building it. */
export const pythonWheelTask: TaskKind = ({ task, ...rest }) => {
  const place = { task, ...rest };
  const name = textAt(task.body, 'package_name');
  const entryPoint = textAt(task.body, 'entry_point');
  if (name === undefined || entryPoint === undefined) return refuse('the task names no package_name and entry_point');
  const found = findPythonPackage(place.root, name);
  if (!found) {
    const reason = `the source of the package ${name} is not in this folder (no pyproject.toml, setup.py or setup.cfg names it)`;
    return { runs: 'refused', code: 'jobs.missing-package', reason, range: task.range };
  }
  return pythonProgram(place, {
    what: 'a Python wheel task',
    file: found.file,
    path: found.path,
    program: (context, file) => ({
      kind: 'wheel',
      file,
      package: name,
      entryPoint,
      arguments: argumentsOf(context),
    }),
  });
};

/** A list as it is; named parameters, the job's among them, as `--name=value`. */
function argumentsOf({ body, parameters }: TaskRunContext): readonly string[] {
  const list = itemsAt(body, 'parameters');
  if (list.length > 0) return list.map((item) => textAt(item) ?? '');
  const named = new Map(entriesAt(body, 'named_parameters').map(([name, { value }]) => [name, textAt(value) ?? '']));
  return Object.entries({ ...Object.fromEntries(named), ...parameters }).map(([name, value]) => `--${name}=${value}`);
}
