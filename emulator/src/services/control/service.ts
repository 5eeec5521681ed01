import { createServer } from 'node:https';
import { join } from 'node:path';
import type { RunningService, ServiceContext, ServiceEntry } from '../../kit/service.ts';
import { createAuthority } from '../identity/authority.ts';
import { createIdentityArea } from '../identity/area.ts';
import { loadSigningKey } from '../identity/signing-key.ts';
import { createTokenVerifier } from '../identity/token-verifier.ts';
import { createDatabricksArea } from '../databricks/area.ts';
import { createArmArea } from '../arm/area.ts';
import type { ControlArea } from './exchange.ts';
import { controlListener } from './server.ts';

/** The control planes: the authority, Databricks and Azure Resource Manager on one https port, told apart by their paths. */
export const controlService: ServiceEntry = { name: 'control', start };

async function start(context: ServiceContext): Promise<RunningService> {
  const { identity, executors, logger, stateFolder } = context;
  const authority = createAuthority(identity.principal, await loadSigningKey(join(stateFolder, 'identity')));
  const verify = createTokenVerifier(authority);
  const databricks = createDatabricksArea({
    folder: join(stateFolder, 'databricks'),
    verify,
    executor: executors.jobs,
    statements: executors.statements,
    storage: { endpoint: context.endpoints.dfs ?? '', ...identity.storage },
    logger,
  });
  const areas: readonly [ControlArea, ...ControlArea[]] = [
    databricks,
    createArmArea({
      folder: join(stateFolder, 'arm'),
      verify,
      executor: executors.pipelines,
      // Every linked service of Databricks means the one workspace that stands here.
      workspace: () => databricks.workspaceFiles(),
      logger,
      names: identity.arm,
    }),
    createIdentityArea(authority),
  ];
  const { operations, requests } = context;
  const server = createServer(context.certificates.server, controlListener({ areas, operations, requests, logger }));
  const listening = await context.listen(server, 'control');
  return {
    endpoints: { control: `https://127.0.0.1:${listening.port}` },
    async [Symbol.asyncDispose]() {
      await listening[Symbol.asyncDispose]();
      for (const area of areas) await area.close();
    },
  };
}
