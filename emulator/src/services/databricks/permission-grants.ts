import type { JsonObject } from '../control/lossless-json.ts';
import { invalid } from './errors.ts';
import { bodyOf, objectList } from './fields.ts';
import type { DatabricksRequest } from './route.ts';

/** What one principal may do with an object of the workspace. */
export interface Grant {
  readonly kind: 'user_name' | 'group_name' | 'service_principal_name';
  readonly name: string;
  readonly level: string;
}

const principals = ['user_name', 'group_name', 'service_principal_name'] as const;

/** The `access_control_list` of a request. @param what the objects' name in refusals: `jobs` */
export function grantsIn(request: DatabricksRequest, levels: readonly string[], what: string): readonly Grant[] {
  return objectList(bodyOf(request), 'access_control_list').map((entry) => {
    const named = principals.filter((kind) => typeof entry[kind] === 'string' && entry[kind] !== '');
    const [kind] = named;
    if (kind === undefined || named.length > 1)
      throw invalid('Exactly one of user, group or service principal is expected.');
    const level = String(entry['permission_level']);
    if (!levels.includes(level)) throw invalid(`Permission type ${level} is not defined for ${what}.`);
    return { kind, name: String(entry[kind]), level };
  });
}

/** As the service shows grants that are the object's own. */
export function readBackGrants(grants: readonly Grant[]): readonly JsonObject[] {
  return grants.map(({ kind, name, level }) => ({
    [kind]: name,
    all_permissions: [{ permission_level: level, inherited: false }],
  }));
}
