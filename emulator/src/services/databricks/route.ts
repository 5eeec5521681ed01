import type { StorageAccount } from '../../kit/shared-key.ts';
import type { ApiAnswer } from '../control/exchange.ts';
import type { RoutedRequest, RoutePattern } from '../control/routes.ts';
import type { LakeClient } from './files/lake-client.ts';
import type { RunScheduler } from './jobs/run-scheduler.ts';
import type { StatementRuns } from './sql/statement-runs.ts';
import type { WarehouseSessions } from './sql/thrift/sessions.ts';
import type { DatabricksState } from './state.ts';

/** Who calls, as the workspace knows them: a service principal's user name is its application id. */
export interface WorkspaceUser {
  readonly userName: string;
  readonly objectId: string;
}

/** A request whose token was found good. */
export interface DatabricksRequest extends RoutedRequest {
  readonly user: WorkspaceUser;
  readonly scheduler: RunScheduler;
  readonly statements: StatementRuns;
  readonly sessions: WarehouseSessions;
  readonly lake: LakeClient;
  readonly storage: StorageAccount;
}

/** One operation of the workspace: one row in its service's table. */
export interface DatabricksRoute extends RoutePattern {
  answer(state: DatabricksState, request: DatabricksRequest): ApiAnswer | Promise<ApiAnswer>;
}
