import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { comparisonRow, machine, type Comparison } from './measure.ts';
import { preview } from './preview.bench.ts';
import { shopcom } from './shopcom.bench.ts';

/** Every measure; a new one is a file and a row. */
const benches: readonly { readonly name: string; readonly run: () => Promise<readonly Comparison[]> }[] = [
  { name: 'preview', run: preview },
  { name: 'shopcom', run: shopcom },
];

const rows: string[] = [];
for (const { name, run } of benches) {
  process.stderr.write(`${name} ...\n`);
  rows.push(...(await run()).map(comparisonRow));
}
const text = `# Results

Ratios are measured side by side in one run of \`npm run bench\`; absolute figures stand beside them. Below 1 is less than what it is
measured against.

Machine: ${machine()}. Date: ${new Date().toISOString().slice(0, 10)}.

| measure | Medallion | against | ratio |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
writeFileSync(join(import.meta.dirname, 'RESULTS.md'), text);
process.stdout.write(text);
