import { formatDiagnostic } from '@medallion/core/base/diagnostic.ts';
import type { ExpectedError } from '@medallion/core/base/expected-error.ts';

/** An expected error as people read it: what was wrong, where, its findings, and what to do next. */
export function errorText(error: ExpectedError): string {
  const where = error.range ? `${error.range.file}:${error.range.start.line}:${error.range.start.column}: ` : '';
  const findings = error.diagnostics.map((diagnostic) => `  ${formatDiagnostic(diagnostic).replaceAll('\n', '\n  ')}`);
  return [`${where}error: ${error.message} [${error.code}]`, ...findings, `  -> ${error.nextStep}`].join('\n');
}

/** The same for `--json`. */
export function errorJson(error: ExpectedError): unknown {
  const { code, message, nextStep, range, diagnostics } = error;
  return {
    error: { code, message, nextStep, ...(range ? { range } : {}), ...(diagnostics.length > 0 ? { diagnostics } : {}) },
  };
}
