import type { PathAccess } from '../documents.ts';
import { errors } from './errors.ts';

/**
 * POSIX access control lists in the header's form: entries `[default:]scope:[id]:rwx`, parted by commas.
 * Access is kept and shown, not enforced: the shared key and account SAS that reach this endpoint are a superuser's.
 */
export const superuser = '$superuser';

const entryForm = /^(default:)?(user|group|mask|other):([^:,]*):([r-][w-][x-])$/;
const removalForm = /^(default:)?(user|group|mask|other):([^:,]*)$/;

interface Entry {
  /** `user:`, `user:<id>`, `default:group:` and so on. */
  readonly key: string;
  readonly permissions: string;
}

/** @throws DfsError `InvalidHeaderValue`. */
export function parseAcl(text: string): Entry[] {
  return text.split(',').map((part) => {
    const match = entryForm.exec(part.trim());
    if (!match) throw errors.invalidHeader('x-ms-acl');
    const [, scope = '', kind = '', id = '', permissions = ''] = match;
    return { key: `${scope}${kind}:${id}`, permissions };
  });
}

const render = (entries: Iterable<Entry>) =>
  [...entries].map(({ key, permissions }) => `${key}:${permissions}`).join(',');

export const aclChanges = {
  /** Entries that are not named go. */
  set: (_present: string, change: string) => render(parseAcl(change)),
  modify: (present: string, change: string) => {
    const entries = new Map(parseAcl(present).map((entry) => [entry.key, entry]));
    for (const entry of parseAcl(change)) entries.set(entry.key, entry);
    return render(entries.values());
  },
  remove: (present: string, change: string) => {
    const keys = new Set(change.split(',').map(removalKey));
    return render(parseAcl(present).filter((entry) => !keys.has(entry.key)));
  },
} as const satisfies Record<string, (present: string, change: string) => string>;

function removalKey(part: string): string {
  const match = removalForm.exec(part.trim());
  if (!match) throw errors.invalidHeader('x-ms-acl');
  return `${match[1] ?? ''}${match[2] ?? ''}:${match[3] ?? ''}`;
}

/** `0750`, `750` or `rwxr-x---` as the three-entry list. */
export function aclFromPermissions(permissions: string): string {
  const symbolic = /^[0-7]{3,4}$/.test(permissions) ? symbols(Number.parseInt(permissions, 8)) : permissions;
  const match = /^([r-][w-][x-])([r-][w-][x-])([r-][w-])([xtT-])\+?$/.exec(symbolic);
  if (!match) throw errors.invalidHeader('x-ms-permissions');
  const [, user = '', group = '', other = '', last = ''] = match;
  return `user::${user},group::${group},other::${other}${last === 't' ? 'x' : last.replace('T', '-')}`;
}

function symbols(bits: number): string {
  return [6, 3, 0].map((shift) => symbol((bits >> shift) & 7)).join('');
}

const symbol = (bits: number) => `${bits & 4 ? 'r' : '-'}${bits & 2 ? 'w' : '-'}${bits & 1 ? 'x' : '-'}`;

/** The `x-ms-permissions` form of a list; `+` tells that it has more than the three entries. */
export function permissionsOf(acl: string): string {
  const entries = new Map(parseAcl(acl).map(({ key, permissions }) => [key, permissions]));
  const group = entries.get('mask:') ?? entries.get('group:') ?? '---';
  const text = `${entries.get('user:') ?? '---'}${group}${entries.get('other:') ?? '---'}`;
  return entries.size > 3 ? `${text}+` : text;
}

/** What a path has whose client said nothing: 0777 or 0666 under the service's umask of 0027. */
export function defaultAccess(isDirectory: boolean): PathAccess {
  return { owner: superuser, group: superuser, acl: aclFromPermissions(isDirectory ? '0750' : '0640') };
}

export interface AccessHeaders {
  readonly owner: string | undefined;
  readonly group: string | undefined;
  readonly acl: string | undefined;
  readonly permissions: string | undefined;
  readonly umask: string | undefined;
}

/** The access of a new path. The defaults of its folder win over the umask; an `x-ms-acl` header wins over both. */
export function newAccess(headers: AccessHeaders, isDirectory: boolean, parentAcl: string): PathAccess {
  const owner = headers.owner ?? superuser;
  const group = headers.group ?? superuser;
  if (headers.acl !== undefined) return { owner, group, acl: render(parseAcl(headers.acl)) };
  const inherited = inheritedAcl(parentAcl, isDirectory);
  return { owner, group, acl: inherited ?? maskedAcl(headers, isDirectory) };
}

function inheritedAcl(parentAcl: string, isDirectory: boolean): string | undefined {
  const defaults = parseAcl(parentAcl).filter(({ key }) => key.startsWith('default:'));
  if (defaults.length === 0) return undefined;
  const own = defaults.map(({ key, permissions }) => ({ key: key.slice('default:'.length), permissions }));
  return render(isDirectory ? [...own, ...defaults] : own);
}

function maskedAcl(headers: AccessHeaders, isDirectory: boolean): string {
  const permissions = headers.permissions ?? (isDirectory ? '0777' : '0666');
  if (!/^[0-7]{3,4}$/.test(permissions)) return aclFromPermissions(permissions);
  const umask = headers.umask ?? '0027';
  if (!/^[0-7]{3,4}$/.test(umask)) throw errors.invalidHeader('x-ms-umask');
  const bits = Number.parseInt(permissions, 8) & ~Number.parseInt(umask, 8);
  return aclFromPermissions(bits.toString(8).padStart(4, '0'));
}
