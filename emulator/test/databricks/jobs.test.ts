import assert from 'node:assert/strict';
import { at, databricksScope, type Json, listAt } from '../support/control-client.ts';
import { useControlPort } from '../support/control-suite.ts';

const task = (task_key: string, ...needs: string[]): Json => ({
  task_key,
  sql_task: { warehouse_id: 'w', file: { path: `/Workspace/src/${task_key}.sql` } },
  ...(needs.length > 0 ? { depends_on: needs.map((one) => ({ task_key: one })) } : {}),
});

/** The digits of an id, as a client that keeps int64 reads them. */
const digits = (text: string, field: string): string => new RegExp(`"${field}":(\\d+)`).exec(text)?.[1] ?? '';

describe('databricks jobs', () => {
  const suite = useControlPort(databricksScope);
  const { call } = suite;

  const create = async (settings: Json): Promise<string> => {
    const answer = await call('POST', '/api/2.2/jobs/create', { body: settings });
    assert.equal(answer.status, 200, answer.text);
    return digits(answer.text, 'job_id');
  };
  const raw = (text: string) => ({ raw: Buffer.from(text), headers: { 'content-type': 'application/json' } });

  it('gives ids that a double cannot hold, as JSON numbers', async () => {
    const { text, json } = await call('POST', '/api/2.2/jobs/create', { body: { name: 'ids', tasks: [task('a')] } });
    const id = digits(text, 'job_id');
    assert.notEqual(String(json['job_id']), id);
    const lossy = await call('GET', `/api/2.2/jobs/get?job_id=${String(json['job_id'])}`);
    assert.equal(lossy.status, 400);
    assert.equal(lossy.json['error_code'], 'INVALID_PARAMETER_VALUE');
    assert.equal((await call('GET', `/api/2.2/jobs/get?job_id=${id}`)).status, 200);
  });

  it('reads settings back with the defaults of the service and sorted dependencies', async () => {
    const id = await create({ name: 'defaults', tasks: [task('a'), task('b'), task('c', 'b', 'a')] });
    const { json } = await call('GET', `/api/2.2/jobs/get?job_id=${id}`);
    const { settings } = json as { settings: Json };
    assert.deepEqual(
      { ...settings, tasks: undefined },
      {
        name: 'defaults',
        email_notifications: {},
        webhook_notifications: {},
        timeout_seconds: 0,
        max_concurrent_runs: 1,
        format: 'MULTI_TASK',
        tasks: undefined,
      },
    );
    assert.deepEqual(at(settings, 'tasks', 2), {
      task_key: 'c',
      depends_on: [{ task_key: 'a' }, { task_key: 'b' }],
      run_if: 'ALL_SUCCESS',
      timeout_seconds: 0,
      email_notifications: {},
      webhook_notifications: {},
      sql_task: { warehouse_id: 'w', file: { path: '/Workspace/src/c.sql', source: 'WORKSPACE' } },
    });
    assert.ok(Number(json['created_time']) > 0);
    assert.match(String(json['creator_user_name']), /^[0-9a-f-]{36}$/);
  });

  it('reads 250 tasks back on three pages', async () => {
    const keys = Array.from({ length: 250 }, (_, index) => `t${index}`);
    const id = await create({
      name: 'large',
      tasks: keys.map((key) => task(key)),
      parameters: [{ name: 'p', default: '1' }],
    });
    const pages: Json[] = [];
    let token = '';
    do {
      const { json } = await call('GET', `/api/2.2/jobs/get?job_id=${id}&page_token=${token}`);
      pages.push(json);
      token = (json['next_page_token'] as string | undefined) ?? '';
    } while (token !== '');
    assert.deepEqual(
      pages.map((page) => listAt(page, 'settings', 'tasks').length),
      [100, 100, 50],
    );
    assert.deepEqual(
      pages.flatMap((page) => listAt(page, 'settings', 'tasks').map((one) => one['task_key'])),
      keys,
    );
    assert.deepEqual(
      pages.map((page) => at(page, 'settings', 'parameters') !== undefined),
      [true, false, false],
    );
  });

  it('resets all settings but keeps run_as, and updates by key', async () => {
    const id = await create({ name: 'before', tasks: [task('a')], tags: { a: '1' }, run_as: { user_name: 'ann' } });
    const reset = `{"job_id":${id},"new_settings":{"name":"after","tasks":[{"task_key":"b","notebook_task":{"notebook_path":"/x"}}]}}`;
    assert.equal((await call('POST', '/api/2.2/jobs/reset', raw(reset))).status, 200);
    const update = `{"job_id":${id},"new_settings":{"tasks":[{"task_key":"c","notebook_task":{"notebook_path":"/y"}}]},"fields_to_remove":["tasks/b"]}`;
    assert.equal((await call('POST', '/api/2.2/jobs/update', raw(update))).status, 200);
    const { json } = await call('GET', `/api/2.2/jobs/get?job_id=${id}`);
    const settings = json['settings'] as Json;
    assert.equal(settings['name'], 'after');
    assert.equal(settings['tags'], undefined);
    assert.deepEqual(settings['run_as'], { user_name: 'ann' });
    assert.equal(json['run_as_user_name'], 'ann');
    assert.deepEqual(
      listAt(settings, 'tasks').map((one) => one['task_key']),
      ['c'],
    );
  });

  it('lists by name without regard to case, on pages, without tasks', async () => {
    for (let index = 0; index < 3; index += 1) await create({ name: 'Listed', tasks: [task('a')] });
    const first = await call('GET', '/api/2.2/jobs/list?name=listed&limit=2');
    assert.equal(listAt(first.json, 'jobs').length, 2);
    assert.equal(first.json['has_more'], true);
    assert.equal(at(first.json, 'jobs', 0, 'settings', 'tasks'), undefined);
    const rest = await call(
      'GET',
      `/api/2.2/jobs/list?name=listed&limit=2&page_token=${String(first.json['next_page_token'])}`,
    );
    assert.equal(listAt(rest.json, 'jobs').length, 1);
    assert.equal(rest.json['has_more'], false);
    const none = await call('GET', '/api/2.2/jobs/list?name=nobody');
    assert.deepEqual(none.json, { has_more: false });
  });

  it('refuses a deleted job for want of permission, and one that never was as absent', async () => {
    const id = await create({ name: 'gone', tasks: [task('a')] });
    assert.equal((await call('POST', '/api/2.2/jobs/delete', raw(`{"job_id":${id}}`))).status, 200);
    const gone = await call('GET', `/api/2.2/jobs/get?job_id=${id}`);
    assert.deepEqual([gone.status, gone.json['error_code']], [403, 'PERMISSION_DENIED']);
    const never = await call('GET', '/api/2.2/jobs/get?job_id=42');
    assert.deepEqual([never.status, never.json['error_code']], [400, 'INVALID_PARAMETER_VALUE']);
    assert.equal(never.json['message'], 'Job 42 does not exist.');
  });

  for (const [what, tasks, message] of [
    ['a task key used twice', [task('a'), task('a')], /Duplicate task key 'a'/],
    ['a dependency that is not there', [task('a', 'b')], /depends on the task 'b'/],
    ['a cycle', [task('a', 'b'), task('b', 'a')], /cycle: a, b/],
    ['a task without a type', [{ task_key: 'a' }], /exactly one task type; found: none/],
    ['a task with two types', [{ ...task('a'), condition_task: {} }], /sql_task, condition_task/],
    ['a key with a space', [task('a b')], /'a b' is invalid/],
    ['an environment that is not there', [{ ...task('a'), environment_key: 'e' }], /environment 'e'/],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const answer = await call('POST', '/api/2.2/jobs/create', { body: { tasks } });
      assert.deepEqual([answer.status, answer.json['error_code']], [400, 'INVALID_PARAMETER_VALUE']);
      assert.match(String(answer.json['message']), message);
    });
  }

  it('says what it cannot parse and what it does not emulate', async () => {
    const broken = await call('POST', '/api/2.2/jobs/create', raw('{"name":'));
    assert.deepEqual([broken.status, broken.json['error_code']], [400, 'MALFORMED_REQUEST']);
    for (const [path, name] of [
      ['/api/2.0/sql/queries', /SQL warehouses, statements and queries/],
      ['/api/2.0/dbfs/list', /DBFS/],
      ['/api/2.1/clusters/list', /clusters/],
      ['/api/2.1/jobs/get', /2\.2 is emulated/],
    ] as const) {
      const answer = await call('GET', path);
      assert.deepEqual([answer.status, answer.json['error_code']], [501, 'NOT_IMPLEMENTED']);
      assert.match(String(answer.json['message']), name);
    }
    const unknown = await call('GET', '/api/2.0/nothing');
    assert.deepEqual([unknown.status, unknown.json['error_code']], [404, 'ENDPOINT_NOT_FOUND']);
  });

  it('keeps acknowledged jobs over a crash', async () => {
    const id = await create({ name: 'durable', tasks: [task('a')] });
    await suite.crashAndRestart();
    const { json } = await call('GET', `/api/2.2/jobs/get?job_id=${id}`);
    assert.equal(at(json, 'settings', 'name'), 'durable');
    assert.notEqual(await create({ name: 'next', tasks: [task('a')] }), id);
  });

  it('keeps permissions of a job: one owner, grants by principal, nothing of a job that is gone', async () => {
    const id = await create({ name: 'granted', tasks: [task('a')] });
    const path = `/api/2.0/permissions/jobs/${id}`;
    const list = async (): Promise<readonly unknown[]> =>
      listAt((await call('GET', path)).json, 'access_control_list').map((entry) => {
        const { all_permissions: levels, ...principal } = entry;
        return { ...principal, levels: listAt({ levels }, 'levels').map((level) => at(level, 'permission_level')) };
      });
    const admins = { group_name: 'admins', levels: ['CAN_MANAGE'] };
    const [owner] = await list();
    assert.deepEqual(at(owner, 'levels'), ['IS_OWNER']);
    const grant = (permission_level: string, principal: Json): Json => ({ ...principal, permission_level });
    const ann = { user_name: 'ann@example.org' };
    const body = (...grants: Json[]) => ({ body: { access_control_list: grants } });
    const set = await call('PUT', path, body(grant('IS_OWNER', ann), grant('CAN_VIEW', { group_name: 'users' })));
    assert.equal(set.status, 200, set.text);
    const granted = [{ ...ann, levels: ['IS_OWNER'] }, { group_name: 'users', levels: ['CAN_VIEW'] }, admins];
    assert.deepEqual(await list(), granted);
    await call('PATCH', path, body(grant('CAN_MANAGE', { group_name: 'users' })));
    assert.deepEqual((await list())[1], { group_name: 'users', levels: ['CAN_MANAGE'] });
    for (const wrong of [
      [grant('CAN_VIEW', ann)],
      [grant('IS_OWNER', { group_name: 'users' })],
      [grant('IS_OWNER', { ...ann, group_name: 'users' })],
      [grant('CAN_FLY', ann)],
    ]) {
      assert.equal((await call('PUT', path, body(...wrong))).status, 400);
    }
    await call('POST', '/api/2.2/jobs/delete', raw(`{"job_id": ${id}}`));
    assert.equal((await call('GET', path)).status, 403);
  });
});
