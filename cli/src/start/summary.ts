import { readFile, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { ContractTable } from '@medallion/core/contracts/contract.ts';
import type { Engine } from '@medallion/core/engine/contract.ts';
import type { RunRecord } from '@medallion/core/jobs/run.generated.ts';
import { askingWith, goldViews } from './gold.ts';

export interface TableSummary {
  readonly rows: number;
  /** Rows that its contract's quarantine table holds; 0 where it names none. */
  readonly quarantined: number;
  readonly duplicates: number;
}

export interface ContractSummary {
  readonly table: string;
  readonly passed: number;
  readonly failed: number;
}

/** What a run left in the lake, as people and `--json` read it. */
export interface RunSummary {
  /** By `layer.table`. */
  readonly tables: Readonly<Record<string, TableSummary>>;
  readonly contracts: readonly ContractSummary[];
  /** Rows turned away, by table and reason. */
  readonly reasons: readonly { readonly table: string; readonly reason: string; readonly rows: number }[];
  readonly gold: Awaited<ReturnType<typeof goldViews>>;
}

/**
 * Sums a run up. What the tables hold is asked once for each set of versions and kept, so that a run that changed nothing asks
 * nothing.
 */
export async function summarize(input: {
  readonly record: RunRecord;
  readonly contracts: readonly ContractTable[];
  readonly state: string;
  readonly engine: Engine;
  readonly catalog: string;
  readonly signal: AbortSignal;
}): Promise<RunSummary> {
  const outputs = input.record.tasks.flatMap((task) => task.outputs);
  const versions = createHash('sha256')
    .update(JSON.stringify([input.contracts, outputs.map(({ table, version }) => [table, version])]))
    .digest('hex');
  const file = join(input.state, 'summary.json');
  const kept = await readKept(file);
  if (kept?.versions === versions) return kept.summary;
  const ask = askingWith(input.engine, input.catalog, input.signal);
  const rowsOf = new Map(outputs.map(({ table, rows }) => [withoutCatalog(table), rows]));
  const summary: RunSummary = {
    tables: Object.fromEntries(
      [...rowsOf].map(([table, rows]) => [
        table,
        tableSummary(
          rows,
          rowsOf,
          input.contracts.find(({ name }) => name === table),
        ),
      ]),
    ),
    contracts: contractSummaries(input.record, input.contracts),
    reasons: await quarantineReasons(input.contracts, ask),
    gold: await goldViews(ask),
  };
  await writeFile(file, JSON.stringify({ versions, summary }));
  return summary;
}

function tableSummary(
  rows: number,
  rowsOf: ReadonlyMap<string, number>,
  contract: ContractTable | undefined,
): TableSummary {
  const rowsIn = (table: string | undefined) => (table === undefined ? 0 : (rowsOf.get(table) ?? 0));
  return { rows, quarantined: rowsIn(contract?.quarantine), duplicates: rowsIn(contract?.duplicates) };
}

function contractSummaries(record: RunRecord, contracts: readonly ContractTable[]): ContractSummary[] {
  const checks = record.tasks.flatMap((task) => task.checks);
  return contracts.map(({ name: table }) => {
    const own = checks.filter((check) => check.table === table || withoutCatalog(check.table) === table);
    const failed = own.filter(({ violations }) => violations > 0).length;
    return { table, passed: own.length - failed, failed };
  });
}

async function quarantineReasons(
  contracts: readonly ContractTable[],
  ask: ReturnType<typeof askingWith>,
): Promise<RunSummary['reasons']> {
  const found: { table: string; reason: string; rows: number }[] = [];
  for (const { name, quarantine } of contracts) {
    if (quarantine === undefined) continue;
    const { rows } = await ask(
      `SELECT reason, count(*) AS n FROM ${quarantine} GROUP BY reason ORDER BY n DESC, reason`,
    );
    found.push(...rows.map(([reason, n]) => ({ table: name, reason: String(reason), rows: Number(n) })));
  }
  return found;
}

const withoutCatalog = (table: string): string => table.split('.').slice(1).join('.');

async function readKept(file: string): Promise<{ versions: string; summary: RunSummary } | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as { versions: string; summary: RunSummary };
  } catch (error) {
    // Missing or torn: it is asked anew.
    if (error instanceof SyntaxError || (error instanceof Error && 'code' in error && error.code === 'ENOENT'))
      return undefined;
    throw error;
  }
}
