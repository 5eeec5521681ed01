import { readFileSync, rmSync } from 'node:fs';
import type { EmulatorDescription } from '@medallion/emulator/index.ts';
import { writeFileAtomic } from '@medallion/emulator/kit/atomic-file.ts';
import { systemErrorCode } from '@medallion/emulator/kit/emulator-error.ts';

/** A local Azure as every process that shares the state folder sees it. */
export interface RunningDescription extends EmulatorDescription {
  readonly pid: number;
  /** Who started it, for people: `medallion start`, `VS Code`. */
  readonly startedBy: string;
  readonly startedAt: string;
}

export function writeDescription(file: string, description: RunningDescription): void {
  writeFileAtomic(file, JSON.stringify(description, undefined, 2), 0o600);
}

/** The description as written at the last start; undefined where there is none, or where it is torn. */
export function readDescription(file: string): RunningDescription | undefined {
  try {
    const value = JSON.parse(readFileSync(file, 'utf8')) as Partial<RunningDescription>;
    return typeof value.pid === 'number' && value.endpoints !== undefined ? (value as RunningDescription) : undefined;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export function removeDescription(file: string): void {
  rmSync(file, { force: true });
}
