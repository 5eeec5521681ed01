import { createHash } from 'node:crypto';
import { stringifyLossless } from '../azure/lossless.ts';
import type { BundleJob, BundleTask } from '../project/bundle-job.ts';
import { textAt, type PlainValue } from '../project/config-node.ts';
import type { TaskRecord } from './run.generated.ts';

/** What the references of one task, or of the job's own parameters, may speak of. */
export interface ReferenceScope {
  readonly job: BundleJob;
  /** `https://...` of the workspace. */
  readonly workspaceUrl: string | undefined;
  readonly runId: string;
  /** How many earlier runs this one continues. */
  readonly repairCount: number;
  readonly triggeredBy: 'one_time' | 'run_job_task';
  readonly startedAt: Date;
  readonly jobParameters: ReadonlyMap<string, string>;
  /** Absent for the job's own parameters. */
  readonly task?: {
    readonly task: BundleTask;
    /** 1 for the first attempt. */
    readonly executionCount: number;
    /** The record of a task that this one comes after. */
    readonly record: (key: string) => TaskRecord | undefined;
    /** Of the task inside a for_each_task. */
    readonly input?: PlainValue;
  };
}

interface KnownReference {
  readonly path: RegExp;
  /** Undefined where it has no value here. */
  readonly value: (scope: ReferenceScope, names: readonly string[]) => string | undefined;
}

/** A name as references write it: plain, or anything in backticks or, as the workspace writes it for its users, in brackets. */
const name = '(\\w[\\w-]*|`[^`]+`|\\[[^\\]]+\\])';

function known(path: string, value: KnownReference['value']): KnownReference {
  return { path: new RegExp(`^${path}$`), value };
}

const ofTime: Readonly<Record<string, (time: Date) => string>> = {
  iso_weekday: (time) => String(time.getUTCDay() === 0 ? 7 : time.getUTCDay()),
  is_weekday: (time) => String(time.getUTCDay() >= 1 && time.getUTCDay() <= 5),
  iso_date: (time) => time.toISOString().slice(0, 10),
  iso_datetime: (time) => time.toISOString(),
  year: (time) => String(time.getUTCFullYear()),
  month: (time) => String(time.getUTCMonth() + 1),
  day: (time) => String(time.getUTCDate()),
  hour: (time) => String(time.getUTCHours()),
  minute: (time) => String(time.getUTCMinutes()),
  second: (time) => String(time.getUTCSeconds()),
  timestamp_ms: (time) => String(time.getTime()),
};

const time = `(${Object.keys(ofTime).join('|')})`;

