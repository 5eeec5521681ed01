import { cancelled } from './duckdb-error.ts';

/** One transfer that several statements may wait for: it is given up when the last of them has been cancelled. */
export class Download {
  readonly settled: Promise<void>;
  readonly #abort = new AbortController();
  #waiting = 0;

  constructor(transfer: (signal: AbortSignal) => Promise<void>) {
    this.settled = transfer(this.#abort.signal);
  }

  /** True once nobody waited any more: whoever comes later starts another. */
  get abandoned(): boolean {
    return this.#abort.signal.aborted;
  }

  /** Resolves when the transfer is done. Rejects as the transfer does, or with `engine.cancelled` when the signal fires. */
  async wait(signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) throw cancelled();
    this.#waiting += 1;
    let leave = (): void => undefined;
    const left = new Promise<never>((_resolve, reject) => {
      leave = () => reject(cancelled());
      signal?.addEventListener('abort', leave, { once: true });
    });
    try {
      await Promise.race([this.settled, left]);
    } finally {
      signal?.removeEventListener('abort', leave);
      this.#waiting -= 1;
      if (this.#waiting === 0) this.#abort.abort();
    }
  }
}
