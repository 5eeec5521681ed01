import * as assert from 'node:assert/strict';
import { scanDocument, scanTotals } from '../../src/scan-document.ts';

describe('the document of a scan', () => {
  const none = { here: 0, spark: 0, refused: 0 };
  const report = {
    totals: { tasks: { here: 1, spark: 1, refused: 0 }, statements: { ...none, refused: 2 }, activities: none },
    items: [
      { kind: 'task', name: 'load', file: 'databricks.yml', line: 7, verdict: 'here', code: '', reason: '' },
      {
        kind: 'task',
        name: 'train_[model](x)',
        file: 'databricks.yml',
        line: 9,
        verdict: 'spark',
        code: 'task.python',
        reason: 'A Python task\n# needs Spark.',
      },
    ],
  } as const;

  it('puts the totals first, and what does not run before what does', () => {
    const lines = scanDocument('/work/shop', { ...report, items: [...report.items] }).split('\n');
    assert.equal(lines[0], '# /work/shop');
    assert.ok(lines.includes('| Tasks | 1 | 1 | 0 |'));
    const items = lines.filter((line) => line.startsWith('- '));
    assert.deepEqual(items, [
      '- **needs Spark** train\\_\\[model\\](x) (databricks.yml:9): A Python task \\# needs Spark. [task.python]',
      '- **runs here** load (databricks.yml:7)',
    ]);
  });

  it('sums up over tasks, statements and activities', () => {
    assert.equal(scanTotals({ ...report, items: [] }), '1 run here, 1 need Spark, 2 refused.');
  });
});
