import type { PlainValue } from '../../../project/config-node.ts';
import { bodiesAt, bodyAt, type Body } from '../../canonical.ts';
import { libraryPath, type Library } from '../../libraries.ts';

/** The job's settings with its own libraries named where they are uploaded to; a pattern becomes all files that it means. */
export function withLibraries(settings: Body, libraries: readonly Library[]): Body {
  if (libraries.length === 0) return settings;
  const remote = (written: string): readonly string[] | undefined => {
    const path = libraryPath(written);
    const found = libraries.filter((library) => path !== undefined && library.written === path);
    const extras = /\[[^\]]*\]$/.exec(written)?.[0] ?? '';
    return found.length === 0 ? undefined : found.map((library) => library.remote + extras);
  };
  return {
    ...settings,
    ...(settings['tasks'] === undefined
      ? {}
      : { tasks: bodiesAt(settings, 'tasks').map((task) => inTask(task, remote)) }),
    ...(settings['environments'] === undefined
      ? {}
      : { environments: bodiesAt(settings, 'environments').map((one) => inEnvironment(one, remote)) }),
  };
}

type Remote = (written: string) => readonly string[] | undefined;

function inTask(task: Body, remote: Remote): Body {
  const loop = bodyAt(task, 'for_each_task');
  const inner = loop && bodyAt(loop, 'task');
  return {
    ...task,
    ...(task['libraries'] === undefined
      ? {}
      : { libraries: bodiesAt(task, 'libraries').flatMap((library) => inLibrary(library, remote)) }),
    ...(inner ? { for_each_task: { ...loop, task: inTask(inner, remote) } } : {}),
  };
}

function inLibrary(library: Body, remote: Remote): readonly Body[] {
  for (const kind of ['whl', 'jar']) {
    const written = library[kind];
    const found = typeof written === 'string' ? remote(written) : undefined;
    if (found) return found.map((path) => ({ ...library, [kind]: path }));
  }
  return [library];
}

function inEnvironment(environment: Body, remote: Remote): Body {
  const spec = bodyAt(environment, 'spec');
  const dependencies = spec?.['dependencies'];
  if (!spec || !Array.isArray(dependencies)) return environment;
  const changed = (dependencies as readonly PlainValue[]).flatMap((one): readonly PlainValue[] =>
    typeof one === 'string' ? (remote(one) ?? [one]) : [one],
  );
  return { ...environment, spec: { ...spec, dependencies: changed } };
}
