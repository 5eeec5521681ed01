import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { differences } from './golden/report.ts';
import { judgeFolder } from './golden/run.ts';
import { totalsOf } from './golden/totals.ts';

/** What Spark 4.1.4 answered to statements of ours: `recorded/record.py` writes it, Spark's own golden files have the same form. */
const folder = fileURLToPath(new URL('recorded', import.meta.url));

describe('recorded answers of Spark', function () {
  this.timeout(600_000);

  it('are given, and what Spark refuses is refused', async () => {
    const files = await judgeFolder(folder, { workers: 2 });
    assert.ok(files.length > 0);
    for (const verdict of ['different', 'failed', 'refused'] as const) {
      const asked = files.map(({ file, judged }) => ({
        file,
        judged: judged.filter((one) => verdict !== 'refused' || !one.raises),
      }));
      assert.equal(differences(asked, verdict), '');
    }
    assert.equal(totalsOf(files).sparkRefuses.missed, 0);
  });
});
