import type { CatalogCommand } from '../../../sql/catalog-command.ts';
import type { CatalogHost } from './host.ts';
import { shown, type Shown } from './shown.ts';

type Command<K extends CatalogCommand['kind']> = Extract<CatalogCommand, { kind: K }>;

/** GRANT and REVOKE are recorded; nobody is refused by them on a laptop, where one principal may do everything. */
export async function grant(host: CatalogHost, command: Command<'grant'>): Promise<undefined> {
  const { on, principal, action } = command;
  const privileges = command.privileges.map((name) => name.replaceAll(' ', '_'));
  await host.changeGrants(on, { principal, [action === 'grant' ? 'add' : 'remove']: privileges });
  return undefined;
}

/** Own privileges and inherited ones, each with the object that it was granted on. */
export async function showGrants(host: CatalogHost, { on, principal }: Command<'showGrants'>): Promise<Shown> {
  const grants = (await host.grants(on))
    .filter((one) => principal === undefined || one.principal === principal)
    .map(({ principal: who, privilege, type, name }) => [who, privilege.replaceAll('_', ' '), type, name]);
  const sorted = grants.toSorted((a, b) => (a.join('\0') < b.join('\0') ? -1 : 1));
  return shown('principal:string actionType:string objectType:string objectKey:string', sorted);
}
