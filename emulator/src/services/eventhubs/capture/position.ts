import { readFileSync, rmSync } from 'node:fs';
import { writeFileAtomic } from '../../../kit/atomic-file.ts';
import { systemErrorCode } from '../../../kit/emulator-error.ts';
import type { CaptureEncoding } from './settings.ts';

/** A file that is being stored. After a crash it is made again from the same events, so it has the same name and bytes. */
export interface PendingFile {
  readonly container: string;
  readonly name: string;
  readonly encoding: CaptureEncoding;
  /** Offset behind its last event. */
  readonly endOffset: number;
  /** The time in its name, milliseconds since 1970. */
  readonly time: number;
}

/** How far one partition is captured. */
export interface CapturePosition {
  /** Offset of the first event that is in no stored file. */
  readonly offset: number;
  /** When the open window began, milliseconds since 1970. */
  readonly openedAt: number;
  /** The time in the name of the last file: names never repeat. 0 before the first. */
  readonly lastFileTime: number;
  readonly pending?: PendingFile;
}

/** Keeps a position in a file that is replaced as a whole. */
export class PositionFile {
  readonly #file: string;
  #current: CapturePosition;

  constructor(file: string, initial: CapturePosition) {
    this.#file = file;
    this.#current = readPosition(file) ?? initial;
    this.save(this.#current);
  }

  get current(): CapturePosition {
    return this.#current;
  }

  save(position: CapturePosition): void {
    writeFileAtomic(this.#file, JSON.stringify(position));
    this.#current = position;
  }

  /** Forgets how far Capture was: where it is switched on again, it begins with the next event. */
  static remove(file: string): void {
    rmSync(file, { force: true });
  }
}

function readPosition(file: string): CapturePosition | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as CapturePosition;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
