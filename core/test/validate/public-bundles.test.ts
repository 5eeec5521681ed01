import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createDialect } from '@medallion/core/sql/dialect.ts';
import { judgeActivity } from '@medallion/core/validate/activity-verdict.ts';
import { scan } from '@medallion/core/validate/scan.ts';

/** A folder of public repositories with bundles and factories, which are not in this one. */
const folder = process.env['MEDALLION_PUBLIC_BUNDLES'];

/** Prints the totals, so that a change in coverage is seen; every item has its place, and a reason where it does not run. */
describe('public bundles and factories [data: MEDALLION_PUBLIC_BUNDLES]', function () {
  this.timeout(600_000);
  if (folder === undefined) {
    it('are scanned');
    return;
  }
  const repositories = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  it('are there', () => assert.notEqual(repositories.length, 0, `${folder} holds no folder`));
  for (const { name } of repositories) {
    it(`${name} is scanned`, async () => {
      const { report, project } = await scan(join(folder, name), { dialect: await createDialect(), judgeActivity });
      const { tasks, statements, activities } = report.totals;
      const line = [tasks, statements, activities].map(({ here, spark, refused }) => `${here}/${spark}/${refused}`);
      const data = report.items.filter(
        ({ kind, verdict, code }) => kind === 'statement' && verdict === 'here' && code !== '',
      );
      const share = (100 * statements.refused) / Math.max(statements.here + statements.refused, 1);
      console.log(
        `      ${name}: tasks ${line[0]}, statements ${line[1]}, activities ${line[2]} (here/Spark/refused); of the statements ${share.toFixed(1)}% refused, ${data.length} here once sample data is in its place`,
      );
      const files = new Set(project.files);
      for (const item of report.items) {
        assert.ok(item.line >= 1 && (files.has(item.file) || item.kind === 'note'), JSON.stringify(item));
        if (item.verdict !== 'here') assert.ok(item.code !== '' && item.reason !== '', JSON.stringify(item));
      }
    });
  }
});
