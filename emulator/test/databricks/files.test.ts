import assert from 'node:assert/strict';
import { databricksScope, at, listAt } from '../support/control-client.ts';
import { useControlPort } from '../support/control-suite.ts';
import { blobClient, makeCatalog } from './catalog-suite.ts';

const files = '/api/2.0/fs/files/Volumes/main/sales/raw';
const directories = '/api/2.0/fs/directories/Volumes/main/sales/raw';

describe('databricks files', () => {
  const suite = useControlPort(databricksScope);
  const { call } = suite;
  before(async () => {
    await blobClient(suite.emulator).createContainer('lake');
    await makeCatalog(call);
  });

  it('lie in the lake where the volume has them, byte for byte', async () => {
    const bytes = Buffer.from([0, 255, 10, 13, 200]);
    assert.equal((await call('PUT', `${files}/2026/a%20b.bin`, { raw: bytes })).status, 204);
    const blob = blobClient(suite.emulator).getContainerClient('lake').getBlobClient('raw/2026/a b.bin');
    assert.deepEqual(await blob.downloadToBuffer(), bytes);
    await blob.getBlockBlobClient().upload('from outside', 12);
    assert.equal((await call('GET', `${files}/2026/a%20b.bin`)).text, 'from outside');
    const part = await call('GET', `${files}/2026/a%20b.bin`, { headers: { range: 'bytes=5-8' } });
    assert.deepEqual([part.status, part.text, part.headers['content-range']], [206, 'outs', 'bytes 5-8/12']);
    const head = await call('HEAD', `${files}/2026/a%20b.bin`);
    assert.deepEqual([head.status, head.headers['content-length']], [200, '12']);
  });

  it('larger than a request of the other services go up and come down as streams', async () => {
    const bytes = Buffer.alloc(40 * 1024 * 1024, 'abcdefg');
    assert.equal((await call('PUT', `${files}/large.bin`, { raw: bytes })).status, 204);
    assert.equal((await call('HEAD', `${files}/large.bin`)).headers['content-length'], String(bytes.length));
    assert.ok(Buffer.from((await call('GET', `${files}/large.bin`)).text).equals(bytes));
  });

  it('are replaced only where that is said', async () => {
    const put = (query = '') => call('PUT', `${files}/once.txt${query}`, { raw: Buffer.from(`text${query}`) });
    assert.equal((await put()).status, 204);
    const again = await put();
    assert.deepEqual([again.status, again.json['error_code']], [409, 'ALREADY_EXISTS']);
    assert.equal((await put('?overwrite=true')).status, 204);
    assert.equal((await call('GET', `${files}/once.txt`)).text, 'text?overwrite=true');
    const folder = await call('PUT', `${files}/2026?overwrite=true`, { raw: Buffer.from('x') });
    assert.deepEqual([folder.status, folder.json['error_code']], [409, 'ALREADY_EXISTS']);
  });

  it('are listed page by page, folders apart, and removed', async () => {
    assert.equal((await call('PUT', `${directories}/list/inner`)).status, 204);
    assert.equal((await call('PUT', `${directories}/list/inner`)).status, 204, 'making it again changes nothing');
    for (const name of ['a', 'b']) await call('PUT', `${files}/list/${name}.txt`, { raw: Buffer.from(name) });
    const first = await call('GET', `${directories}/list?page_size=2`);
    const token = String(first.json['next_page_token']);
    const second = await call('GET', `${directories}/list?page_size=2&page_token=${token}`);
    const contents = [...listAt(first.json, 'contents'), ...listAt(second.json, 'contents')];
    assert.deepEqual(
      contents.map((one) => [one['path'], one['is_directory'], one['file_size']]),
      [
        ['/Volumes/main/sales/raw/list/a.txt', false, 1],
        ['/Volumes/main/sales/raw/list/b.txt', false, 1],
        ['/Volumes/main/sales/raw/list/inner', true, undefined],
      ],
    );
    const full = await call('DELETE', `${directories}/list`);
    assert.equal(full.status, 400);
    assert.equal(at(full.json, 'details', 0, 'reason'), 'FILES_API_DIRECTORY_IS_NOT_EMPTY');
    for (const path of ['a.txt', 'b.txt']) assert.equal((await call('DELETE', `${files}/list/${path}`)).status, 204);
    for (const path of ['list/inner', 'list'])
      assert.equal((await call('DELETE', `${directories}/${path}`)).status, 204);
    assert.equal((await call('HEAD', `${directories}/list`)).status, 404);
  });

  it('of a new managed volume are none, and a volume itself is no file', async () => {
    const kept = '/api/2.0/fs/directories/Volumes/main/sales/kept';
    assert.deepEqual((await call('GET', kept)).json, { contents: [] });
    assert.equal((await call('HEAD', kept)).status, 200);
    assert.equal((await call('DELETE', kept)).status, 400);
  });

  it('that are not there, or not in a volume, are refused', async () => {
    const rows: readonly (readonly ['GET' | 'DELETE' | 'PUT', string, number, string])[] = [
      ['GET', `${files}/absent`, 404, 'NOT_FOUND'],
      ['DELETE', `${files}/absent`, 404, 'NOT_FOUND'],
      ['GET', `${directories}/absent`, 404, 'NOT_FOUND'],
      ['GET', `${files}/2026`, 404, 'NOT_FOUND'],
      ['PUT', '/api/2.0/fs/files/Volumes/main/sales/nowhere/x', 404, 'VOLUME_DOES_NOT_EXIST'],
      ['PUT', '/api/2.0/fs/files/Workspace/x', 400, 'INVALID_PARAMETER_VALUE'],
      ['PUT', `${files}/..%2Fx`, 400, 'INVALID_PARAMETER_VALUE'],
    ];
    for (const [method, path, status, code] of rows) {
      const answer = await call(method, path, method === 'PUT' ? { raw: Buffer.from('x') } : {});
      assert.deepEqual([answer.status, answer.json['error_code']], [status, code], path);
    }
    const dbfs = await call('GET', '/api/2.0/dbfs/list?path=/');
    assert.equal(dbfs.status, 501);
    assert.match(String(dbfs.json['message']), /use volumes/);
  });
});
