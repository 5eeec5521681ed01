import { posix } from 'node:path';
import { emptyMap, scalar, textAt, withEntry, withValueAt, type ConfigMap } from './config-node.ts';

export interface BundleUser {
  /** `jane.doe@example.com`, or a service principal's application id. */
  readonly userName: string;
  /** Default: the name before `@`, every character that is neither letter nor digit an underscore. */
  readonly shortName?: string;
  /** As the workspace shows the user; known to it alone. */
  readonly displayName?: string;
}

/** As the Databricks CLI shortens a user's name for `[dev jane_doe]`. */
export function shortName(user: BundleUser): string {
  if (user.shortName !== undefined) return user.shortName;
  const local = user.userName.split('@', 1)[0] ?? user.userName;
  return normalizeName(local);
}

/** Lower case; what is neither letter nor digit becomes one underscore; none at the ends. */
export function normalizeName(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_]+/gu, '_')
    .replaceAll(/_+/g, '_')
    .replaceAll(/^_|_$/g, '');
}

/** Adds the current user and the default paths to `workspace`, as they are before anything is interpolated. */
export function withWorkspaceDefaults(config: ConfigMap, user: BundleUser): ConfigMap {
  const range = config.range;
  let result = withValueAt(config, ['workspace', 'current_user', 'userName'], scalar(user.userName, range));
  result = withValueAt(result, ['workspace', 'current_user', 'short_name'], scalar(shortName(user), range));
  const friendly = shortName(user)
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '-');
  result = withValueAt(result, ['workspace', 'current_user', 'domain_friendly_name'], scalar(friendly, range));
  if (user.displayName !== undefined) {
    result = withValueAt(result, ['workspace', 'current_user', 'displayName'], scalar(user.displayName, range));
  }
  const written = textAt(result, 'workspace', 'root_path') ?? '~/.bundle/${bundle.name}/${bundle.target}';
  const root = absolute(
    written === '~' || written.startsWith('~/') ? `/Workspace/Users/${user.userName}${written.slice(1)}` : written,
  );
  let workspace = withEntry(workspaceOf(result), 'root_path', scalar(root, range));
  for (const [key, folder] of Object.entries(defaultFolders)) {
    const path = textAt(workspace, key) ?? posix.join(root, folder);
    workspace = withEntry(workspace, key, scalar(absolute(path), range));
  }
  return withEntry(result, 'workspace', workspace);
}

const defaultFolders = {
  file_path: 'files',
  resource_path: 'resources',
  artifact_path: 'artifacts',
  state_path: 'state',
} as const;

/** Every path stands below `/Workspace`, or is a volume's. */
function absolute(path: string): string {
  return path.startsWith('/') && !/^\/(Workspace|Volumes)\//.test(path) ? `/Workspace${path}` : path;
}

function workspaceOf(config: ConfigMap): ConfigMap {
  const workspace = config.entries.get('workspace')?.value;
  return workspace?.kind === 'map' ? workspace : emptyMap(config.range);
}
