import { ExpectedError } from '@medallion/core/base/expected-error.ts';

interface FlushReport {
  readonly hubs: readonly {
    readonly name: string;
    readonly partitions: readonly { readonly events: number; readonly files: readonly unknown[] }[];
  }[];
}

/** Closes Capture's open windows now; resolves to the events that this wrote, by hub. */
export async function flushCapture(admin: string, signal: AbortSignal): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(`${admin}/capture/flush`, { method: 'POST', signal });
  if (!response.ok) {
    const { error } = (await response.json()) as { error: { code: string; message: string; nextStep?: string } };
    throw new ExpectedError({
      code: error.code,
      message: error.message,
      nextStep: error.nextStep ?? "Look into local Azure's log.",
      kind: 'environment',
    });
  }
  const { hubs } = (await response.json()) as FlushReport;
  return new Map(hubs.map(({ name, partitions }) => [name, partitions.reduce((sum, { events }) => sum + events, 0)]));
}
