import type { SupervisedEngine } from '@medallion/core/engine/client.ts';
import { runJob, type RunJobOptions } from '@medallion/core/jobs/run-job.ts';
import type { RunRecord } from '@medallion/core/jobs/run.generated.ts';
import { script, startLake, type TestLake } from '../engine/lake.ts';
import type { TestProject } from './bundle.ts';

/** A lake with an engine, and what runs of jobs on it do. */
export interface JobRunner extends AsyncDisposable {
  readonly lake: TestLake;
  readonly engine: SupervisedEngine;
  run(project: TestProject, options?: Partial<RunJobOptions>): Promise<Observed>;
  /** Rows of a query in the plain dialect: `SELECT n FROM @{gold.t} -> n:int`. */
  rows(query: string): Promise<readonly (readonly unknown[])[]>;
}

export interface Observed {
  readonly record: RunRecord;
  /** By task. */
  readonly states: Readonly<Record<string, string>>;
  /** How many statements the engine executed for the run. */
  readonly statements: number;
}

/** @param childEntry the engine's child; default: the one with the plain dialect. */
export async function startJobRunner(childEntry?: string): Promise<JobRunner> {
  const lake = await startLake();
  const engine = await lake.engine(childEntry === undefined ? {} : { childEntry });
  return {
    lake,
    engine,
    run: async (project, options = {}) => {
      const before = await engine.statistics();
      const jobs = await project.jobs();
      const record = await runJob({
        root: project.root,
        job: jobs.find(({ key }) => key === 'daily')!,
        jobs,
        environment: lake.azure.environment,
        stateFolder: lake.stateFolder,
        engine,
        lake: { resolver: lake.resolver, storage: lake.storage },
        ...options,
      });
      const { statements } = await engine.statistics();
      return {
        record,
        states: Object.fromEntries(record.tasks.map(({ key, state }) => [key, state])),
        statements: statements - before.statements,
      };
    },
    rows: async (query) => (await engine.query({ ...script(query), maxRows: 100 })).rows,
    [Symbol.asyncDispose]: async () => {
      await engine[Symbol.asyncDispose]();
      await lake[Symbol.asyncDispose]();
    },
  };
}
