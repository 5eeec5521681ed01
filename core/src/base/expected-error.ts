import type { Diagnostic, SourceRange } from './diagnostic.ts';

export interface ExpectedErrorOptions {
  /** Stable and searchable: `<area>.<kebab-case-problem>`. Compare codes, never message text. */
  readonly code: string;
  /** What was wrong, in words that a user understands. Never a secret. */
  readonly message: string;
  /** What the user does next, as an instruction. */
  readonly nextStep: string;
  readonly range?: SourceRange | undefined;
  /** The findings behind it, where there are several. */
  readonly diagnostics?: readonly Diagnostic[] | undefined;
  /** `refused`: input was checked and turned down (exit code 1). `environment`: usage or machine (exit code 2). */
  readonly kind?: 'refused' | 'environment';
  readonly cause?: unknown;
}

/**
 * The one class for what is expected to go wrong. Anything else that is thrown is a bug and keeps its stack.
 * Shown at the edges only: the CLI's main and the extension's command wrapper.
 */
export class ExpectedError extends Error {
  override readonly name = 'ExpectedError';
  readonly code: string;
  readonly nextStep: string;
  readonly range: SourceRange | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly kind: 'refused' | 'environment';

  constructor(options: ExpectedErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code;
    this.nextStep = options.nextStep;
    this.range = options.range;
    this.diagnostics = options.diagnostics ?? [];
    this.kind = options.kind ?? 'refused';
  }
}

/** An ExpectedError as plain data, to cross a process boundary. */
export interface ExpectedErrorData extends Omit<ExpectedErrorOptions, 'cause'> {
  readonly kind: 'refused' | 'environment';
}

export function expectedErrorToData(error: ExpectedError): ExpectedErrorData {
  const { code, message, nextStep, range, diagnostics, kind } = error;
  return { code, message, nextStep, range, diagnostics, kind };
}
