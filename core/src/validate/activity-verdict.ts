import type { ScanVerdict } from './scan.generated.ts';

export interface ActivityVerdict {
  readonly verdict: ScanVerdict;
  /** Empty where the verdict is `here`. */
  readonly code: string;
  readonly reason: string;
}

/** Judges one activity: its `type`, and its JSON as plain data. */
export type JudgeActivity = (type: string, definition: unknown) => ActivityVerdict;

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
export const judgeActivity: JudgeActivity = (type, definition) => {
  const known = Object.hasOwn(reasons, type) ? reasons[type] : undefined;
  if (known) return { ...known, code: known.verdict === 'spark' ? 'scan.needs-spark' : 'pipelines.not-emulated' };
  const problem = whyRefused(type, definition);
  if (problem === undefined) return { verdict: 'here', code: '', reason: '' };
  return { verdict: 'refused', code: 'pipelines.not-emulated', reason: problem };
};

/** Store settings of a Copy activity that the local copy can serve: the lake's own files. */
const localStores: readonly string[] = [
  'AzureBlobFSReadSettings',
  'AzureBlobFSWriteSettings',
  'AzureBlobStorageReadSettings',
  'AzureBlobStorageWriteSettings',
];

/** Why an activity does not run here; undefined where it does. Copy between files of the lake is the one type so far. */
function whyRefused(type: string, definition: unknown): string | undefined {
  if (type !== 'Copy') return `activities of type ${type} are not emulated yet`;
  for (const side of ['source', 'sink'] as const) {
    const part = (definition as CopyDefinition).typeProperties?.[side];
    const settings = part?.storeSettings?.type;
    if (settings === undefined) return `a Copy whose ${side} is ${part?.type ?? 'not given'} is not emulated yet`;
    if (!localStores.includes(settings)) return `a Copy whose ${side} store has ${settings} is not emulated yet`;
  }
  return undefined;
}

interface CopySide {
  readonly type?: string;
  readonly storeSettings?: { readonly type?: string };
}

interface CopyDefinition {
  readonly typeProperties?: { readonly source?: CopySide; readonly sink?: CopySide };
}
