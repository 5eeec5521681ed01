import assert from 'node:assert/strict';
import { SparkSession } from './spark-session.ts';

describe('max and min of nested values', () => {
  it('put a NULL before every value, as Spark 4.1 does', async () => {
    await using session = await SparkSession.open();
    const structs = await session.run(
      "select max(struct(a, b)), min(struct(a, b)) from values (1, 'b'), (1, null), (null, 'z'), (1, 'a') t(a, b)",
    );
    assert.deepEqual(structs?.rows, [["{'a': 1, 'b': b}", "{'a': NULL, 'b': z}"]]);
    const arrays = await session.run(
      'select max(x), min(x) from values (array(1, null)), (array(1)), (array(1, 2)), (array(null, 5)), (null) t(x)',
    );
    assert.deepEqual(arrays?.rows, [['[1, 2]', '[NULL, 5]']]);
    await assert.rejects(session.run('select max(struct(map(1, 2)))'), /not emulated/);
  });
});
