import type { EmulatorOptions } from '@medallion/emulator/index.ts';
import type { RunningDescription } from '../description-file.ts';

/** What the supervising process tells the emulator's process. */
export type ToChild =
  | {
      readonly kind: 'start';
      readonly emulator: Omit<EmulatorOptions, 'executors' | 'logger'>;
      /** The project's state folder (`.medallion`). */
      readonly stateFolder: string;
      readonly descriptionFile: string;
      readonly logFile: string;
      readonly startedBy: string;
    }
  /** From now on the process lives on when its parent ends. */
  | { readonly kind: 'detach' };

export type FromChild =
  | { readonly kind: 'started'; readonly description: RunningDescription }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string; readonly nextStep: string };
