import { ok } from '../control/exchange.ts';
import { metastoreId } from './catalog/securable.ts';
import type { DatabricksRoute } from './route.ts';

/** Who calls, and where: what a client asks first. */
export const workspaceInfoRoutes: readonly DatabricksRoute[] = [
  {
    method: 'GET',
    path: '/api/2.0/preview/scim/v2/Me',
    operation: 'scim/me',
    answer: (_state, { user }) =>
      ok({
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
        id: user.objectId,
        userName: user.userName,
        displayName: 'medallion-local',
        active: true,
        // Whoever works alone is the workspace's administrator, and a member of no group of an account.
        groups: ['admins', 'users'].map((display) => ({ display, type: 'direct' })),
        emails: [{ type: 'work', value: user.userName, primary: true }],
      }),
  },
  {
    method: 'GET',
    path: '/api/2.1/unity-catalog/metastore_summary',
    operation: 'unity-catalog/metastore_summary',
    answer: () =>
      ok({
        metastore_id: metastoreId,
        name: 'medallion-local',
        cloud: 'azure',
        region: 'westeurope',
        global_metastore_id: `azure:westeurope:${metastoreId}`,
        privilege_model_version: '1.0',
        delta_sharing_scope: 'INTERNAL',
      }),
  },
];
