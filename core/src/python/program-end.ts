import { isAbsolute } from 'node:path';
import { ExpectedError } from '../base/expected-error.ts';
import type { SourceRange } from '../base/diagnostic.ts';
import type { BridgeOperations, BridgeRequest } from './bridge.ts';
import type { PythonEnd } from './python-process.ts';

/** What the program itself said of its end. */
export interface ProgramEnd {
  succeeded?: BridgeRequest;
  failed?: BridgeRequest;
}

export function endOperations(end: ProgramEnd): BridgeOperations {
  return {
    succeeded: (request) => {
      end.succeeded = request;
    },
    failed: (request) => {
      end.failed = request;
    },
  };
}

/** @throws ExpectedError `python.task-failed` or the runtime's own code, `python.died` */
export function outcomeOf({ succeeded, failed }: ProgramEnd, exit: PythonEnd): { readonly exitValue?: string } {
  if (failed) throw taskFailed(failed);
  if (!succeeded) throw died(exit);
  const { exitValue } = succeeded;
  return typeof exitValue === 'string' ? { exitValue } : {};
}

/** The program's own failure, or the refusal of the runtime. */
export function taskFailed(failed: BridgeRequest): ExpectedError {
  const text = (field: string): string => {
    const value = failed[field];
    return typeof value === 'string' ? value : '';
  };
  const lines = Array.isArray(failed['traceback']) ? failed['traceback'].map(String) : [];
  const range = placeOf(failed);
  const cell = typeof failed['cell'] === 'number' ? ` in cell ${failed['cell']}` : '';
  // A refusal of the runtime has a code and a next step of its own.
  if (text('code') !== '') {
    return new ExpectedError({ code: text('code'), message: text('message'), nextStep: text('next_step'), range });
  }
  return new ExpectedError({
    code: 'python.task-failed',
    message: `${text('type')}${cell}: ${text('message')}`,
    nextStep: 'Correct the program; the last lines of its traceback are listed, all of its output is in the run.',
    range,
    diagnostics: [
      { severity: 'error', code: 'python.traceback', message: lines.join('\n'), ...(range ? { range } : {}) },
    ],
  });
}

function placeOf({ file, line }: BridgeRequest): SourceRange | undefined {
  if (typeof file !== 'string' || typeof line !== 'number' || isAbsolute(file)) return undefined;
  return { file: file.replaceAll('\\', '/'), start: { line, column: 1 } };
}

function died({ code, signal }: PythonEnd): ExpectedError {
  return new ExpectedError({
    code: 'python.died',
    message: `The Python program ended ${signal === null ? `with code ${code ?? '?'}` : `by ${signal}`} without a word.`,
    nextStep: 'Read the last lines of its output in the run; a lack of memory ends programs so.',
  });
}
