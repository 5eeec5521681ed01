import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createArmClient, factoryId, type ArmClient } from '../azure/arm.ts';
import { createCredential } from '../azure/credential.ts';
import { createDatabricksClient, type DatabricksClient } from '../azure/databricks.ts';
import type { AzureEnvironment } from '../azure/environment.ts';
import { createStorageClient } from '../azure/storage.ts';
import { ExpectedError } from '../base/expected-error.ts';
import { normalizeName, type BundleUser } from '../project/bundle-workspace.ts';
import { at, entriesAt, textAt, toPlain } from '../project/config-node.ts';
import type { Factory } from '../project/factory.ts';
import type { Project } from '../project/project.ts';
import { resolveWithPython } from '../project/python-resources.ts';
import type { ResolvedBundle } from '../project/resolve-bundle.ts';
import { sha256 } from './canonical.ts';
import type { BlockedJob } from './job-content.ts';
import { bundleLibraries, type Library } from './libraries.ts';
import { lakeLedger, type LedgerStore } from './ledger.ts';
import { bundleFiles } from './targets/databricks/bundle-files.ts';
import type { DataFactoryPlace, PromotionContext } from './targets/target.ts';

export interface PromotionInput {
  readonly environment: AzureEnvironment;
  readonly project: Project;
  /** Resolved for the environment's target and variables; the user who deploys is put in here. */
  readonly bundle: ResolvedBundle;
  readonly factory?: Factory | undefined;
  /** Deletes owned objects that left the project. Default: they are shown and kept. */
  readonly deleteRemoved?: boolean | undefined;
  /** Jobs that cannot run here (`jobContents`): the plan shows them, the ledger keeps which were promoted all the same. */
  readonly unvalidated?: readonly BlockedJob[] | undefined;
}

/** Clients to use in place of those that the environment gives. */
export interface PromotionPorts {
  readonly databricks?: DatabricksClient;
  readonly arm?: ArmClient;
  readonly ledger?: LedgerStore;
}

export interface Connected extends PromotionPorts {
  readonly databricks: DatabricksClient;
  readonly ledger: LedgerStore;
}

export interface Session {
  readonly input: PromotionInput;
  readonly context: PromotionContext;
  readonly store: LedgerStore;
}

/** The environment's clients, made once so that one sign-in serves them all. Ports that are given are kept. */
export function connect(input: PromotionInput, ports: PromotionPorts): Connected {
  const { environment, bundle, factory } = input;
  const credential = createCredential(environment);
  return {
    databricks: ports.databricks ?? createDatabricksClient(environment, credential),
    ledger: ports.ledger ?? lakeLedger(createStorageClient(environment, credential), environment.name, bundle.name),
    ...(ports.arm ? { arm: ports.arm } : {}),
    ...(!ports.arm && factory && environment.dataFactory ? { arm: createArmClient(environment, credential) } : {}),
  };
}

/** Signs in and finds out who deploys: names and paths of a development target hang on it. */
export async function openSession(
  input: PromotionInput,
  given: PromotionPorts,
  signal?: AbortSignal,
): Promise<Session> {
  const { environment, project, factory } = input;
  const { databricks, arm, ledger: store } = connect(input, given);
  const user = await deployingUser(databricks, signal);
  const bundle = await resolveWithPython(project.root, input.bundle.bundle, { ...input.bundle.options, user });
  requireResolved(bundle);
  if (factory && (!environment.dataFactory || !arm)) throw noFactoryPlace(environment.name);
  let built: Promise<readonly Library[]> | undefined;
  const libraries = (): Promise<readonly Library[]> => (built ??= bundleLibraries(project.root, bundle, signal));
  const context: PromotionContext = {
    project,
    bundle,
    databricks,
    dataFactory:
      factory && environment.dataFactory && arm
        ? { factory, factoryId: factoryId(environment.dataFactory), arm, globalParameters: globalsOf(input) }
        : undefined,
    owner: bundle.name,
    filePath: textAt(bundle.config, 'workspace', 'file_path') ?? '',
    statePath: textAt(bundle.config, 'workspace', 'state_path') ?? '',
    libraries,
    content: (hash) => findContent({ project, bundle, libraries }, store, hash),
    keep: (bytes) => store.keep(bytes),
    signal,
  };
  return { input, context, store };
}

function globalsOf({ environment, project }: PromotionInput): DataFactoryPlace['globalParameters'] {
  const given = at(project.settingsNode, 'environments', environment.name, 'globalParameters');
  return Object.fromEntries(entriesAt(given).map(([name, { value }]) => [name, toPlain(value)]));
}

interface ScimUser {
  readonly userName: string;
  readonly displayName?: string;
}

/** As the Databricks CLI shortens names: a service principal's is its display name, because its user name is an id. */
export async function deployingUser(databricks: DatabricksClient, signal?: AbortSignal): Promise<BundleUser> {
  const me = await databricks.request<ScimUser>('GET', '/api/2.0/preview/scim/v2/Me', { signal });
  const isPrincipal = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(me.userName);
  const display = me.displayName ?? '';
  return isPrincipal && display !== ''
    ? { userName: me.userName, displayName: display, shortName: normalizeName(display.split('@', 1)[0] ?? display) }
    : { userName: me.userName, displayName: display };
}

/** Content of the project's files as they are now; a plan names it by its hash, so a file that changed is not found. */
async function findContent(
  parts: Pick<PromotionContext, 'project' | 'bundle' | 'libraries'>,
  store: LedgerStore,
  hash: string,
): Promise<Uint8Array> {
  for (const file of await bundleFiles(parts)) {
    const bytes = await readFile(join(parts.project.root, file));
    if (sha256(bytes) === hash) return bytes;
  }
  const library = (await parts.libraries()).find((one) => one.sha256 === hash);
  if (library) return library.bytes;
  const kept = await store.kept(hash);
  if (kept) return kept;
  throw new ExpectedError({
    code: 'promote.stale-plan',
    message: 'A file of the bundle changed after the plan was made.',
    nextStep: 'Plan again and look at the difference.',
  });
}

function requireResolved(bundle: ResolvedBundle): void {
  const errors = [...bundle.bundle.diagnostics, ...bundle.diagnostics].filter(({ severity }) => severity === 'error');
  if (errors.length === 0 && bundle.name !== '') return;
  throw new ExpectedError({
    code: 'promote.unresolved-bundle',
    message:
      errors.length > 0
        ? `The bundle cannot be promoted as it is: ${errors.map(({ message }) => message).join(' ')}`
        : 'The bundle has no name.',
    nextStep: 'Correct what is named; "medallion validate" shows where it stands.',
    diagnostics: errors,
    range: errors[0]?.range,
  });
}

function noFactoryPlace(environment: string): ExpectedError {
  return new ExpectedError({
    code: 'promote.no-factory-place',
    message: `The project has a Data Factory, and the environment "${environment}" names none to promote it to.`,
    nextStep: 'Set environments.<name>.dataFactory in medallion.yaml.',
    kind: 'environment',
  });
}
