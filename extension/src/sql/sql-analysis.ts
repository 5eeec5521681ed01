import { Worker } from 'node:worker_threads';
import type { Disposable } from 'vscode';
import type { AnalyzedStatement } from '@medallion/core/sql/contract.ts';
import type { AnalysisAnswer, AnalysisRequest, Question, Questions, SourceText } from './messages.ts';

interface Pending {
  readonly resolve: (answer: Questions[Question]['answer']) => void;
  readonly reject: (error: Error) => void;
  readonly limit: NodeJS.Timeout;
}

/** A text that takes longer has found a defect of the parser: its thread is ended, and the next text gets a new one. */
const limitMilliseconds = 15_000;

/** The dialect in a thread of its own, started when it is first asked. */
export class SqlAnalysis implements Disposable {
  readonly #entry: string;
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | undefined;
  #nextId = 1;

  /** @param entry the thread's bundle */
  constructor(entry: string) {
    this.#entry = entry;
  }

  /** The statements of a text, with their places in it. Rejects only for a defect of the dialect. */
  analyze(source: SourceText): Promise<readonly AnalyzedStatement[]> {
    return this.ask('analyze', source);
  }

  /** Rejects only for a defect of the dialect. */
  ask<Q extends Question>(question: Q, asked: Questions[Q]['asked']): Promise<Questions[Q]['answer']> {
    const worker = this.#thread();
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const late = () => this.#end(new Error(`${asked.file} was not analysed within ${limitMilliseconds} ms`));
      this.#pending.set(id, {
        resolve: resolve,
        reject,
        limit: setTimeout(late, limitMilliseconds),
      });
      worker.postMessage({ id, question, asked } satisfies AnalysisRequest<Q>);
    });
  }

  dispose(): void {
    this.#end(new Error('the analysis has ended'));
  }

  #thread(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(this.#entry);
    worker.unref();
    worker.on('message', (answer: AnalysisAnswer) => this.#settle(answer));
    worker.once('error', (error) => {
      if (worker === this.#worker) this.#end(error instanceof Error ? error : new Error(String(error)));
    });
    this.#worker = worker;
    return worker;
  }

  #settle(answer: AnalysisAnswer): void {
    const asked = this.#pending.get(answer.id);
    if (!asked) return;
    this.#pending.delete(answer.id);
    clearTimeout(asked.limit);
    if ('answer' in answer) asked.resolve(answer.answer);
    else asked.reject(new Error(answer.bug));
  }

  #end(reason: Error): void {
    const worker = this.#worker;
    this.#worker = undefined;
    for (const { reject, limit } of this.#pending.values()) {
      clearTimeout(limit);
      reject(reason);
    }
    this.#pending.clear();
    void worker?.terminate();
  }
}
