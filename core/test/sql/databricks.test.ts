import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { type DatabricksLake, startDatabricksLake } from '../statements/databricks-lake.ts';
import { readFamilies } from './databricks/cases.ts';
import { CaseRunner } from './databricks/judge.ts';

/** Databricks' SQL reference, where it goes beyond open Spark: see databricks/cases.ts for where the expectations come from. */
const folder = fileURLToPath(new URL('databricks', import.meta.url));

describe("cases from Databricks' SQL reference", function () {
  this.timeout(600_000);
  let lake: DatabricksLake;
  let runner: CaseRunner;
  const totals = { cases: 0, same: 0, raised: 0, refused: 0, wrong: 0 };
  before(async () => {
    lake = await startDatabricksLake();
    runner = new CaseRunner(lake);
  });
  after(async () => {
    await lake[Symbol.asyncDispose]();
    const { cases, same, raised, refused } = totals;
    console.log(
      `      ${cases} cases: ${same} the same, ${raised} refused as Databricks does, ${refused} refused with a reason`,
    );
  });

  for (const { name, cases } of readFamilies(folder)) {
    it(`${name}: ${cases.length} cases`, async () => {
      const wrong: string[] = [];
      for (const one of cases) {
        const verdict = await runner.judge(one);
        totals.cases += 1;
        totals[verdict.kind] += 1;
        if (verdict.kind === 'wrong') wrong.push(`${name}.sql:${one.line}: ${one.sql}\n  ${verdict.why}`);
      }
      assert.equal(wrong.join('\n\n'), '');
    });
  }
});
