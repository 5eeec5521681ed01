import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { DAY, YEAR_END, dateText, startOfDay } from './calendar.ts';
import { csvLine } from './csv.ts';
import { type Fault, type SourceCounts, countRecord, faultDealer, noCounts } from './faults.ts';
import type { Order, OrderLine } from './orders.ts';
import { createRandom } from './random.ts';
import { TRANSACTION_COLUMNS, damageTransaction, transactionCells, transactionDamages } from './transaction-lines.ts';

const LATEST_DAYS = 3;

export interface TransactionFiles extends SourceCounts {
  /** Rows of each file, without the header. */
  readonly files: Record<string, number>;
}

/** Writes a file for each day, `YYYY-MM-DD.csv`. Days are written as they complete, so that only a few are held. */
export async function writeTransactions(
  seed: number,
  orders: readonly Order[],
  folder: string,
  onProgress: (done: number) => void,
): Promise<TransactionFiles> {
  await mkdir(folder, { recursive: true });
  const counts = noCounts();
  const files: Record<string, number> = {};
  const days = new Map<number, string[]>();
  const flush = async (before: number): Promise<void> => {
    for (const [day, lines] of [...days].filter(([start]) => start < before).sort(([a], [b]) => a - b)) {
      const name = `${dateText(day)}.csv`;
      await writeFile(join(folder, name), `${[TRANSACTION_COLUMNS.join(','), ...lines].join('\n')}\n`);
      files[name] = lines.length;
      days.delete(day);
    }
    onProgress(counts.generated);
  };

  let today = 0;
  for (const { day, text, fault } of landedLines(seed, orders)) {
    if (day.ordered > today) await flush((today = day.ordered));
    const lines = days.get(day.landed);
    if (lines === undefined) days.set(day.landed, [text]);
    else lines.push(text);
    countRecord(counts, fault);
  }
  await flush(Infinity);
  return { ...counts, files };
}

interface LandedLine {
  /** Midnights: of the order, and of the file in which the line lands. */
  readonly day: { readonly ordered: number; readonly landed: number };
  readonly text: string;
  readonly fault: Fault;
}

function* landedLines(seed: number, orders: readonly Order[]): Generator<LandedLine> {
  const random = createRandom(seed, 'transaction faults');
  const deal = faultDealer(random, Object.keys(transactionDamages));
  for (const order of orders) {
    const ordered = startOfDay(order.time);
    const later = (from: number): number => Math.min(ordered + DAY * random.integer(from, LATEST_DAYS), YEAR_END - DAY);
    for (const line of order.lines) {
      const fault = deal((wanted) => takes(order, line, wanted));
      const cells = transactionCells(order, line);
      const spoilt = fault.kind === 'malformed' ? damageTransaction(fault.reason, cells, random) : cells;
      const text = csvLine(spoilt);
      const day = { ordered, landed: fault.kind === 'late' ? later(1) : ordered };
      yield { day, text, fault: fault.kind === 'duplicate' ? { kind: 'none' } : fault };
      if (fault.kind === 'duplicate') yield { day: { ordered, landed: later(0) }, text, fault };
    }
  }
}

/** The year's last day has no later file, and what is returned must have arrived whole. */
function takes(order: Order, line: OrderLine, fault: Fault): boolean {
  switch (fault.kind) {
    case 'none':
    case 'duplicate':
      return true;
    case 'late':
      return order.time < YEAR_END - DAY;
    case 'malformed':
      return !line.returned && line.quantity > 0;
  }
}
