import { createHash } from 'node:crypto';

import { realFiles } from './real-shop.ts';

/** Raised when the same options give other records; it is part of a data set's identity. */
export const GENERATOR_VERSION = 1;
export const DEFAULT_SEED = 2025;

export interface DataSetOptions {
  /** A whole number of 32 bits; 2025 where none is given. */
  readonly seed?: number | undefined;
  /** Orders to generate, 1 or more; of no effect beside `transactionsDir`. */
  readonly orders: number;
  /** Interactions and pings in all, at least; duplicates come on top. */
  readonly events: number;
  /** A folder of real Online Retail CSV files, taken as they are. */
  readonly transactionsDir?: string | undefined;
}

/** Throws a RangeError that names the option. */
export function checkOptions({ seed = DEFAULT_SEED, orders, events }: DataSetOptions): void {
  if (!Number.isInteger(seed) || Math.abs(seed) > 2 ** 31)
    throw new RangeError(`seed must be a whole number of 32 bits, not ${seed}.`);
  if (!Number.isSafeInteger(orders) || orders < 1)
    throw new RangeError(`orders must be a whole number from 1, not ${orders}.`);
  if (!Number.isSafeInteger(events) || events < 0)
    throw new RangeError(`events must be a whole number from 0, not ${events}.`);
}

/** The same text for the same data set: from the options and, with `transactionsDir`, the files' names, sizes and times. */
export async function fingerprint(options: DataSetOptions): Promise<string> {
  checkOptions(options);
  const { seed = DEFAULT_SEED, orders, events, transactionsDir } = options;
  const source =
    transactionsDir === undefined
      ? { orders }
      : { files: (await realFiles(transactionsDir)).map(({ name, bytes, modified }) => [name, bytes, modified]) };
  const identity = JSON.stringify({ version: GENERATOR_VERSION, seed, events, ...source });
  return `shopcom-${GENERATOR_VERSION}-${createHash('sha256').update(identity).digest('hex').slice(0, 32)}`;
}
