import { ok, type ApiAnswer } from '../../control/exchange.ts';
import type { JsonObject } from '../../control/lossless-json.ts';
import { invalid } from '../errors.ts';
import { requiredId } from '../fields.ts';
import { type Grant, grantsIn, readBackGrants } from '../permission-grants.ts';
import type { DatabricksRequest, DatabricksRoute } from '../route.ts';
import type { DatabricksState } from '../state.ts';
import { jobOf } from './jobs.ts';
import type { JobRecord } from './records.ts';

const path = '/api/2.0/permissions/jobs/{id}';

/** Permissions of jobs: who may see, run, manage and owns one. They are kept and shown, and not enforced. */
export const jobPermissionRoutes: readonly DatabricksRoute[] = [
  { method: 'GET', path, operation: 'permissions/jobs/get', answer: get },
  { method: 'PUT', path, operation: 'permissions/jobs/set', answer: set },
  { method: 'PATCH', path, operation: 'permissions/jobs/update', answer: update },
];

const levels: readonly string[] = ['CAN_VIEW', 'CAN_MANAGE_RUN', 'CAN_MANAGE', 'IS_OWNER'];

function get(state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  return ok(readBack(jobAt(state, request)));
}

/** Replaces every direct grant. A job always has one owner. */
function set(state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  return keep(state, jobAt(state, request), grantsOf(request));
}

/** Adds to the direct grants; a principal that has one gets the new level. */
function update(state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  const job = jobAt(state, request);
  const added = grantsOf(request);
  const isReplaced = (old: Grant): boolean =>
    added.some(
      (one) =>
        (one.kind === old.kind && one.name === old.name) || (one.level === 'IS_OWNER' && old.level === 'IS_OWNER'),
    );
  return keep(state, job, [...directGrants(job).filter((old) => !isReplaced(old)), ...added]);
}

function jobAt(state: DatabricksState, request: DatabricksRequest): JobRecord {
  return jobOf(state, requiredId(request.params['id'], 'request_object_id'), request.user.userName);
}

function keep(state: DatabricksState, job: JobRecord, grants: readonly Grant[]): ApiAnswer {
  const owners = grants.filter(({ level }) => level === 'IS_OWNER');
  if (owners.length !== 1) throw invalid('The job must have exactly one owner.');
  if (owners[0]?.kind === 'group_name') throw invalid('Groups cannot be an owner of a job.');
  const kept = { ...job, grants };
  state.jobs.set(job.jobId, kept);
  return ok(readBack(kept));
}

const grantsOf = (request: DatabricksRequest): readonly Grant[] => grantsIn(request, levels, 'jobs');

function directGrants({ grants, creator }: JobRecord): readonly Grant[] {
  return grants ?? [{ kind: 'service_principal_name', name: creator, level: 'IS_OWNER' }];
}

function readBack(job: JobRecord): JsonObject {
  const inherited = { permission_level: 'CAN_MANAGE', inherited: true, inherited_from_object: ['/jobs/'] };
  return {
    object_id: `/jobs/${job.jobId}`,
    object_type: 'job',
    access_control_list: [...readBackGrants(directGrants(job)), { group_name: 'admins', all_permissions: [inherited] }],
  };
}
