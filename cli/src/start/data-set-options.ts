import { resolve } from 'node:path';
import { stat } from 'node:fs/promises';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import type { DataSetOptions } from '@medallion/shopcom/generator/main.ts';
import type { CommandContext } from '../command.ts';

const most = 10_000_000;

/** `--orders`, `--events`, `--seed`, `--transactions`. @throws ExpectedError `usage.number`, `usage.transactions` */
export async function dataSetOptions(context: CommandContext): Promise<DataSetOptions> {
  const orders = context.count('orders', 20_000);
  const events = context.count('events', 200_000);
  if (orders < 1 || orders > most || events > most) {
    throw new ExpectedError({
      code: 'usage.number',
      message: `--orders takes 1 to ${most} and --events 0 to ${most}.`,
      nextStep: 'Give a number in that range.',
      kind: 'environment',
    });
  }
  const seed = context.count('seed', 2025);
  const given = context.text('transactions');
  if (given === undefined) return { orders, events, seed };
  const transactionsDir = resolve(given);
  const found = await stat(transactionsDir).catch(() => undefined);
  if (found?.isDirectory() === true) return { orders, events, seed, transactionsDir };
  throw new ExpectedError({
    code: 'usage.transactions',
    message: `--transactions names a folder of Online Retail CSV files, and ${transactionsDir} is none.`,
    nextStep: 'Name an existing folder.',
    kind: 'environment',
  });
}
