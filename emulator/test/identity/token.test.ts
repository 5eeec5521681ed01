import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import type { EmulatorDescription } from '@medallion/emulator/index.ts';
import { type EmulatorProcess, startEmulatorProcess, temporaryFolder } from '../support/emulator-process.ts';
import { armScope, controlClient, credentialFor, databricksScope } from '../support/control-client.ts';

describe('local authority', () => {
  const folder = temporaryFolder();
  let emulator: EmulatorProcess;
  let description: EmulatorDescription;
  before(async () => {
    emulator = await startEmulatorProcess({ stateFolder: folder.path });
    ({ description } = emulator);
  });
  after(async () => {
    await emulator[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  const form = (fields: Record<string, string>) => ({
    raw: Buffer.from(new URLSearchParams(fields).toString()),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  const good = () => ({
    grant_type: 'client_credentials',
    client_id: description.identity.clientId,
    client_secret: description.identity.clientSecret,
    scope: armScope,
  });

  it('gives the unmodified ClientSecretCredential a token that the published keys verify', async () => {
    const before = Date.now();
    const token = await credentialFor(description).getToken(databricksScope);
    const { tenantId, clientId } = description.identity;
    const keys = await controlClient(description, undefined)('GET', `/${tenantId}/discovery/v2.0/keys`);
    const { payload, protectedHeader } = await jwtVerify(
      token.token,
      createLocalJWKSet(keys.json as unknown as JSONWebKeySet),
      {
        audience: '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d',
      },
    );
    assert.equal(protectedHeader.alg, 'RS256');
    assert.equal(payload['tid'], tenantId);
    assert.equal(payload['appid'], clientId);
    assert.match(String(payload['oid']), /^[0-9a-f-]{36}$/);
    assert.notEqual(payload['oid'], clientId);
    assert.equal(payload.exp! - payload.iat!, 3599);
    assert.ok(token.expiresOnTimestamp > before);
  });

  it('puts into aud what the scope asks for, a doubled slash included', async () => {
    const call = controlClient(description, undefined);
    const path = `/${description.identity.tenantId}/oauth2/v2.0/token`;
    for (const [scope, audience] of [
      [armScope, 'https://management.azure.com'],
      ['https://management.core.windows.net//.default', 'https://management.core.windows.net/'],
    ] as const) {
      const { json } = await call('POST', path, form({ ...good(), scope }));
      const payload = JSON.parse(
        Buffer.from(String(json['access_token']).split('.')[1]!, 'base64url').toString(),
      ) as Record<string, unknown>;
      assert.equal(payload['aud'], audience);
      assert.equal(json['token_type'], 'Bearer');
      assert.equal(json['expires_in'], 3599);
    }
  });

  it('describes itself at the OpenID metadata endpoint', async () => {
    const { tenantId } = description.identity;
    const control = description.endpoints.control;
    const { json } = await controlClient(description, undefined)(
      'GET',
      `/${tenantId}/v2.0/.well-known/openid-configuration`,
    );
    assert.equal(json['token_endpoint'], `${control}/${tenantId}/oauth2/v2.0/token`);
    assert.equal(json['jwks_uri'], `${control}/${tenantId}/discovery/v2.0/keys`);
  });

  for (const [what, change, status, error, number] of [
    ['a wrong secret', { client_secret: 'wrong' }, 401, 'invalid_client', 7000215],
    ['no secret', { client_secret: undefined }, 401, 'invalid_client', 7000218],
    ['an unknown application', { client_id: '0'.repeat(8) }, 400, 'unauthorized_client', 700016],
    ['another grant', { grant_type: 'password' }, 400, 'unsupported_grant_type', 70003],
    ['a scope without .default', { scope: 'https://management.azure.com/user' }, 400, 'invalid_scope', 1002012],
    ['a resource that is not there', { scope: 'api://nothing/.default' }, 400, 'invalid_resource', 500011],
    ['no scope', { scope: undefined }, 400, 'invalid_request', 900144],
  ] as const) {
    it(`refuses ${what} with AADSTS${number}`, async () => {
      const fields = Object.entries({ ...good(), ...change }).filter(([, value]) => value !== undefined);
      const path = `/${description.identity.tenantId}/oauth2/v2.0/token`;
      const answer = await controlClient(description, undefined)(
        'POST',
        path,
        form(Object.fromEntries(fields) as Record<string, string>),
      );
      assert.equal(answer.status, status);
      assert.equal(answer.json['error'], error);
      assert.deepEqual(answer.json['error_codes'], [number]);
      assert.match(String(answer.json['error_description']), new RegExp(`^AADSTS${number}: `));
      assert.ok(!answer.text.includes(description.identity.clientSecret));
    });
  }

  it('tells the credential which tenant, application or secret was wrong', async () => {
    const other = '11111111-1111-1111-1111-111111111111';
    const failure = (overrides: object) => credentialFor(description, overrides).getToken(armScope);
    await assert.rejects(failure({ clientSecret: 'wrong' }), /7000215/);
    await assert.rejects(failure({ clientId: other }), /700016/);
    await assert.rejects(failure({ tenantId: other }), /endpoints_resolution_error/);
    const answer = await controlClient(description, undefined)('POST', `/${other}/oauth2/v2.0/token`, form(good()));
    assert.equal(answer.status, 400);
    assert.deepEqual(answer.json['error_codes'], [90002]);
  });

  it('answers 404 to what it does not have and names what it has', async () => {
    const answer = await controlClient(description, undefined)('GET', '/common/oauth2/v2.0/devicecode');
    assert.equal(answer.status, 404);
    assert.match(String(answer.json['error_description']), /client|token/);
  });

  it('keeps its key over a restart, in a file for its user only', async () => {
    const { token } = await credentialFor(description).getToken(armScope);
    await emulator[Symbol.asyncDispose]();
    emulator = await startEmulatorProcess({ stateFolder: folder.path });
    const before = description.identity;
    ({ description } = emulator);
    assert.deepEqual(description.identity, before);
    const { subscriptionId } = description.arm;
    const answer = await controlClient(description, undefined)(
      'GET',
      `/subscriptions/${subscriptionId}?api-version=2022-12-01`,
      { headers: { authorization: `Bearer ${token}` } },
    );
    assert.equal(answer.status, 200);
    const file = join(folder.path, 'identity', 'signing-key.pem');
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.ok(!readFileSync(file, 'utf8').includes(description.identity.clientSecret));
  });
});

describe("the workspace's own authority", () => {
  const folder = temporaryFolder();
  let emulator: EmulatorProcess;
  before(async () => {
    emulator = await startEmulatorProcess({ stateFolder: folder.path });
  });
  after(async () => {
    await emulator[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  it('is found from the host alone and gives tokens that Databricks takes', async () => {
    const { clientId, clientSecret } = emulator.description.identity;
    const open = controlClient(emulator.description, undefined);
    const host = await open('GET', '/.well-known/databricks-config');
    const metadata = await open(
      'GET',
      `${new URL(String(host.json['oidc_endpoint'])).pathname}/.well-known/oauth-authorization-server`,
    );
    const endpoint = new URL(String(metadata.json['token_endpoint'])).pathname;
    const ask = (secret: string, scope: string) =>
      open('POST', endpoint, {
        raw: Buffer.from(new URLSearchParams({ grant_type: 'client_credentials', scope }).toString()),
        headers: {
          authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`,
          'content-type': 'application/x-www-form-urlencoded',
        },
      });
    const token = await ask(clientSecret, 'all-apis');
    const me = await open('GET', '/api/2.0/preview/scim/v2/Me', {
      headers: { authorization: `Bearer ${String(token.json['access_token'])}` },
    });
    assert.equal(me.json['userName'], clientId);
    assert.equal(me.headers['x-databricks-org-id'], host.json['workspace_id']);
    assert.equal((await ask('wrong', 'all-apis')).status, 401);
    assert.equal((await ask(clientSecret, 'sql')).json['error'], 'invalid_scope');
  });
});
