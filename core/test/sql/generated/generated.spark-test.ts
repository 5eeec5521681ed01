import assert from 'node:assert/strict';
import { runGenerated } from './run.ts';
import { SparkJudge } from './spark-judge.ts';

/** The share of CI; `npm run generated:sql` runs as many as one likes, from other seeds. */
const seed = Number(process.env['MEDALLION_SEED'] ?? 2024);

describe('generated statements', function () {
  this.timeout(600_000);

  it(`answer as Spark does, or are refused (seed ${seed})`, async () => {
    await using spark = await SparkJudge.start();
    const found: Record<string, string[]> = { different: [], failed: [] };
    const counts = await runGenerated(spark, seed, 300, ({ verdict, ansi, sql, detail }) => {
      found[verdict]?.push(`ANSI ${ansi}: ${sql}\n${detail}`);
    });
    assert.deepEqual(found['different'], []);
    // Loud all the same: DuckDB knows no lambda over the left side of a lateral generator, and says so in words of its own.
    assert.ok(counts.failed <= 0.01 * 2 * 300, found['failed']?.join('\n\n'));
    // What is generated is the part of the dialect that is known to run: most of it must.
    assert.ok(counts.same >= 0.8 * 2 * 300, `${counts.same} of ${2 * 300} gave an answer`);
  });
});
