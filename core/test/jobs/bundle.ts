import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { BundleJob } from '@medallion/core/project/bundle-job.ts';
import { loadProject, primaryBundle } from '@medallion/core/project/project.ts';
import { resolveBundle } from '@medallion/core/project/resolve-bundle.ts';

/** A project on disk with one job, `daily`; files may be written again between runs. */
export interface TestProject extends Disposable {
  readonly root: string;
  write(file: string, text: string): void;
  /** Has the bundle include a file of more resources. */
  include(file: string): void;
  /** The job as loaded anew. */
  job(): Promise<BundleJob>;
  /** It, and what else is under resources.jobs. */
  jobs(): Promise<readonly BundleJob[]>;
}

/** @param job the settings of `daily`, and of `others` by key. */
export function createProject(
  job: string,
  files: Readonly<Record<string, string>> = {},
  others: Readonly<Record<string, string>> = {},
): TestProject {
  const root = mkdtempSync(join(tmpdir(), 'medallion-project-'));
  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  };
  const settings = Object.entries({ daily: job, ...others }).map(
    ([key, text]) => `    ${key}:\n${text.replaceAll(/^/gm, '      ')}\n`,
  );
  const bundle = `bundle:\n  name: shop\nresources:\n  jobs:\n${settings.join('')}`;
  write('databricks.yml', bundle);
  for (const [file, text] of Object.entries(files)) write(file, text);
  const jobs = async () => resolveBundle(primaryBundle(await loadProject(root))).jobs;
  return {
    root,
    write,
    include: (file) => write('databricks.yml', `include: [${file}]\n${bundle}`),
    jobs,
    job: async () => (await jobs()).find(({ key }) => key === 'daily')!,
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** `tasks:` of SQL files `src/<key>.sql`, each after those that it names. */
export function sqlTasks(tasks: Readonly<Record<string, readonly string[]>>): string {
  const entries = Object.entries(tasks).map(([key, after]) => {
    const dependsOn =
      after.length === 0 ? '' : `\n    depends_on: [${after.map((one) => `{task_key: ${one}}`).join(', ')}]`;
    return `  - task_key: ${key}${dependsOn}\n    sql_task:\n      warehouse_id: w\n      file: {path: src/${key}.sql}`;
  });
  return `tasks:\n${entries.join('\n')}`;
}
