import type { BridgeRequest } from './bridge.ts';

/** @throws Error for a field that is no text: only our own runtime asks, so it is a defect. */
export function textOf(request: BridgeRequest, field: string): string {
  const value = request[field];
  if (typeof value !== 'string') throw new Error(`The program's request has no text '${field}'.`);
  return value;
}
