import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import type { SupervisedEngine } from '@medallion/core/engine/client.ts';
import { script, startLake, type TestLake } from '../engine/lake.ts';
import { DeltaLog } from './delta-log.ts';
import { Host } from './host.ts';
import { pick, type Random, seeded } from '../random.ts';
import { mutate } from './mutate.ts';
import { type Subject, subjects } from './subjects.ts';

export interface SoakOptions {
  readonly seed: number;
  readonly mutations: number;
  readonly report?: (line: string) => void;
}

export interface SoakResult {
  readonly seed: number;
  /** How many ended in rows, in a refusal by code, and in a new engine process. */
  readonly read: number;
  readonly refused: Readonly<Record<string, number>>;
  readonly engineDeaths: number;
  /** What must not be: each with the number of its mutation, which the seed makes again. */
  readonly failures: readonly string[];
}

/** No statement on such small files takes so long, on any machine. */
const patience = 60_000;

/**
 * Damages files in ways that the seed decides and runs a statement over each. It must end in a refusal that says what to do next
 * and leave the table as it was, or in a whole new version; the engine must answer afterwards, and the extension host's readers
 * must come back too.
 */
export async function soak({ seed, mutations, report = () => undefined }: SoakOptions): Promise<SoakResult> {
  await using lake = await startLake();
  await using engine = await lake.engine();
  await using host = new Host();
  const run = new Soak(lake, engine, host);
  await run.prepare();
  for (let index = 0; index < mutations; index++) {
    await run.step(index, seeded(seed * 1_000_003 + index));
    if ((index + 1) % 100 === 0) report(`${index + 1} of ${mutations}: ${run.failures.length} failures`);
  }
  const { read, refused, engineDeaths, failures } = run;
  return { seed, read, refused: Object.fromEntries([...refused].sort()), engineDeaths, failures };
}

class Soak {
  readonly #lake: TestLake;
  readonly #engine: SupervisedEngine;
  readonly #host: Host;
  #subjects: readonly Subject[] = [];
  #delta: DeltaLog | undefined;
  read = 0;
  engineDeaths = 0;
  readonly refused = new Map<string, number>();
  readonly failures: string[] = [];

  constructor(lake: TestLake, engine: SupervisedEngine, host: Host) {
    this.#lake = lake;
    this.#engine = engine;
    this.#host = host;
  }

  async prepare(): Promise<void> {
    this.#subjects = await subjects();
    await this.#engine.runScript(script('CREATE TABLE silver.t AS SELECT 1 AS n -> n:int'));
    this.#delta = await DeltaLog.create(this.#lake, this.#engine);
  }

  async step(index: number, random: Random): Promise<void> {
    const delta = this.#delta;
    if (delta && random() < 0.2) {
      const how = await delta.damage(random);
      await this.#judge(`${index} (delta ${how})`, 'INSERT INTO silver.d SELECT 7 AS n -> n:int', 'silver.d');
      await delta.repair();
      return;
    }
    const subject = pick(random, this.#subjects);
    const { bytes, how } = mutate(subject.bytes, random);
    const what = `${index} (${subject.name} ${how})`;
    const file = `soak/${index}/a.${subject.name}`;
    await this.#lake.land(file, bytes);
    const names = subject.columns.replaceAll(/:\w+/g, '');
    const files = `@files{/Volumes/shop/bronze/landing/${file}|${subject.options}}`;
    const sql = `CREATE OR REPLACE TABLE silver.t AS SELECT ${names} FROM ${files} -> ${subject.columns}`;
    await this.#judge(what, sql, 'silver.t');
    await this.#judgeHost(what, `a.${subject.name}`, bytes);
  }

  /** Runs a statement that writes a table; whatever comes of it, the table is whole. */
  async #judge(what: string, sql: string, table: string): Promise<void> {
    const before = await this.#count(table);
    let written: { version: number; rows: number } | undefined;
    const process = this.#engine.pid;
    try {
      const result = await this.#engine.runScript(script(sql), AbortSignal.timeout(patience));
      written = result.statements.at(-1)?.written;
    } catch (error) {
      this.#refusal(what, error);
    }
    if (this.#engine.pid !== process) this.engineDeaths += 1;
    const after = await this.#count(table);
    if (!written) {
      if (after !== before) this.failures.push(`${what}: ${table} held ${before}, and after a refusal ${after}`);
      return;
    }
    this.read += 1;
    // What could not be read before an append cannot be read after it.
    const appended = /^\d+$/.test(before) ? Number(before) + 1 : before;
    const expected = sql.startsWith('INSERT') ? appended : written.rows;
    if (after !== String(expected)) this.failures.push(`${what}: ${table} holds ${after} instead of ${expected}`);
  }

  #refusal(what: string, error: unknown): void {
    if (!(error instanceof ExpectedError)) {
      this.failures.push(`${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      return;
    }
    if (error.code === 'engine.cancelled') this.failures.push(`${what}: no answer in ${patience / 1000} s`);
    if (error.nextStep === '') this.failures.push(`${what}: ${error.code} says no next step`);
    this.refused.set(error.code, (this.refused.get(error.code) ?? 0) + 1);
  }

  /** The table's rows, or the code of what forbids to read it. */
  async #count(table: string): Promise<string> {
    try {
      const query = script(`SELECT count(*) AS c FROM @{${table}} -> c:bigint`);
      const { rows } = await this.#engine.query({ ...query, maxRows: 1 }, AbortSignal.timeout(patience));
      return String(rows[0]?.[0]);
    } catch (error) {
      if (error instanceof ExpectedError && error.code !== 'engine.cancelled') return error.code;
      throw error;
    }
  }

  async #judgeHost(what: string, name: string, bytes: Buffer): Promise<void> {
    const answer = await this.#host.read({ name, bytes }, patience);
    if (answer.kind === 'bug') this.failures.push(`${what}, in the host: ${answer.stack}`);
    if (answer.kind === 'hung') this.failures.push(`${what}: the host's reader does not come back`);
  }
}
