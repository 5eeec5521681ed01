import { globSync, readFileSync } from 'node:fs';

export interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** The processes of this machine whose command line holds a text, as Linux's /proc tells them. */
export function processesNaming(text: string): readonly RunningProcess[] {
  const all = globSync('/proc/[0-9]*').flatMap((folder) => {
    const command = content(`${folder}/cmdline`)?.replaceAll('\0', ' ').trim();
    const parent = /^PPid:\s*(\d+)/m.exec(content(`${folder}/status`) ?? '')?.[1];
    return command === undefined || parent === undefined
      ? []
      : [{ pid: Number(folder.slice('/proc/'.length)), parent: Number(parent), command }];
  });
  return all.filter(({ command }) => command.includes(text));
}

/** Undefined where the process has ended since it was listed. */
function content(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH'))
      return undefined;
    throw error;
  }
}
