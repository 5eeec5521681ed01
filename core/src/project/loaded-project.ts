import { join } from 'node:path';
import { ExpectedError } from '../base/expected-error.ts';
import { loadProject, primaryBundle, type Project } from './project.ts';
import { readGit } from './read-git.ts';
import { resolveWithPython } from './python-resources.ts';
import type { ResolvedBundle } from './resolve-bundle.ts';
import { withTemplateParameters } from './template-parameters.ts';

/** A project as one environment sees it. */
export interface LoadedProject {
  readonly project: Project;
  readonly environmentName: string;
  /** Undefined where the project has no bundle. */
  readonly bundle: ResolvedBundle | undefined;
}

/**
 * @param found values of variables that a workspace has told; those of medallion.yaml win.
 * @throws ExpectedError `project.not-found`, `project.unknown-environment`, `project.broken`
 */
export async function loadFor(
  folder: string,
  environmentName: string,
  found: Readonly<Record<string, string>> = {},
): Promise<LoadedProject> {
  const project = releasedTo(await loadProject(folder), environmentName);
  const errors = project.diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) {
    throw new ExpectedError({
      code: 'project.broken',
      message: `The project at ${project.root} cannot be read.`,
      nextStep: 'Correct what is listed, then try again.',
      diagnostics: errors,
    });
  }
  const settings = project.settings?.environments?.[environmentName];
  const known = Object.keys(project.settings?.environments ?? {});
  if (!settings && known.length > 0 && environmentName !== 'local') {
    throw new ExpectedError({
      code: 'project.unknown-environment',
      message: `medallion.yaml has no environment '${environmentName}'.`,
      nextStep: `Name one of: ${['local', ...known.filter((name) => name !== 'local')].join(', ')}.`,
      kind: 'environment',
    });
  }
  if (project.bundles.length === 0) return { project, environmentName, bundle: undefined };
  const variables = Object.entries(settings?.variables ?? {}).map(([name, value]) => [name, String(value)] as const);
  const written = primaryBundle(project);
  const git = await readGit(join(project.root, written.folder));
  const bundle = await resolveWithPython(project.root, written, {
    ...(settings?.target === undefined ? {} : { target: settings.target }),
    ...(git ? { git } : {}),
    variables: { ...found, ...Object.fromEntries(variables) },
  });
  return { project, environmentName, bundle };
}

/** The project with its factory as it is released to this environment (`templateParameters` of medallion.yaml). */
export function releasedTo(project: Project, environmentName: string): Project {
  const values = project.settings?.environments?.[environmentName]?.templateParameters ?? {};
  const { factories, diagnostics } = withTemplateParameters(project.factories, values);
  return { ...project, factories, diagnostics: [...project.diagnostics, ...diagnostics] };
}
