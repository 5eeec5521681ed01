import { ok, type ApiAnswer } from '../../control/exchange.ts';
import { DatabricksError } from '../errors.ts';
import { requiredId } from '../fields.ts';
import { type Grant, grantsIn, readBackGrants } from '../permission-grants.ts';
import type { DatabricksRequest, DatabricksRoute } from '../route.ts';
import type { DatabricksState } from '../state.ts';
import type { WorkspaceObject } from './records.ts';

/** A kind of objects, by the segment that their permissions stand under. */
interface Kind {
  readonly segment: string;
  readonly type: WorkspaceObject['type'];
  readonly objectType: string;
}

const kinds: readonly Kind[] = [
  { segment: 'directories', type: 'DIRECTORY', objectType: 'directory' },
  { segment: 'files', type: 'FILE', objectType: 'file' },
  { segment: 'notebooks', type: 'NOTEBOOK', objectType: 'notebook' },
];

const levels: readonly string[] = ['CAN_READ', 'CAN_RUN', 'CAN_EDIT', 'CAN_MANAGE'];

type Change = (old: readonly Grant[], request: DatabricksRequest) => readonly Grant[];

/** PUT replaces what was granted, PATCH adds to it and gives a principal that has a level the new one. */
const changes: readonly (readonly [method: 'PUT' | 'PATCH', operation: string, change: Change])[] = [
  ['PUT', 'set', (_old, request) => grantsIn(request, levels, 'workspace objects')],
  [
    'PATCH',
    'update',
    (old, request) => {
      const added = grantsIn(request, levels, 'workspace objects');
      const isReplaced = (one: Grant) => added.some(({ kind, name }) => kind === one.kind && name === one.name);
      return [...old.filter((one) => !isReplaced(one)), ...added];
    },
  ],
];

/** Permissions of folders, files and notebooks. They are kept and shown, and not enforced. */
export const workspacePermissionRoutes: readonly DatabricksRoute[] = kinds.flatMap((kind): DatabricksRoute[] => {
  const path = `/api/2.0/permissions/${kind.segment}/{id}`;
  const name = `permissions/${kind.segment}`;
  return [
    { method: 'GET', path, operation: `${name}/get`, answer: (state, request) => get(state, request, kind) },
    ...changes.map(([method, operation, change]) => ({
      method,
      path,
      operation: `${name}/${operation}`,
      answer: (state: DatabricksState, request: DatabricksRequest) => update(state, request, kind, change),
    })),
  ];
});

function get(state: DatabricksState, request: DatabricksRequest, kind: Kind): ApiAnswer {
  const [, object] = objectOf(state, request, kind);
  return describe(request, kind, object);
}

function update(state: DatabricksState, request: DatabricksRequest, kind: Kind, change: Change): ApiAnswer {
  const [path, old] = objectOf(state, request, kind);
  const object = { ...old, grants: change(old.grants ?? [], request) };
  state.workspace.set(path, object);
  return describe(request, kind, object);
}

function objectOf(state: DatabricksState, request: DatabricksRequest, { type, objectType }: Kind) {
  const id = requiredId(request.params['id'], 'request_object_id');
  const found = state.workspace.entries().find(([, object]) => object.objectId === id && object.type === type);
  if (found) return found;
  throw new DatabricksError('RESOURCE_DOES_NOT_EXIST', `${objectType} ${id} does not exist.`);
}

/** Whoever asks may manage everything, as the one principal of this workspace does. */
function describe(request: DatabricksRequest, { segment, objectType }: Kind, object: WorkspaceObject): ApiAnswer {
  const manager: Grant = { kind: 'service_principal_name', name: request.user.userName, level: 'CAN_MANAGE' };
  const others = (object.grants ?? []).filter(({ kind, name }) => kind !== manager.kind || name !== manager.name);
  return ok({
    object_id: `/${segment}/${object.objectId}`,
    object_type: objectType,
    access_control_list: readBackGrants([manager, ...others]),
  });
}
