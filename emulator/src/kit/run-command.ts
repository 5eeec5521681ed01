import { execFile } from 'node:child_process';

/** The standard output of a system tool, or undefined where it is missing or fails: it only serves to explain. */
export function commandOutput(command: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(command, [...args], { timeout: 5000, windowsHide: true }, (error, stdout) => {
      resolve(error ? undefined : stdout);
    });
  });
}
