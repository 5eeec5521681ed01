import { ok, type ApiAnswer } from '../../control/exchange.ts';
import { DatabricksError } from '../errors.ts';
import { requiredId } from '../fields.ts';
import type { DatabricksRequest, DatabricksRoute } from '../route.ts';
import type { DatabricksState } from '../state.ts';
import type { WorkspaceObject } from './records.ts';

/** Kinds of objects by the segment that their permissions stand under. */
const kinds: readonly (readonly [segment: string, type: WorkspaceObject['type'], objectType: string])[] = [
  ['directories', 'DIRECTORY', 'directory'],
  ['files', 'FILE', 'file'],
  ['notebooks', 'NOTEBOOK', 'notebook'],
];

/** Permissions of workspace objects, to be read: whoever asks may manage everything, as the one principal of this workspace does. */
export const workspacePermissionRoutes: readonly DatabricksRoute[] = kinds.map(([segment, type, objectType]) => ({
  method: 'GET',
  path: `/api/2.0/permissions/${segment}/{id}`,
  operation: `permissions/${segment}/get`,
  answer: (state, request) => get(state, request, { segment, type, objectType }),
}));

interface Kind {
  readonly segment: string;
  readonly type: WorkspaceObject['type'];
  readonly objectType: string;
}

function get(state: DatabricksState, request: DatabricksRequest, { segment, type, objectType }: Kind): ApiAnswer {
  const id = requiredId(request.params['id'], 'request_object_id');
  if (!state.workspace.values().some((object) => object.objectId === id && object.type === type)) {
    throw new DatabricksError('RESOURCE_DOES_NOT_EXIST', `${objectType} ${id} does not exist.`);
  }
  const manage = [{ permission_level: 'CAN_MANAGE', inherited: false }];
  return ok({
    object_id: `/${segment}/${id}`,
    object_type: objectType,
    access_control_list: [{ service_principal_name: request.user.userName, all_permissions: manage }],
  });
}
