import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import type { ExportFormat } from '@medallion/core/engine/contract.ts';
import type { CommandContext } from '../command.ts';

const formats = ['csv', 'json', 'parquet'] as const satisfies readonly ExportFormat[];

/** Where a query's rows go: to the file that was named, or through a file of ours to stdout. */
export interface ExportTarget extends AsyncDisposable {
  readonly format: ExportFormat;
  /** Absolute. */
  readonly path: string;
  /** True where the rows themselves go to stdout. */
  readonly toStdout: boolean;
  /** Sends what was written on its way. */
  finish(): Promise<void>;
}

/** Undefined where people read the rows as a table. @throws ExpectedError `usage.format`, `usage.output` */
export async function exportTarget(context: CommandContext): Promise<ExportTarget | undefined> {
  const [given, output] = [context.text('format'), context.text('output')];
  const format = formats.find((known) => known === given);
  if (given !== undefined && given !== 'table' && !format) throw unknownFormat(given);
  if (!format) {
    if (output !== undefined) throw badOutput('--output takes a --format: csv, json or parquet.');
    return undefined;
  }
  if (output !== undefined) {
    const path = resolve(output);
    await mkdir(dirname(path), { recursive: true });
    return {
      format,
      path,
      toStdout: false,
      finish: () => Promise.resolve(),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }
  if (context.json) throw badOutput('With --json stdout is for the answer: the rows need a file.');
  if (format === 'parquet' && process.stdout.isTTY) throw badOutput('Parquet is not for a terminal.');
  await mkdir(context.state, { recursive: true });
  const path = join(context.state, `export-${randomUUID()}.${format}`);
  return {
    format,
    path,
    toStdout: true,
    finish: () => pipeline(createReadStream(path), process.stdout, { end: false }),
    [Symbol.asyncDispose]: () => rm(path, { force: true }),
  };
}

function unknownFormat(given: string): ExpectedError {
  return new ExpectedError({
    code: 'usage.format',
    message: `--format takes table, ${formats.join(', ')}, not '${given}'.`,
    nextStep: 'Name one of them.',
    kind: 'environment',
  });
}

function badOutput(message: string): ExpectedError {
  return new ExpectedError({
    code: 'usage.output',
    message,
    nextStep: 'Write for instance: --format parquet --output orders.parquet',
    kind: 'environment',
  });
}
