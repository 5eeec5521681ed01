import assert from 'node:assert/strict';
import { batchesOf, runGenerated } from './run.ts';
import { SparkJudge } from './spark-judge.ts';

/** The share of CI; `npm run generated:sql` runs as many as one likes, from other seeds. */
const seed = Number(process.env['MEDALLION_SEED'] ?? 2024);
const COUNT = 300;

describe('generated statements', function () {
  this.timeout(900_000);

  it(`answer as Spark does, or are refused (seed ${seed})`, async () => {
    await using spark = await SparkJudge.start();
    const found: Record<string, string[]> = { different: [], failed: [] };
    const counts = await runGenerated(spark, batchesOf({ seed, count: COUNT }), ({ verdict, ansi, sql, detail }) => {
      found[verdict]?.push(`ANSI ${ansi}: ${sql}\n${detail}`);
    });
    assert.deepEqual(found['different'], []);
    // Loud all the same: DuckDB knows no lambda over the left side of a lateral generator, and says so in words of its own.
    assert.ok(counts.failed <= 0.01 * 2 * COUNT, found['failed']?.join('\n\n'));
    // What is generated is known to run: most of it must give Spark's answer, or raise where Spark raises.
    const agreed = counts.same + counts.raised;
    assert.ok(agreed >= 0.88 * 2 * COUNT, `${agreed} of ${2 * COUNT} agreed: ${JSON.stringify(counts)}`);
    assert.ok(counts.same >= 0.7 * 2 * COUNT, `${counts.same} of ${2 * COUNT} gave an answer`);
  });
});
