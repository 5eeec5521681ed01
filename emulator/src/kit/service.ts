/** The emulator's ports in their documented order: `--port-base N` gives N to the first, N+1 to the second, and so on. */
export const portNames = ['blob', 'dfs', 'amqp', 'admin', 'control'] as const;
export type PortName = (typeof portNames)[number];

/** Default ports are those that users of the official emulators know. */
export const defaultPorts: Readonly<Record<PortName, number>> = {
  blob: 10000,
  dfs: 10004,
  amqp: 5672,
  admin: 5300,
  control: 5310,
};

export interface EmulatorLogger {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** Counts by operation name (`blob.PutBlob`, `amqp.send`, `databricks.jobs/create`), so that tests can assert effort. */
export interface OperationCounter {
  add(operation: string, count?: number): void;
}
