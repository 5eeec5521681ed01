import { Worker } from 'node:worker_threads';
import type { HostAnswer, HostRequest } from './host-reader.ts';

const entry = new URL('./host-reader.ts', import.meta.url);

type Told = HostAnswer | { readonly kind: 'hung' };

/** The host's readers in a thread of their own, one file after the other. */
export class Host implements AsyncDisposable {
  #worker: Worker | undefined;
  #tell: (answer: Told) => void = () => undefined;

  /** `hung` where no answer comes in time. */
  async read(request: HostRequest, milliseconds: number): Promise<Told> {
    const worker = (this.#worker ??= this.#start());
    let timer: NodeJS.Timeout | undefined;
    try {
      const answer = await new Promise<Told>((resolve) => {
        this.#tell = resolve;
        timer = setTimeout(() => resolve({ kind: 'hung' }), milliseconds);
        worker.postMessage(request);
      });
      if (answer.kind === 'hung') await this[Symbol.asyncDispose]();
      return answer;
    } finally {
      clearTimeout(timer);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = undefined;
  }

  #start(): Worker {
    const worker = new Worker(entry, { resourceLimits: { maxOldGenerationSizeMb: 1024 } });
    worker.on('message', (answer: HostAnswer) => this.#tell(answer));
    worker.on('error', (error: unknown) => {
      this.#worker = undefined;
      this.#tell({ kind: 'bug', stack: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    });
    return worker;
  }
}
