import { join } from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import { taskPath } from '../project/bundle-job.ts';
import { at } from '../project/config-node.ts';
import type { Project } from '../project/project.ts';
import { resolveBundle, type ResolvedBundle } from '../project/resolve-bundle.ts';
import { readTextFile } from '../project/text-file.ts';
import { byCodeUnit } from '../project/walk-folder.ts';
import type { AnalyzedStatement, Dialect } from '../sql/contract.ts';
import { finding, type Rule } from './rule.ts';
import { bundleKeys } from './rules/bundle-keys.ts';
import { factoryReferences } from './rules/factory-references.ts';
import { hubLimits } from './rules/hub-limits.ts';
import { literalSecrets } from './rules/literal-secrets.ts';
import { loading } from './rules/loading.ts';
import { schemaRenamed } from './rules/schema-renamed.ts';
import { settingsTargets } from './rules/settings-targets.ts';
import { taskCompute } from './rules/task-compute.ts';
import { taskFiles } from './rules/task-files.ts';
import { taskGraphs } from './rules/task-graphs.ts';
import { taskSettings } from './rules/task-settings.ts';
import { taskSql } from './rules/task-sql.ts';
import { placesOf } from './scan-tasks.ts';

/** Every rule of `medallion validate`; a new one is a file and a line. */
export const rules: Readonly<Record<string, Rule>> = {
  loading,
  settingsTargets,
  bundleKeys,
  taskGraphs,
  taskCompute,
  taskFiles,
  taskSettings,
  taskSql,
  schemaRenamed,
  factoryReferences,
  hubLimits,
  literalSecrets,
};

export interface ValidateOptions {
  readonly dialect: Pick<Dialect, 'analyze'>;
  /** Bundles as the environment at hand sees them. Default: every bundle in its default target. */
  readonly bundles?: readonly ResolvedBundle[];
}

/** What all rules say of a project, by file and line. Never throws for the project's sake. */
export async function validateProject(project: Project, options: ValidateOptions): Promise<readonly Diagnostic[]> {
  const bundles = options.bundles ?? project.bundles.map((bundle) => resolveBundle(bundle));
  const context = { project, bundles, taskSql: await readTaskSql(project, bundles, options.dialect) };
  const found = await Promise.all(Object.values(rules).map(async (rule) => rule(context)));
  const unique = new Map(found.flat().map((diagnostic) => [JSON.stringify(diagnostic), diagnostic]));
  return [...unique.values()].sort(
    (a, b) =>
      byCodeUnit(a.range?.file ?? '', b.range?.file ?? '') ||
      (a.range?.start.line ?? 0) - (b.range?.start.line ?? 0) ||
      (a.range?.start.column ?? 0) - (b.range?.start.column ?? 0) ||
      byCodeUnit(a.code, b.code),
  );
}

async function readTaskSql(
  project: Project,
  bundles: readonly ResolvedBundle[],
  dialect: Pick<Dialect, 'analyze'>,
): Promise<ReadonlyMap<string, readonly AnalyzedStatement[]>> {
  const tasks = bundles.flatMap(({ jobs }) => jobs.flatMap(placesOf));
  const files = tasks
    .map(({ job, task }) => taskPath(at(task.body, 'file', 'path'), job.files)?.file)
    .filter((file) => file !== undefined);
  const statements = new Map<string, readonly AnalyzedStatement[]>();
  for (const file of new Set(files)) {
    const read = await readTextFile(join(project.root, file));
    if (read.ok) statements.set(file, analyzed(file, read.text, dialect));
  }
  return statements;
}

/** Text that breaks the parser is a finding about that file; the other files are still judged. */
function analyzed(file: string, text: string, dialect: Pick<Dialect, 'analyze'>): readonly AnalyzedStatement[] {
  try {
    return dialect.analyze({ text, file });
  } catch (error) {
    const range = { file, start: { line: 1, column: 1 } };
    const message = `The file's SQL could not be analysed: ${error instanceof Error ? error.message : String(error)}`;
    const next = 'Report the file: the parser should not break on any text.';
    const diagnostics = [finding('error', 'sql.unreadable', message, range, next)];
    return [{ text, range, kind: 'other', verdict: 'refused', diagnostics, reads: [] }];
  }
}
