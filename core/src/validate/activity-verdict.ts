import { judgeActivity as judge } from '../pipelines/activities/index.ts';
import type { ProgramFolder } from '../pipelines/programs.ts';
import type { Factory } from '../project/factory.ts';
import type { ScanVerdict } from './scan.generated.ts';

export interface ActivityVerdict {
  readonly verdict: ScanVerdict;
  /** Empty where the verdict is `here`. */
  readonly code: string;
  readonly reason: string;
}

/** Judges one activity: its `type`, its JSON as plain data, the factory that it stands in, and the files that it may start. */
export type JudgeActivity = (
  type: string,
  definition: unknown,
  factory: Factory,
  folder?: ProgramFolder,
) => ActivityVerdict;

const spark = 'needs Spark; this version does not start Spark locally yet';

/** Activities with a reason of their own; every other type is refused by its name. */
const reasons: Readonly<Record<string, Omit<ActivityVerdict, 'code'>>> = {
  SynapseNotebook: { verdict: 'spark', reason: `a Synapse notebook ${spark}` },
  SparkJob: { verdict: 'spark', reason: `a Spark job definition ${spark}` },
  SqlServerStoredProcedure: {
    verdict: 'refused',
    reason: 'stored procedures of a SQL database or pool are not emulated',
  },
  ExecuteDataFlow: { verdict: 'refused', reason: 'mapping data flows are not emulated' },
  ExecuteWranglingDataflow: { verdict: 'refused', reason: 'Power Query data flows are not emulated' },
};

/** The verdict on one activity by itself; what stands around it is the caller's to ask. */
export const judgeActivity: JudgeActivity = (type, definition, factory, folder) => {
  const known = Object.hasOwn(reasons, type) ? reasons[type] : undefined;
  const { verdict, reason } = known ?? judge(type, definition, factory, folder);
  return { verdict, code: codes[verdict], reason };
};

const codes: Readonly<Record<ScanVerdict, string>> = {
  here: '',
  spark: 'scan.needs-spark',
  refused: 'pipelines.not-emulated',
};
