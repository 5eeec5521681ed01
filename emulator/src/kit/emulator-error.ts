export interface EmulatorErrorOptions {
  /** Stable and searchable: `emulator.<kebab-case-problem>`. */
  readonly code: string;
  /** What was wrong, in words that a user understands. Never a secret. */
  readonly message: string;
  /** What the user does next, as an instruction. */
  readonly nextStep: string;
  readonly cause?: unknown;
}

/**
 * What is expected to go wrong with the emulator itself: a taken port, a locked folder. It has the fields of core's
 * ExpectedError; `local/` turns one into the other, because the emulator imports no other workspace.
 */
export class EmulatorError extends Error {
  override readonly name = 'EmulatorError';
  readonly code: string;
  readonly nextStep: string;

  constructor(options: EmulatorErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code;
    this.nextStep = options.nextStep;
  }
}

/** The code that Node gives to errors of the operating system (`ENOENT`, `EADDRINUSE`), or undefined. */
export function systemErrorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
