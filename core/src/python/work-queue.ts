import type { ExpectedError } from '../base/expected-error.ts';
import type { BridgeOperations, BridgeRequest } from './bridge.ts';

/** Work for a session that asks for it, one piece after the other. */
export class WorkQueue {
  readonly #waiting: BridgeRequest[] = [];
  readonly #pending = new Map<number, PromiseWithResolvers<BridgeRequest>>();
  #asked: ((work: BridgeRequest) => void) | undefined;
  #nextId = 1;
  #end: Error | undefined;

  /** Resolves to the session's answer. Rejects once the session has ended. */
  async give(work: BridgeRequest): Promise<BridgeRequest> {
    if (this.#end) throw this.#end;
    const id = this.#nextId++;
    const answer = Promise.withResolvers<BridgeRequest>();
    this.#pending.set(id, answer);
    this.#hand({ ...work, id });
    return await answer.promise;
  }

  /** Tells the session to end. */
  finish(): void {
    this.#hand({ kind: 'end' });
  }

  /** The session is gone: what was given to it fails, and so does what comes. */
  fail(error: ExpectedError | Error): void {
    this.#end ??= error;
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }

  operations(): BridgeOperations {
    return {
      'next-work': () => {
        const next = this.#waiting.shift();
        if (next) return next;
        return new Promise((resolve) => {
          this.#asked = resolve;
        });
      },
      'work-done': (answer) => {
        const id = Number(answer['id']);
        this.#pending.get(id)?.resolve(answer);
        this.#pending.delete(id);
      },
    };
  }

  #hand(work: BridgeRequest): void {
    const asked = this.#asked;
    this.#asked = undefined;
    if (asked) asked(work);
    else this.#waiting.push(work);
  }
}
