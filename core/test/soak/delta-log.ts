import type { SupervisedEngine } from '@medallion/core/engine/client.ts';
import type { LakePath } from '@medallion/core/lake/names.ts';
import { script, type TestLake } from '../engine/lake.ts';
import { pick, type Random } from '../random.ts';
import { mutate } from './mutate.ts';

/** A table's log, to be damaged and repaired: a few commits, a checkpoint and commits after it. */
export class DeltaLog {
  readonly #lake: TestLake;
  readonly #folder: LakePath;
  readonly #sound: ReadonlyMap<string, Uint8Array>;

  private constructor(lake: TestLake, folder: LakePath, sound: ReadonlyMap<string, Uint8Array>) {
    this.#lake = lake;
    this.#folder = folder;
    this.#sound = sound;
  }

  static async create(lake: TestLake, engine: SupervisedEngine): Promise<DeltaLog> {
    const insert = 'INSERT INTO silver.d SELECT 1 AS n -> n:int;';
    await engine.runScript(script(`CREATE TABLE silver.d AS SELECT 0 AS n -> n:int;${insert.repeat(12)}`));
    const { location } = await lake.resolver.table({ catalog: 'shop', schema: 'silver', table: 'd' });
    const folder = { ...location, path: `${location.path}/_delta_log` };
    const sound = new Map<string, Uint8Array>();
    for await (const { path } of lake.storage.list(folder, { recursive: false }))
      sound.set(path, await lake.storage.read({ ...location, path }));
    return new DeltaLog(lake, folder, sound);
  }

  /** Damages one file of the log. Resolves to which and how. */
  async damage(random: Random): Promise<string> {
    const path = pick(random, [...this.#sound.keys()]);
    const { bytes, how } = mutate(Buffer.from(this.#sound.get(path) ?? []), random);
    await this.#lake.storage.write({ ...this.#folder, path }, bytes);
    return `${path.slice(path.lastIndexOf('/') + 1)} ${how}`;
  }

  /** The log as it was at first: what was committed since goes too. */
  async repair(): Promise<void> {
    const { storage } = this.#lake;
    for await (const { path } of storage.list(this.#folder, { recursive: false })) {
      if (!this.#sound.has(path)) await storage.delete({ ...this.#folder, path });
    }
    for (const [path, bytes] of this.#sound) await storage.write({ ...this.#folder, path }, bytes);
  }
}