/** Every documented reference; those without a value here are refused when a run meets them. */
export const knownReferences: readonly KnownReference[] = [
  known('job\\.id', ({ job }) => numberOf(`job ${job.key}`)),
  known('job\\.name', ({ job }) => job.name),
  known('job\\.run_id', ({ runId }) => numberOf(runId)),
  known('job\\.repair_count', ({ repairCount }) => String(repairCount)),
  known(`job\\.start_time\\.${time}`, ({ startedAt }, [part]) => ofTime[part ?? '']?.(startedAt)),
  known(`job\\.trigger\\.time\\.${time}`, ({ startedAt }, [part]) => ofTime[part ?? '']?.(startedAt)),
  known('job\\.trigger\\.type', ({ triggeredBy }) => triggeredBy),
  known('job\\.trigger\\.file_arrival\\.location', () => undefined),
  known(`job\\.parameters\\.${name}`, ({ jobParameters }, [key]) => jobParameters.get(key ?? '')),
  known('task\\.name', ({ task }) => task?.task.key),
  known('task\\.run_id', ({ runId, task }) => task && numberOf(`${runId}/${task.task.key}`)),
  known('task\\.execution_count', ({ task }) => task && String(task.executionCount)),
  known('task\\.notebook_path', ({ task }) => textAt(task?.task.body, 'notebook_path')),
  known(`tasks\\.${name}\\.run_id`, ({ runId }, [key]) => numberOf(`${runId}/${key ?? ''}`)),
  known(`tasks\\.${name}\\.result_state`, ({ task }, [key]) => resultState(task?.record(key ?? ''))),
  known(`tasks\\.${name}\\.error_code`, ({ task }, [key]) => task?.record(key ?? '')?.error?.code),
  known(`tasks\\.${name}\\.execution_count`, ({ task }, [key]) => executions(task?.record(key ?? ''))),
  known(`tasks\\.${name}\\.notebook_path`, ({ job }, [key]) =>
    textAt(job.tasks.find((one) => one.key === key)?.body, 'notebook_path'),
  ),
  known(`tasks\\.${name}\\.values\\.${name}`, ({ task }, [key, value]) =>
    textOf(task?.record(key ?? '')?.values?.[value ?? ''] as PlainValue | undefined),
  ),
  known(`tasks\\.${name}\\.output\\.rows`, ({ task }, [key]) => rowsText(task?.record(key ?? ''))),
  known(`tasks\\.${name}\\.output\\.first_row`, ({ task }, [key]) => textOf(firstRow(task?.record(key ?? '')))),
  known(`tasks\\.${name}\\.output\\.first_row\\.${name}`, ({ task }, [key, column]) =>
    textOf(firstRow(task?.record(key ?? ''))?.[column ?? '']),
  ),
  known(`tasks\\.${name}\\.output\\.alert_state`, () => undefined),
  known('workspace\\.id', () => undefined),
  known('workspace\\.url', ({ workspaceUrl }) => workspaceUrl),
  known(`backfill\\.${time}`, () => undefined),
  known('input', ({ task }) => textOf(task?.input)),
  known(`input\\.${name}`, ({ task }, [key]) => textOf(fieldOf(task?.input, key ?? ''))),
  // The names of before 2023, which the service still reads.
  known('job_id', ({ job }) => numberOf(`job ${job.key}`)),
  known('run_id', ({ runId, task }) => task && numberOf(`${runId}/${task.task.key}`)),
  known('parent_run_id', ({ runId }) => numberOf(runId)),
  known('task_key', ({ task }) => task?.task.key),
  known('start_date', ({ startedAt }) => startedAt.toISOString().slice(0, 10)),
  known('start_time', ({ startedAt }) => String(startedAt.getTime())),
  known('task_retry_count', ({ task }) => task && String(task.executionCount - 1)),
];

/** The service's ids are whole numbers, and code casts them: 48 bits of a hash, the same for the same name. */
function numberOf(text: string): string {
  return String(createHash('sha256').update(text).digest().readUIntBE(0, 6));
}

/** Texts stand as they are, everything else as JSON. */
function textOf(value: PlainValue | undefined): string | undefined {
  if (value === undefined) return undefined;
  return typeof value === 'string' ? value : stringifyLossless(value);
}

function fieldOf(value: PlainValue | undefined, key: string): PlainValue | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, key) ? (value as Readonly<Record<string, PlainValue>>)[key] : undefined;
}

function rowsText(record: TaskRecord | undefined): string | undefined {
  return record?.rows && stringifyLossless(record.rows);
}

function firstRow(record: TaskRecord | undefined): Readonly<Record<string, PlainValue>> | undefined {
  return record?.rows?.[0] as Readonly<Record<string, PlainValue>> | undefined;
}

function executions(record: TaskRecord | undefined): string | undefined {
  return record && String((record.attempts?.length ?? 0) + 1);
}

/** The service's words for how a task ended. */
const resultStates: Readonly<Record<TaskRecord['state'], string | undefined>> = {
  running: undefined,
  succeeded: 'success',
  skipped: 'success',
  failed: 'failed',
  timedOut: 'timedout',
  upstreamFailed: 'upstream_failed',
  excluded: 'excluded',
  cancelled: 'canceled',
  interrupted: 'failed',
};

function resultState(record: TaskRecord | undefined): string | undefined {
  return record && resultStates[record.state];
}
