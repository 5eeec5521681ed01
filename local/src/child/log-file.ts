import { createWriteStream, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { EmulatorLogger } from '@medallion/emulator/kit/service.ts';

const rotateAtBytes = 5 * 1024 * 1024;

/** Appends to a log file; the file before it is kept as `<file>.1`. A log that cannot be written never stops the emulator. */
export function openLog(file: string): EmulatorLogger & Disposable {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > rotateAtBytes) renameSync(file, `${file}.1`);
  const stream = createWriteStream(file, { flags: 'a', mode: 0o600 });
  stream.on('error', (error) => process.stderr.write(`the log ${file} cannot be written: ${error.message}\n`));
  const write = (level: string) => (message: string) => {
    stream.write(`${new Date().toISOString()} ${level} ${message}\n`);
  };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    [Symbol.dispose]: () => stream.end(),
  };
}
