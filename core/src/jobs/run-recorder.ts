import { ExpectedError } from '../base/expected-error.ts';
import { omit } from './omit.ts';
import type { RunRecord, TaskRecord } from './run.generated.ts';
import { writeRunRecord } from './run-store.ts';
import { errorRecord } from './task-record.ts';

/** The record of one run while it runs: written when it begins, and whenever a task has ended. */
export class RunRecorder {
  readonly #stateFolder: string;
  readonly #now: () => Date;
  /** One write after the other: they replace the same file. */
  #written: Promise<unknown> = Promise.resolve();
  #record: RunRecord;

  private constructor(stateFolder: string, record: RunRecord, now: () => Date) {
    this.#stateFolder = stateFolder;
    this.#record = record;
    this.#now = now;
  }

  static async open(stateFolder: string, record: RunRecord, now: () => Date): Promise<RunRecorder> {
    const recorder = new RunRecorder(stateFolder, record, now);
    await recorder.#write();
    return recorder;
  }

  get record(): RunRecord {
    return this.#record;
  }

  async update(changes: Partial<RunRecord>): Promise<void> {
    this.#record = { ...this.#record, ...changes };
    await this.#write();
  }

  /** A task has begun or ended. */
  async note(task: TaskRecord): Promise<void> {
    await this.update({ tasks: [...this.#record.tasks.filter(({ key }) => key !== task.key), task] });
  }

  async close(state: RunRecord['state'], tasks: readonly TaskRecord[]): Promise<RunRecord> {
    const rest = omit(this.#record, 'process');
    const ended = this.#now();
    const seconds = (ended.getTime() - new Date(rest.startedAt).getTime()) / 1000;
    this.#record = { ...rest, state, endedAt: ended.toISOString(), seconds, tasks: [...tasks] };
    await this.#write();
    return this.#record;
  }

  /** Notes why the run could not begin or could not go on; whoever called it is told by the error itself. */
  async refuse(error: unknown): Promise<void> {
    const what =
      error instanceof ExpectedError
        ? errorRecord(error)
        : {
            code: 'medallion.defect',
            message: error instanceof Error ? error.message : String(error),
            nextStep: 'This is a defect of Medallion: please report it.',
          };
    this.#record = { ...this.#record, error: what };
    await this.close('failed', this.#record.tasks);
  }

  async #write(): Promise<void> {
    const record = this.#record;
    this.#written = this.#written.then(() => writeRunRecord(this.#stateFolder, record));
    await this.#written;
  }
}
