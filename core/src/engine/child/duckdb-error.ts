import { ExpectedError } from '../../base/expected-error.ts';

interface ErrorKind {
  readonly pattern: RegExp;
  readonly explain: (detail: string, limits: EngineLimits) => ExpectedError;
}

export interface EngineLimits {
  readonly memoryLimitBytes: number;
}

/** DuckDB has no error classes in Node: its messages start with the class's name. First match wins. */
const kinds: readonly ErrorKind[] = [
  { pattern: /^INTERRUPT Error/, explain: () => cancelled() },
  // Spilling stops short of the last byte of the disk (`max_temp_directory_size`); the message begins as one about memory.
  {
    pattern:
      /No space left on device|disk is full|not enough space on the disk|File too large|max_temp_directory_size/i,
    explain: diskFull,
  },
  { pattern: /^Out of Memory Error|failed to pin block/i, explain: outOfMemory },
  { pattern: /^(INTERNAL|FATAL) Error|database has been invalidated/, explain: internal },
  { pattern: /^(Catalog|Parser|Binder|Syntax) Error/, explain: notBound },
];

/** What DuckDB threw, as an error that a user understands; anything that is no DuckDB message stays the bug that it is. */
export function explainDuckdbError(error: unknown, limits: EngineLimits): unknown {
  if (error instanceof ExpectedError || !(error instanceof Error)) return error;
  if (isSystemError(error, 'ENOSPC') || isSystemError(error, 'EFBIG')) return diskFull(error.message);
  // The binding puts words of its own before a parser's message.
  const message = error.message.replace(/^Failed to \w+ statements?: /, '');
  const kind = kinds.find(({ pattern }) => pattern.test(message));
  if (kind) return kind.explain(firstLine(message), limits);
  return /^[A-Z][A-Za-z ]+ Error: /.test(message) ? failed(firstLine(message)) : error;
}

/** True where the whole DuckDB instance is unusable from now on and must be replaced. */
export function invalidatesInstance(error: unknown): boolean {
  return error instanceof ExpectedError && error.code === 'engine.internal';
}

export function cancelled(): ExpectedError {
  return new ExpectedError({
    code: 'engine.cancelled',
    message: 'The run was cancelled.',
    nextStep: 'Run it again when you are ready; what had been committed before stays.',
  });
}

function isSystemError(error: Error, code: string): boolean {
  return 'code' in error && error.code === code;
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? message;
}

function diskFull(detail: string): ExpectedError {
  return new ExpectedError({
    code: 'engine.disk-full',
    message: `The disk of the state folder is full (${detail}).`,
    nextStep: 'Free some space, or choose another state folder with --state, and run it again; no table was changed.',
    kind: 'environment',
  });
}

function outOfMemory(_detail: string, { memoryLimitBytes }: EngineLimits): ExpectedError {
  const megabytes = Math.round(memoryLimitBytes / 1e6);
  return new ExpectedError({
    code: 'engine.out-of-memory',
    message: `The statement needs more memory than the engine's limit of ${megabytes} MB.`,
    nextStep:
      'Raise the limit (memoryLimitBytes of the engine, setting medallion.engine.memoryLimit), or make the statement smaller.',
    kind: 'environment',
  });
}

function internal(detail: string): ExpectedError {
  return new ExpectedError({
    code: 'engine.internal',
    message: `The engine met an error of its own and starts afresh: ${detail}`,
    nextStep: 'Run it again; if it comes again, report the statement and this message.',
  });
}

function notBound(detail: string): ExpectedError {
  return new ExpectedError({
    code: 'engine.analysis-failed',
    message: `The statement cannot be analysed: ${detail.replace(/^\w+ Error: /, '')}`,
    nextStep: 'Check the names of columns and functions in the statement.',
  });
}

function failed(detail: string): ExpectedError {
  return new ExpectedError({
    code: 'engine.statement-failed',
    message: `The statement failed: ${detail.replace(/^[A-Za-z ]+ Error: /, '')}`,
    nextStep: 'Correct the statement or the data; nothing of this statement has become visible.',
  });
}
