import { whyActivityIsRefused } from '../pipelines/activities/index.ts';
import type { Factory } from '../project/factory.ts';
import type { ScanVerdict } from './scan.generated.ts';

export interface ActivityVerdict {
  readonly verdict: ScanVerdict;
  /** Empty where the verdict is `here`. */
  readonly code: string;
  readonly reason: string;
}

/** Judges one activity: its `type`, its JSON as plain data, and the factory that it stands in. */
export type JudgeActivity = (type: string, definition: unknown, factory: Factory) => ActivityVerdict;

const spark = 'needs Spark; this version does not start Spark locally yet';

/** Activities with a reason of their own; every other type is refused by its name. */
const reasons: Readonly<Record<string, Omit<ActivityVerdict, 'code'>>> = {
  DatabricksNotebook: { verdict: 'spark', reason: `a Databricks notebook ${spark}` },
  DatabricksSparkPython: { verdict: 'spark', reason: `a Databricks Python file ${spark}` },
  SynapseNotebook: { verdict: 'spark', reason: `a Synapse notebook ${spark}` },
  SparkJob: { verdict: 'spark', reason: `a Spark job definition ${spark}` },
  ExecuteDataFlow: { verdict: 'refused', reason: 'mapping data flows are not emulated' },
  ExecuteWranglingDataflow: { verdict: 'refused', reason: 'Power Query data flows are not emulated' },
};

/** The verdict on one activity by itself; what stands around it is the caller's to ask. */
export const judgeActivity: JudgeActivity = (type, definition, factory) => {
  const known = Object.hasOwn(reasons, type) ? reasons[type] : undefined;
  if (known) return { ...known, code: known.verdict === 'spark' ? 'scan.needs-spark' : 'pipelines.not-emulated' };
  const problem = whyActivityIsRefused(type, definition, factory);
  if (problem === undefined) return { verdict: 'here', code: '', reason: '' };
  return { verdict: 'refused', code: 'pipelines.not-emulated', reason: problem };
};
