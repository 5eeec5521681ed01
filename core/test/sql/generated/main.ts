// npm run generated:sql -- [--seed N] [--count N] [--from N] [--refused] [--answers FILE [--again]]: generated statements, here against Spark. What is found
// is printed as it is found, so that a run that is ended early has said what it saw. Exits with 1 where an answer differs.
//   --from N         leaves out the statements before number N of the same run
//   --refused        prints what is refused, too
//   --again          judges all that the file of --answers holds, whatever the seed makes now
//   --answers FILE   keeps Spark's answers, and asks Spark only for those that the file does not have
import { parseArgs } from 'node:util';
import { AnswerBook } from './answer-book.ts';
import { batchesOf, runGenerated } from './run.ts';
import { SparkJudge } from './spark-judge.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    count: { type: 'string', default: '5000' },
    from: { type: 'string', default: '0' },
    refused: { type: 'boolean', default: false },
    answers: { type: 'string' },
    again: { type: 'boolean', default: false },
  },
});
const seed = values.seed === undefined ? Date.now() % 1_000_000 : Number(values.seed);
const extent = { seed, count: Number(values.count), from: Number(values.from) };
const shown = new Set([
  'different',
  'failed',
  ...(values.refused ? ['refused', 'stricter', 'laxer', 'unanswered'] : []),
]);
const started = performance.now();
let done = 0;
console.log(`seed ${seed}`);
await using resources = new AsyncDisposableStack();
let starting: Promise<SparkJudge> | undefined;
const spark = (): Promise<SparkJudge> => (starting ??= SparkJudge.start().then((judge) => resources.use(judge)));
const judge = values.answers === undefined ? await spark() : await AnswerBook.open(values.answers, spark);
const requests = values.again && judge instanceof AnswerBook ? judge.asked : batchesOf(extent);
const total = await runGenerated(judge, requests, ({ verdict, ansi, sql, detail }, counts) => {
  done += 1;
  if (shown.has(verdict)) console.log(`## ${verdict}, ANSI ${ansi ? 'on' : 'off'}\n${sql}\n   ${detail}`);
  const seconds = Math.round((performance.now() - started) / 1000);
  if (done % 200 === 0) console.log(`# ${done} in ${seconds} s: ${JSON.stringify(counts)}`);
});
console.log(JSON.stringify({ seed, ...total }));
process.exitCode = total.different === 0 ? 0 : 1;
