import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import type { Cell, QueryResult } from '@medallion/core/engine/contract.ts';
import { script } from '../../engine/lake.ts';
import type { DatabricksLake } from '../../statements/databricks-lake.ts';
import type { Case, Expected, Given } from './cases.ts';

export type Verdict =
  | { readonly kind: 'same' | 'raised' | 'refused' }
  /** What was expected and what came. */
  | { readonly kind: 'wrong'; readonly why: string };

const READS = /^\s*(SELECT|WITH|VALUES|FROM|TABLE)\b/i;

/** Runs cases on a lake of Databricks SQL, one after the other; what a case is given is made anew where the one before has changed it. */
export class CaseRunner {
  readonly #lake: DatabricksLake;
  #made: Given | undefined;
  #count = 0;

  constructor(lake: DatabricksLake) {
    this.#lake = lake;
  }

  async judge({ sql, given, expected }: Case): Promise<Verdict> {
    if (this.#made !== given) await this.#prepare(given);
    if (!READS.test(sql) || sql.includes(';\n')) this.#made = undefined;
    try {
      return verdictOf(expected, (await this.#run(sql)).lastQuery, sql);
    } catch (error) {
      if (error instanceof ExpectedError) return refusalVerdict(expected, error);
      return { kind: 'wrong', why: `not an expected error: ${String(error)}` };
    }
  }

  #files(): string {
    return `g${this.#count}`;
  }

  async #run(sql: string): ReturnType<DatabricksLake['run']> {
    const text = sql.replaceAll('{files}', `/Volumes/shop/bronze/landing/${this.#files()}`);
    return await this.#lake.engine.runScript(script(`USE SCHEMA c${this.#count};\n${text}`));
  }

  async #prepare(given: Given): Promise<void> {
    this.#count += 1;
    await this.#lake.run(`CREATE SCHEMA shop.c${this.#count}`);
    if (given.sql !== '') await this.#run(given.sql);
    for (const { kind, path, body } of given.files)
      await this.#lake.lake.land(`${this.#files()}/${path}`, kind === 'file' ? body : await this.#rows(body));
    this.#made = given;
  }

  async #rows(sql: string): Promise<Uint8Array> {
    const path = join(this.#lake.lake.stateFolder, `${this.#count}.parquet`);
    await this.#lake.engine.exportQuery({ ...script(sql), format: 'parquet', path });
    return readFileSync(path);
  }
}

function refusalVerdict(expected: Expected, { code, message }: ExpectedError): Verdict {
  const came = `refused with ${code}: ${message}`;
  if (expected.kind === 'answer')
    return { kind: 'wrong', why: `${came}\n  expected ${expected.schema} ${expected.rows.join(' ')}` };
  if (expected.code !== undefined && expected.code !== code)
    return { kind: 'wrong', why: `${came}\n  expected ${expected.code}` };
  return { kind: expected.kind === 'raises' ? 'raised' : 'refused' };
}

function verdictOf(expected: Expected, result: QueryResult | undefined, sql: string): Verdict {
  const schema = result?.columns.map(({ name, typeText }) => `${name}:${typeText}`).join(',') ?? '';
  const types = result?.columns.map(({ typeText }) => typeText) ?? [];
  const rows = (result?.rows ?? []).map((row) => JSON.stringify(row.map((cell, at) => comparable(cell, types[at]))));
  if (expected.kind !== 'answer')
    return { kind: 'wrong', why: `answered ${schema} ${rows.join(' ')}, expected ${JSON.stringify(expected)}` };
  const wanted = expected.rows.map((row) =>
    JSON.stringify((JSON.parse(row) as Cell[]).map((cell, at) => comparable(cell, types[at]))),
  );
  const ordered = /\border\s+by\b[^()]*$/i.test(sql);
  const [left, right] = ordered ? [rows, wanted] : [rows.toSorted(), wanted.toSorted()];
  if (schema === expected.schema && left.join('\n') === right.join('\n')) return { kind: 'same' };
  return {
    kind: 'wrong',
    why: `answered ${schema} ${left.join(' ')}\n  expected ${expected.schema} ${right.join(' ')}`,
  };
}

/** Numbers inside nested values as JavaScript writes them, whoever wrote them. */
function comparable(cell: Cell, type: string | undefined): unknown {
  if (typeof cell !== 'string' || !/^(array|map|struct)</.test(type ?? '')) return cell;
  return JSON.parse(cell) as unknown;
}
