import { existsSync } from 'node:fs';
import { openDuckDb } from './duckdb.ts';
import { goldenNames, type GoldenVerdict, judgeGolden } from './golden-tables.ts';

/** `npm run golden:delta -- DIR [--json]`: totals, and every table that is not as it should be. Exit code 1 where there is one. */
const args = process.argv.slice(2);
const folder = args.find((argument) => !argument.startsWith('--'));
const verdicts: readonly GoldenVerdict['verdict'][] = ['same', 'refused', 'different', 'failed'];

if (folder === undefined || !existsSync(folder)) {
  process.stderr.write(
    'Usage: npm run golden:delta -- DIR [--json], a folder of <name>.tar.zst or of unpacked golden tables.\n',
  );
  process.exitCode = 2;
} else await report(folder);

async function report(golden: string): Promise<void> {
  const duckdb = await openDuckDb();
  const tables: GoldenVerdict[] = [];
  try {
    for (const name of goldenNames(golden)) tables.push(await judgeGolden(duckdb, golden, name));
  } finally {
    duckdb.close();
  }
  const counts = verdicts.map(
    (verdict) => [verdict, tables.filter((table) => table.verdict === verdict).length] as const,
  );
  const totals = { tables: tables.length, ...Object.fromEntries(counts) };
  const differences = tables.filter(({ verdict }) => verdict === 'different' || verdict === 'failed');
  if (args.includes('--json')) process.stdout.write(`${JSON.stringify({ totals, differences })}\n`);
  else {
    for (const { name, verdict, detail } of differences) process.stdout.write(`${verdict} ${name}: ${detail}\n`);
    process.stdout.write(
      `${tables.length} golden tables: ${counts.map(([verdict, count]) => `${count} ${verdict}`).join(', ')}\n`,
    );
  }
  process.exitCode = differences.length > 0 || tables.length === 0 ? 1 : 0;
}
