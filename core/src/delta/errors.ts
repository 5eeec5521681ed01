import { ExpectedError } from '../base/expected-error.ts';

export function corruptLog(location: string, what: string, cause?: unknown): ExpectedError {
  return new ExpectedError({
    code: 'delta.corrupt-log',
    message: `The Delta log of ${location} is damaged: ${what}.`,
    nextStep: 'Restore the file from a backup, or create the table again.',
    cause,
  });
}

export function unsupported(location: string, what: string): ExpectedError {
  return new ExpectedError({
    code: 'delta.unsupported',
    message: `The Delta table ${location} cannot be read or written here: ${what}.`,
    nextStep: 'Use it on Databricks, or create the table without this feature.',
  });
}

export function notATable(location: string): ExpectedError {
  return new ExpectedError({
    code: 'delta.not-a-table',
    message: `${location} is no Delta table: it has no _delta_log with commits.`,
    nextStep: 'Check the path; a folder of plain Parquet files is read with read_files.',
  });
}
