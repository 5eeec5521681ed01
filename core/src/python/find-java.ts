import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface JavaFound {
  readonly path: string;
  /** `17.0.15` */
  readonly version: string;
  readonly major: number;
}

/** The Java that Spark would start: JAVA_HOME's, else the one of PATH. Undefined where there is none that runs. */
export async function findJava(
  variables: Readonly<Record<string, string | undefined>> = process.env,
): Promise<JavaFound | undefined> {
  const home = variables['JAVA_HOME'];
  const path = home === undefined || home === '' ? 'java' : join(home, 'bin', 'java');
  const { PATH = '' } = variables;
  // It tells its version on stderr; one that is missing or broken tells none.
  const text = await promisify(execFile)(path, ['-version'], { timeout: 60_000, env: { PATH } }).then(
    ({ stderr }) => stderr,
    () => '',
  );
  const version = /version "([\d._]+)/.exec(text)?.[1];
  return version === undefined ? undefined : { path, version, major: Number.parseInt(version, 10) };
}
