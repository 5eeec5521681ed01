import type { ApiRequest, ControlArea, FailureStatus } from '../control/exchange.ts';
import { compileRoutes, type RouteMatch } from '../control/routes.ts';
import type { VerifyToken } from '../identity/token-verifier.ts';
import { ensureFactory, factoryRoutes } from './datafactory/factories.ts';
import { objectRoutes } from './datafactory/objects.ts';
import { createPipelineRuns } from './datafactory/run-execution.ts';
import { runRoutes } from './datafactory/runs.ts';
import { triggerRoutes } from './datafactory/triggers.ts';
import { ArmError, armErrorAnswer } from './errors.ts';
import type { ArmRoute } from './route.ts';
import { type ArmOptions, openArmState } from './state.ts';
import { requireSubscription, subscriptionRoutes } from './subscriptions.ts';

const failureCodes = {
  413: 'RequestContentTooLarge',
  500: 'InternalServerError',
  507: 'InsufficientStorage',
} as const satisfies Record<FailureStatus, string>;

export interface ArmAreaOptions extends ArmOptions {
  readonly verify: VerifyToken;
}

/** Azure Resource Manager with the resource providers that are emulated. */
export function createArmArea(options: ArmAreaOptions): ControlArea {
  const state = openArmState(options);
  ensureFactory(state);
  const runs = createPipelineRuns(state);
  const routes: readonly ArmRoute[] = [
    ...subscriptionRoutes,
    ...factoryRoutes,
    ...objectRoutes,
    ...triggerRoutes,
    ...runRoutes(runs),
  ];
  const emulated = [...new Set(routes.map(({ resourceType }) => resourceType))].join(', ');
  const match = compileRoutes(routes, 'i');
  return {
    name: 'arm',
    owns: (path) => /^\/(subscriptions|providers|tenants)(\/|$)/i.test(path),
    async handle(request) {
      const found = match(request);
      const operation = found.kind === 'found' ? found.route.operation : 'unknown';
      try {
        await authenticate(options.verify, request);
        if (found.kind !== 'found') throw notEmulated(request, found, emulated);
        requireApiVersion(found.route, request);
        const routed = { ...request, params: found.params };
        requireSubscription(state, routed);
        return { operation, answer: await found.route.answer(state, routed) };
      } catch (error) {
        if (!(error instanceof ArmError)) throw error;
        return { operation, answer: armErrorAnswer(error) };
      }
    },
    failure: (status, message) => armErrorAnswer(new ArmError(status, failureCodes[status], message)),
    async close() {
      await runs.close();
      state[Symbol.dispose]();
    },
  };
}

async function authenticate(verify: VerifyToken, request: ApiRequest): Promise<void> {
  const verdict = await verify(request.headers.authorization, 'arm');
  switch (verdict.kind) {
    case 'caller':
      return;
    case 'missing':
      throw new ArmError(401, 'AuthenticationFailed', "Authentication failed. The 'Authorization' header is missing.");
    case 'expired':
      throw new ArmError(401, 'ExpiredAuthenticationToken', 'The access token is expired.');
    case 'audience': {
      const message = `The access token has been obtained for wrong audience or resource '${verdict.actual}'. It should exactly match '${verdict.expected}'.`;
      throw new ArmError(401, 'InvalidAuthenticationTokenAudience', message);
    }
    case 'invalid':
      throw new ArmError(401, 'InvalidAuthenticationToken', `The access token is invalid: ${verdict.reason}.`);
  }
}

function requireApiVersion({ apiVersions, resourceType }: ArmRoute, { query }: ApiRequest): void {
  const version = query.get('api-version');
  if (version === null || version === '') {
    const message = 'The api-version query parameter (?api-version=) is required for all requests.';
    throw new ArmError(400, 'MissingApiVersionParameter', message);
  }
  if (apiVersions.includes(version)) return;
  const message =
    `No registered resource provider found for location 'westeurope' and API version '${version}' for type '${resourceType}'. ` +
    `The supported api-versions are '${apiVersions.join(', ')}'.`;
  throw new ArmError(400, 'NoRegisteredProviderFound', message);
}

/** ARM's own words for a namespace that it does not know; 501 where the operation exists in Azure and not here. */
function notEmulated(
  { method, path }: ApiRequest,
  found: Exclude<RouteMatch<ArmRoute>, { readonly kind: 'found' }>,
  emulated: string,
): ArmError {
  if (found.kind === 'method') {
    const message = `${method} ${path} is not emulated; emulated on this path: ${found.allowed.join(', ')}.`;
    return new ArmError(501, 'NotImplemented', message);
  }
  const provider = /\/providers\/([^/]+)(?:\/([^?]*))?/i.exec(path);
  const what = provider
    ? `The resource provider ${provider[1] ?? ''} with '${provider[2] ?? ''}'`
    : `${method} ${path}`;
  return new ArmError(501, 'NotImplemented', `${what} is not emulated. Emulated: ${emulated}.`);
}
