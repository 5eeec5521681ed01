import { join, posix } from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Bundle } from '../project/bundle.ts';
import { templatePipelines } from '../project/arm-template.ts';
import { entriesAt, mapAt } from '../project/config-node.ts';
import type { RunnableTask } from '../jobs/task-kind.ts';
import { judgePipeline } from '../jobs/pipeline-resource.ts';
import { releasedTo } from '../project/loaded-project.ts';
import { loadProject, type Project } from '../project/project.ts';
import { readGit } from '../project/read-git.ts';
import { pythonSection, resolveWithPython } from '../project/python-resources.ts';
import { resolveBundle, type ResolvedBundle, type ResolveOptions } from '../project/resolve-bundle.ts';
import { settingsFileName } from '../project/settings.ts';
import { readTextFile } from '../project/text-file.ts';
import { withTextValues, withUnknownValues } from '../project/text-values.ts';
import { byCodeUnit } from '../project/walk-folder.ts';
import type { Dialect } from '../sql/contract.ts';
import type { JudgeActivity } from './activity-verdict.ts';
import { inferSettings } from './infer-settings.ts';
import { scanActivities } from './scan-activities.ts';
import { scanLooseSql, scanSqlText, type ScannedSql } from './scan-statements.ts';
import { everyTarget, scanTasks } from './scan-tasks.ts';
import type { ScanItem, ScanReport, VerdictCounts } from './scan.generated.ts';

export interface ScanDependencies {
  readonly dialect: Pick<Dialect, 'analyze'>;
  readonly judgeActivity: JudgeActivity;
  /** Loads resources that bundles define in Python, which runs the project's code. Default: false. */
  readonly loadPython?: boolean;
}

export interface ScanOutcome {
  readonly report: ScanReport;
  readonly project: Project;
  /** The text of a `medallion.yaml` for the project; undefined where it has one. */
  readonly inferredSettings: string | undefined;
}

/**
 * Lists what of a folder runs here. What it cannot read or does not know becomes an item; only a folder that does not exist
 * rejects (`project.not-found`). The same folder gives the same report.
 */
export async function scan(folder: string, dependencies: ScanDependencies): Promise<ScanOutcome> {
  const project = releasedTo(await loadProject(folder), 'local');
  const sql = createSqlReader(project, dependencies.dialect);
  const { loadPython = false } = dependencies;
  const bundles = await Promise.all(
    project.bundles.map(async (bundle) => {
      const git = await readGit(join(project.root, bundle.folder));
      const resolve = (asked: ResolveOptions) => {
        const options = { ...asked, ...(git ? { git } : {}) };
        return loadPython ? resolveWithPython(project.root, bundle, options) : resolveBundle(bundle, options);
      };
      return { bundle, targets: await everyTarget(bundle, resolve) };
    }),
  );
  const items: ScanItem[] = [...project.diagnostics.map(toNote), ...bundleTemplates(project.files)];
  for (const { bundle, targets } of bundles) {
    items.push(...bundle.diagnostics.map(toNote), ...(targets[0]?.diagnostics ?? []).map(toNote));
    items.push(...(loadPython ? [] : pythonResources(bundle)), ...pipelineResources(project.root, targets));
    items.push(
      ...(await scanTasks(targets, {
        root: project.root,
        statements: async (file, textValues) => (await sql.read(file, textValues)).items,
      })),
    );
  }
  const { sources, notes } = bundleSources(project);
  items.push(...notes);
  for (const file of sources) await sql.readLoose(file);
  items.push(...sql.all().flatMap((scanned) => scanned.items));
  const readText = (file: string) => readTextFile(join(project.root, file));
  const templates = await templatePipelines({ files: project.files, readText }, project.factories);
  for (const factory of [...project.factories, ...templates]) {
    items.push(...factory.diagnostics.map(toNote), ...scanActivities(factory, dependencies.judgeActivity, project));
  }
  const report = reportOf(items);
  const resolved = bundles.flatMap(({ targets }) => targets.slice(0, 1));
  const schemas = sql.all().flatMap((scanned) => scanned.schemas);
  const infers = !project.files.includes(settingsFileName) && isProject(project);
  return { report, project, inferredSettings: infers ? inferSettings(project, resolved, schemas) : undefined };
}

function isProject({ bundles, factories }: Project): boolean {
  return bundles.length > 0 || factories.length > 0;
}

/** A template of bundles is none yet: its files hold Go templates in place of YAML. */
function bundleTemplates(files: readonly string[]): readonly ScanItem[] {
  return files
    .filter((file) => posix.basename(file) === 'databricks_template_schema.json')
    .map((file) => {
      const reason = 'a template that bundles are made from; scan a bundle that "databricks bundle init" made of it';
      return note(posix.basename(file), file, 1, 'scan.bundle-template', reason);
    });
}

interface SqlReader {
  /** A file that a task names. */
  read(file: string, textValues: RunnableTask['textValues']): Promise<ScannedSql>;
  /** One that none does, where it was not read before. */
  readLoose(file: string): Promise<ScannedSql>;
  all(): readonly ScannedSql[];
}

