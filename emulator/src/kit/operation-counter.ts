/** Counts by operation name (`blob.PutBlob`, `amqp.send`, `databricks.jobs/create`), so that tests can assert effort. */
export interface OperationCounter {
  add(operation: string, count?: number): void;
  /** The counts so far, by operation name in alphabetical order. */
  snapshot(): Readonly<Record<string, number>>;
}

export function createOperationCounter(): OperationCounter {
  const counts = new Map<string, number>();
  return {
    add: (operation, count = 1) => void counts.set(operation, (counts.get(operation) ?? 0) + count),
    snapshot: () => Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}
