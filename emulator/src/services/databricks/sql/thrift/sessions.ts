import { randomUUID } from 'node:crypto';
import type { StatementResult } from '../../../../kit/executors.ts';
import type { StatementRun } from '../statement-runs.ts';

/** What the names of a session's statements are looked up in. */
export interface Namespace {
  readonly catalog?: string;
  readonly schema?: string;
}

export interface WarehouseSession {
  readonly id: string;
  namespace: Namespace;
}

/** A statement, or a question about the catalog that is answered already. */
export interface WarehouseOperation {
  readonly id: string;
  readonly session: WarehouseSession;
  readonly answer: StatementRun | StatementResult;
  /** Rows that were fetched. */
  fetched: number;
}

/** Results are kept in memory: those that a client never closes go after so many milliseconds. */
const keptMs = 60 * 60 * 1000;

/** Sessions and operations of the emulator's present life, by their ids. */
export class WarehouseSessions {
  readonly #sessions = new Map<string, WarehouseSession>();
  readonly #operations = new Map<string, WarehouseOperation>();

  open(namespace: Namespace): WarehouseSession {
    const session = { id: randomUUID(), namespace };
    this.#sessions.set(session.id, session);
    return session;
  }

  session(id: string): WarehouseSession | undefined {
    return this.#sessions.get(id);
  }

  begin(session: WarehouseSession, answer: WarehouseOperation['answer']): WarehouseOperation {
    const operation = { id: randomUUID(), session, answer, fetched: 0 };
    this.#operations.set(operation.id, operation);
    setTimeout(() => this.end(operation), keptMs).unref();
    return operation;
  }

  operation(id: string): WarehouseOperation | undefined {
    return this.#operations.get(id);
  }

  /** The operation's statement may go on; its result is gone. */
  end(operation: WarehouseOperation): void {
    this.#operations.delete(operation.id);
  }

  /** @returns its operations, which end with it. */
  close(session: WarehouseSession): readonly WarehouseOperation[] {
    this.#sessions.delete(session.id);
    const left = [...this.#operations.values()].filter((one) => one.session === session);
    for (const operation of left) this.end(operation);
    return left;
  }
}
