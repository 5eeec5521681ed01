import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { toPlain } from '@medallion/core/project/config-node.ts';
import { loadProject, primaryBundle, type Project } from '@medallion/core/project/project.ts';
import { resolveBundle, type ResolvedBundle } from '@medallion/core/project/resolve-bundle.ts';

/** A project as one environment sees it. */
export interface LoadedProject {
  readonly project: Project;
  readonly environmentName: string;
  /** Undefined where the project has no bundle. */
  readonly bundle: ResolvedBundle | undefined;
}

/** @throws ExpectedError `project.not-found`, `project.unknown-environment`, `project.broken` */
export async function loadFor(folder: string, environmentName: string): Promise<LoadedProject> {
  const project = await loadProject(folder);
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
  const bundle = resolveBundle(primaryBundle(project), {
    ...(settings?.target === undefined ? {} : { target: settings.target }),
    variables: Object.fromEntries(variables),
  });
  return { project, environmentName, bundle };
}

/** The hubs and their capture as the emulator takes them; a project without hubs has none. */
export function hubsOf(project: Project): { readonly eventHubsConfig: unknown; readonly captureConfig?: unknown } {
  const [hubs] = project.hubs;
  if (!hubs) {
    const NamespaceConfig = [{ Type: 'EventHub', Name: 'emulatorNs1', Entities: [] }];
    return { eventHubsConfig: { UserConfig: { NamespaceConfig, LoggingConfig: { Type: 'File' } } } };
  }
  const eventHubsConfig = toPlain(hubs.node);
  if (hubs.captureFile === undefined) return { eventHubsConfig };
  return {
    eventHubsConfig,
    captureConfig: JSON.parse(readFileSync(join(project.root, hubs.captureFile), 'utf8')) as unknown,
  };
}
