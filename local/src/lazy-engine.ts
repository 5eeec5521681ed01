import { startEngine } from '@medallion/core/engine/client.ts';
import type { Engine, EngineOptions } from '@medallion/core/engine/contract.ts';

/** An engine whose process starts at the first call: a run that finds nothing to do never starts one. */
export interface LazyEngine extends Engine {
  /** Starts the process now, for work that is certain to come. What is wrong with it, the first call says. */
  startAhead(): void;
  /** Statements executed so far; 0 where the engine was never needed. */
  executed(): Promise<number>;
}

export function lazyEngine(options: EngineOptions): LazyEngine {
  let started: Promise<Engine> | undefined;
  const engine = () => (started ??= startEngine(options));
  return {
    startAhead: () => void engine().catch(() => undefined),
    runScript: async (...args) => (await engine()).runScript(...args),
    query: async (...args) => (await engine()).query(...args),
    checkCommit: async (...args) => (await engine()).checkCommit(...args),
    exportQuery: async (...args) => (await engine()).exportQuery(...args),
    previewFile: async (...args) => (await engine()).previewFile(...args),
    previewTable: async (...args) => (await engine()).previewTable(...args),
    statistics: async () => (await engine()).statistics(),
    executed: async () => (started ? (await (await started).statistics()).statements : 0),
    [Symbol.asyncDispose]: async () => {
      const last = await started?.catch(() => undefined);
      await last?.[Symbol.asyncDispose]();
    },
  };
}
