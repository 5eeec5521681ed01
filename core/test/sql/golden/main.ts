// npm run golden:sql -- DIR [--json] [--differences] [--failures] [--reasons] [--only PART] [--record] [--workers N]
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { differences, reasons, summary } from './report.ts';
import { judgeFolder } from './run.ts';
import { totalsOf } from './totals.ts';
import { record } from './document.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    differences: { type: 'boolean', default: false },
    failures: { type: 'boolean', default: false },
    reasons: { type: 'boolean', default: false },
    only: { type: 'string' },
    record: { type: 'boolean', default: false },
    workers: { type: 'string', default: String(Math.min(availableParallelism(), 4)) },
  },
});
const [folder] = positionals;
if (folder === undefined) {
  console.error('Name the folder of golden files: npm run golden:sql -- DIR');
  process.exitCode = 2;
} else {
  const files = await judgeFolder(resolve(folder), { workers: Number(values.workers), only: values.only });
  const totals = totalsOf(files);
  const details = [
    ...(values.differences || !values.json ? [differences(files, 'different')] : []),
    ...(values.failures ? [differences(files, 'failed')] : []),
    ...(values.reasons ? [reasons(files)] : []),
  ].join('\n');
  if (values.record) await record(files, totals);
  (values.json ? console.error : console.log)(details);
  console.log(values.json ? JSON.stringify(totals) : summary(totals));
  if (files.length === 0) {
    console.error(`There is no .sql.out file below ${folder}.`);
    process.exitCode = 2;
  }
}
