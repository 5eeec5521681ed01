import { basename } from 'node:path';
import * as vscode from 'vscode';
import { createDatabricksClient } from '@medallion/core/azure/databricks.ts';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import type { Logger } from '@medallion/core/base/logger.ts';
import { loadContracts } from '@medallion/core/contracts/load-contracts.ts';
import { jobSql } from '@medallion/core/jobs/job-sql.ts';
import { catalogOf } from '@medallion/core/lake/project-lake.ts';
import type { LoadedProject } from '@medallion/core/project/loaded-project.ts';
import { contractRelations } from '@medallion/core/sql/editor/contract-relations.ts';
import { type KnownLake, type KnownRelation, NOTHING_KNOWN } from '@medallion/core/sql/editor/known-lake.ts';
import { lakeRelations } from '@medallion/core/sql/editor/lake-relations.ts';
import type { Lineage } from '@medallion/core/sql/editor/lineage.ts';
import type { LocalLake } from '../lake/local-lake.ts';
import type { SqlAnalysis } from './sql-analysis.ts';
import type { SqlDiagnostics } from './sql-diagnostics.ts';

export interface ProjectSqlOptions {
  readonly lake: LocalLake;
  readonly analysis: SqlAnalysis;
  readonly files: Pick<SqlDiagnostics, 'parametersOf'>;
  readonly logger: Logger;
}

/** How long what is known of the lake is believed: a run may have made tables since. */
const freshMilliseconds = 20_000;

/** What the editor knows of the project's tables: the running lake, contracts, and what the statements of its jobs make. */
export class ProjectSql implements vscode.Disposable {
  readonly #options: ProjectSqlOptions;
  readonly #follow: vscode.Disposable;
  #known: { readonly at: number; readonly lake: Promise<KnownLake> } | undefined;

  constructor(options: ProjectSqlOptions) {
    this.#options = options;
    const forget = () => (this.#known = undefined);
    this.#follow = vscode.Disposable.from(
      options.lake.onDidChange(forget),
      vscode.workspace.onDidSaveTextDocument(forget),
    );
  }

  /** For one file, with the values that its task gives. */
  async knownFor(file: string): Promise<KnownLake> {
    if (!this.#known || Date.now() - this.#known.at > freshMilliseconds)
      this.#known = { at: Date.now(), lake: this.#load() };
    const [lake, given] = await Promise.all([this.#known.lake, this.#options.files.parametersOf(file)]);
    return given ? { ...lake, parameters: new Map(Object.entries(given)) } : lake;
  }

  /** Of every job of the bundle. @throws ExpectedError as reading the project does */
  async lineage(): Promise<Lineage> {
    const loaded = await this.#options.lake.project();
    return await this.#lineageOf(loaded, await this.#declared(loaded));
  }

  dispose(): void {
    this.#follow.dispose();
  }

  async #load(): Promise<KnownLake> {
    const { lake, logger } = this.#options;
    if (!lake.folder?.hasProject) return NOTHING_KNOWN;
    try {
      const loaded = await lake.project();
      const declared = await this.#declared(loaded);
      const { tables } = await this.#lineageOf(loaded, declared);
      const made = tables.map(({ name, kind, columns }): KnownRelation => {
        const [table = name, schema = 'default', catalog] = name.split('.').toReversed();
        return { catalog, schema, name: table, kind, source: 'statement', columns };
      });
      return { ...declared, relations: [...declared.relations, ...made] };
    } catch (error) {
      if (!(error instanceof ExpectedError)) throw error;
      // The views say what is wrong with the project; the editor goes on with the text alone.
      logger.debug(`the project's tables are not known: ${error.message}`);
      return NOTHING_KNOWN;
    }
  }

  /** Contracts, and the lake where it runs. */
  async #declared(loaded: LoadedProject): Promise<KnownLake> {
    const { state } = this.#options.lake;
    const catalog = catalogOf(loaded);
    const { contracts } = await loadContracts(loaded.project.root, loaded.project.contracts);
    const said = contractRelations(contracts.flatMap(({ tables }) => tables));
    if (state.kind !== 'running' || catalog === undefined) return { catalog, relations: said, volumes: [] };
    const { relations, volumes } = await lakeRelations(createDatabricksClient(state.environment), catalog);
    return { catalog, relations: [...said, ...relations], volumes };
  }

  async #lineageOf({ project, bundle }: LoadedProject, lake: KnownLake): Promise<Lineage> {
    const jobs = bundle?.jobs ?? [];
    const read = await Promise.all(jobs.map((job) => jobSql({ root: project.root, job, jobs })));
    const sources = read.flatMap((one) => one.sources);
    const found = await this.#options.analysis.ask('lineage', { file: basename(project.root), sources, lake });
    return { ...found, problems: [...read.flatMap(({ problems }) => problems), ...found.problems] };
  }
}
