import type { RunRecord } from '@medallion/core/jobs/run.generated.ts';
import type { PlanCounts } from '@medallion/core/promote/plan.generated.ts';
import type { StepTime } from '../output/steps.ts';
import { textTable } from '../output/table.ts';
import type { LandedDataSet } from './data-set.ts';
import type { RunSummary } from './summary.ts';

/** `npm start --silent -- --json`, by schemas/start.schema.json. */
export function startJson(parts: {
  readonly data: LandedDataSet;
  readonly summary: RunSummary;
  readonly promotion: { readonly plan: PlanCounts; readonly replan: PlanCounts; readonly calls: number };
  readonly steps: readonly StepTime[];
  readonly record: RunRecord;
  readonly statements: number;
}): unknown {
  const { data, summary, promotion, steps, record, statements } = parts;
  const executed = record.tasks.filter(({ state }) => state !== 'skipped').flatMap((task) => task.statements).length;
  return {
    sources: data.sources,
    tables: summary.tables,
    contracts: summary.contracts,
    quarantine: summary.reasons,
    run: { id: record.id, state: record.state, statements: executed, engineStatements: statements },
    promotion,
    steps,
  };
}

export function summaryText(data: LandedDataSet, summary: RunSummary): string {
  const sources = Object.entries(data.sources).map(([name, { generated, sent, captured }]) => [
    name,
    generated,
    sent,
    captured,
  ]);
  const tables = Object.entries(summary.tables).map(([table, { rows, quarantined, duplicates }]) => {
    const contract = summary.contracts.find((candidate) => candidate.table === table);
    const verdict =
      contract === undefined
        ? 'no contract'
        : contract.failed === 0
          ? `holds (${contract.passed} rules)`
          : `${contract.failed} broken`;
    return [table, rows, quarantined, duplicates, verdict];
  });
  const reasons = summary.reasons.map(({ table, reason, rows }) => [table, reason, rows]);
  return [
    textTable(['source', 'generated', 'sent now', 'in landing'], sources),
    textTable(['table', 'rows', 'quarantined', 'duplicates', 'contract'], tables),
    textTable(['quarantined from', 'reason', 'rows'], reasons),
  ].join('\n\n');
}
