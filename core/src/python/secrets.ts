import { ExpectedError } from '../base/expected-error.ts';
import type { DatabricksPort } from '../lake/unity-catalog.ts';
import { textOf } from './bridge-fields.ts';
import type { BridgeOperations } from './bridge.ts';

/** `dbutils.secrets`, from the workspace's secret scopes. A value goes to the program and nowhere else. */
export function secretOperations(databricks: DatabricksPort): BridgeOperations {
  return {
    'secret-scopes': async () => {
      const { scopes = [] } = await databricks.request<Scopes>('GET', '/api/2.0/secrets/scopes/list', {});
      return { names: scopes.map(({ name }) => name) };
    },
    'secret-keys': async (request) => {
      const query = { scope: textOf(request, 'scope') };
      const { secrets = [] } = await databricks.request<Keys>('GET', '/api/2.0/secrets/list', { query });
      return { names: secrets.map(({ key }) => key) };
    },
    secret: async (request) => {
      const [scope, key] = [textOf(request, 'scope'), textOf(request, 'key')];
      try {
        const { value } = await databricks.request<{ readonly value: string }>('GET', '/api/2.0/secrets/get', {
          query: { scope, key },
        });
        return { value: Buffer.from(value, 'base64').toString('utf8') };
      } catch (error) {
        if (!(error instanceof ExpectedError) || error.code !== 'databricks.resource-does-not-exist') throw error;
        throw new ExpectedError({
          code: 'python.no-secret',
          message: `There is no secret ${key} in the scope ${scope} here.`,
          nextStep: `Put it into the local workspace, as into any other: databricks secrets put-secret ${scope} ${key}`,
          cause: error,
        });
      }
    },
  };
}

interface Scopes {
  readonly scopes?: readonly { readonly name: string }[];
}

interface Keys {
  readonly secrets?: readonly { readonly key: string }[];
}
