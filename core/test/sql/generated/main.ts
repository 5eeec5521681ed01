// npm run generated:sql -- [--seed N] [--count N]: generated statements, here against Spark. Exits with 1 where an answer differs.
import { parseArgs } from 'node:util';
import { runGenerated } from './run.ts';
import { SparkJudge } from './spark-judge.ts';

const { values } = parseArgs({
  options: { seed: { type: 'string' }, count: { type: 'string', default: '5000' } },
});
const seed = values.seed === undefined ? Date.now() % 1_000_000 : Number(values.seed);
console.log(`seed ${seed}`);
await using spark = await SparkJudge.start();
const { counts, different, failed } = await runGenerated(spark, seed, Number(values.count), (done) => {
  if (done % 500 === 0) process.stderr.write(`${done} ...\n`);
});
for (const { sql, ansi, detail } of different)
  console.log(`## different, ANSI ${ansi ? 'on' : 'off'}\n${sql}\n   ${detail}`);
for (const { sql, ansi, detail } of failed) console.log(`## failed, ANSI ${ansi ? 'on' : 'off'}\n${sql}\n   ${detail}`);
console.log(JSON.stringify({ seed, ...counts }));
process.exitCode = different.length === 0 ? 0 : 1;