/** Reads and judges each file once. Whatever a file does to the parser stays that file's own item. */
function createSqlReader(project: Project, dialect: Pick<Dialect, 'analyze'>): SqlReader {
  const known = new Map<string, ScannedSql>();
  const judge = async (file: string, scanText: typeof scanSqlText): Promise<ScannedSql> => {
    const read = await readTextFile(join(project.root, file));
    if (!read.ok) return unreadable(file, `the file was not read: ${read.reason} (${read.detail})`);
    try {
      return scanText(file, read.text, dialect);
    } catch (error) {
      return unreadable(
        file,
        `the file's SQL could not be analysed: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  };
  const once = async (file: string, scanText: typeof scanSqlText): Promise<ScannedSql> => {
    const found = known.get(file) ?? (await judge(file, scanText));
    known.set(file, found);
    return found;
  };
  return {
    read: (file, values) =>
      once(file, (name, text, by) =>
        scanSqlText(name, values ? withUnknownValues(withTextValues(text, values)) : text, by),
      ),
    readLoose: (file) => once(file, scanLooseSql),
    all: () => [...known.values()],
  };
}

function unreadable(file: string, reason: string): ScannedSql {
  return { items: [note(file, file, 1, 'scan.unreadable', reason)], schemas: [] };
}

/** Files below a bundle that may hold Databricks SQL; folders in another dialect are named once instead. */
function bundleSources(project: Project): { sources: readonly string[]; notes: readonly ScanItem[] } {
  const foreign = project.files.flatMap((file) => {
    const base = posix.basename(file);
    const folder = posix.dirname(file) === '.' ? '' : `${posix.dirname(file)}/`;
    if (/^dbt_project\.ya?ml$/.test(base))
      return [{ file, folder, reason: 'dbt projects (Jinja SQL) are not emulated' }];
    if (base.endsWith('.sqlproj'))
      return [{ file, folder, reason: 'SQL Server projects are T-SQL, not Databricks SQL' }];
    return [];
  });
  const isInBundle = (file: string): boolean =>
    project.bundles.some(({ folder }) => folder === '' || file.startsWith(`${folder}/`));
  const relevant = foreign.filter(({ file }) => isInBundle(file));
  return {
    sources: project.files.filter(
      (file) =>
        /\.(sql|py|ipynb|scala|r)$/i.test(file) &&
        isInBundle(file) &&
        !relevant.some(({ folder }) => file.startsWith(folder) && isForeignSql(file)),
    ),
    notes: relevant.map(({ file, reason }) => note(posix.basename(file), file, 1, 'scan.other-dialect', reason)),
  };
}

function isForeignSql(file: string): boolean {
  return /\.sql$/i.test(file);
}

/** Scanning alone runs no code of a project, which may be anybody's. */
function pythonResources(bundle: Bundle): readonly ScanItem[] {
  const section = pythonSection(bundle.config);
  if (!section) return [];
  const { file, start } = section.range;
  const reason =
    'resources defined in Python are not loaded; medallion scan --python loads them, which runs their code';
  return [note('python', file, start.line, 'bundle.python-resources', reason)];
}

/** Pipelines that do not run here; those of SQL do, with the tasks that refresh them. */
function pipelineResources(root: string, targets: readonly ResolvedBundle[]): readonly ScanItem[] {
  const found = new Map<string, ScanItem>();
  for (const { config, jobs } of targets) {
    const job = { resources: mapAt(config, 'resources'), files: jobs[0]?.files };
    for (const [key, { keyRange, value }] of entriesAt(config, 'resources', 'pipelines')) {
      const place = `${keyRange.file}\n${key}`;
      const judged = value.kind === 'map' ? judgePipeline({ root, job }, key, value) : undefined;
      if (found.has(place) || !judged || !('runs' in judged)) continue;
      const { file, start } = keyRange;
      found.set(place, note(`pipeline ${key}`, file, start.line, 'jobs.pipeline-not-emulated', judged.reason));
    }
  }
  return [...found.values()];
}

function toNote({ range, code, message, severity }: Diagnostic): ScanItem {
  const found = note(range?.file ?? '.', range?.file ?? '.', range?.start.line ?? 1, code, message);
  return severity === 'error' ? found : { ...found, verdict: 'here' };
}

function note(name: string, file: string, line: number, code: string, reason: string): ScanItem {
  return { kind: 'note', name, file, line, verdict: 'refused', code, reason };
}

const kindOrder = { note: 0, task: 1, statement: 2, activity: 3 } as const;

function reportOf(found: readonly ScanItem[]): ScanReport {
  // Two bundles may include the same file: what stands there is one task.
  const items = [...new Map(found.map((item) => [JSON.stringify(item), item])).values()];
  const count = (kind: ScanItem['kind']): VerdictCounts => {
    const of = (verdict: ScanItem['verdict']): number =>
      items.filter((item) => item.kind === kind && item.verdict === verdict).length;
    return { here: of('here'), spark: of('spark'), refused: of('refused') };
  };
  return {
    totals: { tasks: count('task'), statements: count('statement'), activities: count('activity') },
    items: items.sort(
      (a, b) =>
        kindOrder[a.kind] - kindOrder[b.kind] ||
        byCodeUnit(a.file, b.file) ||
        a.line - b.line ||
        byCodeUnit(a.name, b.name),
    ),
  };
}
