import type { ReportProgress } from '@medallion/core/base/progress.ts';

export interface StepTime {
  readonly name: string;
  /** To the millisecond. */
  readonly seconds: number;
}

/** Runs named steps one after the other, reports each and keeps their times. */
export class Steps {
  readonly times: StepTime[] = [];
  readonly #report: ReportProgress;

  constructor(report: ReportProgress) {
    this.#report = report;
  }

  /** @param work resolves to its result and the summary that people read. */
  async run<T>(name: string, title: string, work: () => Promise<readonly [T, string]>): Promise<T> {
    const start = performance.now();
    const seconds = () => Math.round(performance.now() - start) / 1000;
    this.#report({ kind: 'started', step: name, title });
    try {
      const [result, summary] = await work();
      this.times.push({ name, seconds: seconds() });
      this.#report({ kind: 'finished', step: name, seconds: seconds(), summary });
      return result;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#report({ kind: 'failed', step: name, seconds: seconds(), message });
      throw error;
    }
  }
}
