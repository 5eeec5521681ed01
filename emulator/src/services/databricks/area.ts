import { workspaceId } from '../../kit/identity.ts';
import type { StatementExecutor, WorkspaceFile } from '../../kit/executors.ts';
import type { StorageAccount } from '../../kit/shared-key.ts';
import type { ApiRequest, ControlArea, FailureStatus } from '../control/exchange.ts';
import { compileRoutes } from '../control/routes.ts';
import type { VerifyToken } from '../identity/token-verifier.ts';
import { catalogRoutes } from './catalog/catalogs.ts';
import { credentialRoutes } from './catalog/credentials.ts';
import { functionRoutes } from './catalog/functions.ts';
import { constraintRoutes } from './catalog/constraints.ts';
import { grantRoutes } from './catalog/grants.ts';
import { tagRoutes } from './catalog/tags.ts';
import { schemaRoutes } from './catalog/schemas.ts';
import { tableRoutes } from './catalog/tables.ts';
import { volumeRoutes } from './catalog/volumes.ts';
import { workspaceInfoRoutes } from './current-user.ts';
import { DatabricksError, databricksErrorAnswer, type DatabricksErrorCode } from './errors.ts';
import { fileRoutes, isUpload } from './files/files.ts';
import { createLakeClient } from './files/lake-client.ts';
import { jobRoutes } from './jobs/jobs.ts';
import { jobPermissionRoutes } from './jobs/permissions.ts';
import { createRunScheduler } from './jobs/run-scheduler.ts';
import { runRoutes } from './jobs/runs.ts';
import { notEmulatedAt } from './not-emulated.ts';
import type { DatabricksRoute, WorkspaceUser } from './route.ts';
import { secretRoutes } from './secrets/secrets.ts';
import { createStatementRuns } from './sql/statement-runs.ts';
import { statementRoutes } from './sql/statements.ts';
import { thriftRoutes } from './sql/thrift/routes.ts';
import { WarehouseSessions } from './sql/thrift/sessions.ts';
import { warehouseRoutes } from './sql/warehouses.ts';
import { type DatabricksOptions, openDatabricksState } from './state.ts';
import { workspacePermissionRoutes } from './workspace/permissions.ts';
import { workspaceFiles } from './workspace/tree.ts';
import { workspaceRoutes } from './workspace/workspace.ts';

const routes: readonly DatabricksRoute[] = [
  ...workspaceInfoRoutes,
  ...jobRoutes,
  ...jobPermissionRoutes,
  ...runRoutes,
  ...workspaceRoutes,
  ...workspacePermissionRoutes,
  ...warehouseRoutes,
  ...statementRoutes,
  ...thriftRoutes,
  ...catalogRoutes,
  ...schemaRoutes,
  ...volumeRoutes,
  ...functionRoutes,
  ...grantRoutes,
  ...tagRoutes,
  ...constraintRoutes,
  ...credentialRoutes,
  ...fileRoutes,
  ...secretRoutes,
  ...tableRoutes,
];

const failureCodes = {
  413: 'MAX_REQUEST_SIZE_EXCEEDED',
  500: 'INTERNAL_ERROR',
  507: 'INSUFFICIENT_STORAGE',
} as const satisfies Record<FailureStatus, DatabricksErrorCode>;

export interface DatabricksAreaOptions extends DatabricksOptions {
  readonly verify: VerifyToken;
  readonly statements: StatementExecutor | undefined;
  /** The lake that holds the volumes. */
  readonly storage: StorageAccount;
}

export interface DatabricksArea extends ControlArea {
  /** What stands in the workspace now, for others that have it executed. */
  workspaceFiles(): readonly WorkspaceFile[];
}

/** An emulated Databricks workspace with its part of Unity Catalog. */
export function createDatabricksArea(options: DatabricksAreaOptions): DatabricksArea {
  const state = openDatabricksState(options);
  const scheduler = createRunScheduler(state);
  const statements = createStatementRuns(options.statements, options.logger);
  const sessions = new WarehouseSessions();
  const lake = createLakeClient(options.storage);
  const match = compileRoutes(routes);
  return {
    name: 'databricks',
    owns: (path) => path.startsWith('/api/') || path.startsWith('/sql/1.0/'),
    streams: isUpload,
    workspaceFiles: () => workspaceFiles(state),
    async handle(request) {
      const found = match(request);
      const operation = found.kind === 'found' ? found.route.operation : 'unknown';
      try {
        const user = await authenticate(options.verify, request);
        if (found.kind !== 'found') throw noSuchEndpoint(request);
        const { route, params } = found;
        const answer = await route.answer(state, {
          ...request,
          params,
          user,
          scheduler,
          statements,
          sessions,
          lake,
          storage: options.storage,
        });
        return { operation, answer: { ...answer, headers: { ...answer.headers, 'x-databricks-org-id': workspaceId } } };
      } catch (error) {
        if (!(error instanceof DatabricksError)) throw error;
        return { operation, answer: databricksErrorAnswer(error.code, error.message, error.reason) };
      }
    },
    failure: (status, message) => databricksErrorAnswer(failureCodes[status], message),
    async close() {
      await Promise.all([scheduler.close(), statements.close()]);
      state[Symbol.dispose]();
    },
  };
}

async function authenticate(verify: VerifyToken, request: ApiRequest): Promise<WorkspaceUser> {
  const verdict = await verify(request.headers.authorization, 'databricks');
  switch (verdict.kind) {
    case 'caller':
      return { userName: verdict.caller.clientId, objectId: verdict.caller.objectId };
    case 'missing':
      throw unauthenticated('Credential was not sent or was of an unsupported type for this API.');
    case 'expired':
      throw unauthenticated('Access token has expired.');
    case 'audience':
      throw unauthenticated(`Expected aud claim to be: ${verdict.expected}, but was: ${verdict.actual}.`);
    case 'invalid':
      throw unauthenticated(`Invalid access token: ${verdict.reason}.`);
  }
}

const unauthenticated = (message: string): DatabricksError => new DatabricksError('UNAUTHENTICATED', message);

function noSuchEndpoint({ method, path }: ApiRequest): DatabricksError {
  const service = notEmulatedAt(path);
  return service === undefined
    ? new DatabricksError('ENDPOINT_NOT_FOUND', `No API found for '${method} ${path}'`)
    : new DatabricksError('NOT_IMPLEMENTED', `${method} ${path} is not emulated: it belongs to ${service}.`);
}
