import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fingerprint, type DataSetOptions } from '@medallion/shopcom/generator/options.ts';

/** What the lake of a state folder holds, written only when all of it has landed. */
export interface LandedDataSet {
  readonly fingerprint: string;
  readonly sources: Readonly<Record<SourceName, SourceCount>>;
}

export type SourceName = 'transactions' | 'interactions' | 'geo';

export interface SourceCount {
  /** Records that the shop produced: lines of its export, or events. */
  readonly generated: number;
  /** Lines that the pipeline copied, or events that the producer sent. */
  readonly sent: number;
  /** Records in the landing zone. */
  readonly captured: number;
}

/** `same`: nothing is to be landed. `other`: the lake holds another data set, or a part of one, and is rebuilt. */
export type DataSetState =
  | { readonly kind: 'none'; readonly wanted: string }
  | { readonly kind: 'same'; readonly wanted: string; readonly landed: LandedDataSet }
  | { readonly kind: 'other'; readonly wanted: string; readonly unfinished: boolean };

const fileOf = (state: string) => join(state, 'data-set.json');

export async function dataSetState(state: string, options: DataSetOptions): Promise<DataSetState> {
  const wanted = await fingerprint(options);
  const found = await readState(state);
  if (found === undefined) return { kind: 'none', wanted };
  if (found.landed && found.fingerprint === wanted) {
    return { kind: 'same', wanted, landed: { fingerprint: wanted, sources: found.landed } };
  }
  return { kind: 'other', wanted, unfinished: found.landed === undefined };
}

interface StateFile {
  readonly fingerprint: string;
  /** Absent from the first byte that lands until the last one has. */
  readonly landed?: LandedDataSet['sources'];
}

export function beginLanding(state: string, wanted: string): Promise<void> {
  return writeState(state, { fingerprint: wanted });
}

export function endLanding(state: string, { fingerprint: wanted, sources }: LandedDataSet): Promise<void> {
  return writeState(state, { fingerprint: wanted, landed: sources });
}

async function readState(state: string): Promise<StateFile | undefined> {
  try {
    return JSON.parse(await readFile(fileOf(state), 'utf8')) as StateFile;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    // A torn file tells that something landed and not what: all of it is done anew.
    if (error instanceof SyntaxError) return { fingerprint: '' };
    throw error;
  }
}

async function writeState(state: string, value: StateFile): Promise<void> {
  const partial = `${fileOf(state)}.part`;
  await writeFile(partial, `${JSON.stringify(value)}\n`);
  await rename(partial, fileOf(state));
}
