import { ageText } from '@medallion/core/lake/nodes.ts';
import type { RunRecord, TaskRecord } from '@medallion/core/jobs/run.generated.ts';
import { childrenOf, type JobNode } from './job-nodes.ts';

/** How a node looks. Pure: the same node and time give the same picture. */
export interface RenderedJob {
  readonly label: string;
  readonly description: string;
  readonly icon: string;
  /** A theme colour's id. */
  readonly color?: string;
  /** Words that the menus' `when` clauses look for. */
  readonly contextValue: string;
  readonly expands: boolean;
  readonly tooltip: readonly (readonly [name: string, value: string])[];
}

type State = RunRecord['state'] | TaskRecord['state'];

interface StateLook {
  readonly text: string;
  readonly icon: string;
  readonly color?: string;
}

const looks: Readonly<Record<State, StateLook>> = {
  running: { text: 'running', icon: 'loading~spin' },
  succeeded: { text: 'succeeded', icon: 'pass', color: 'testing.iconPassed' },
  succeededWithFailures: { text: 'succeeded with failures', icon: 'warning', color: 'list.warningForeground' },
  failed: { text: 'failed', icon: 'error', color: 'testing.iconFailed' },
  timedOut: { text: 'timed out', icon: 'watch', color: 'testing.iconFailed' },
  cancelled: { text: 'cancelled', icon: 'circle-slash', color: 'testing.iconSkipped' },
  interrupted: { text: 'interrupted', icon: 'debug-disconnect', color: 'testing.iconFailed' },
  skipped: { text: 'up to date', icon: 'pass', color: 'testing.iconSkipped' },
  upstreamFailed: { text: 'upstream failed', icon: 'circle-slash', color: 'testing.iconSkipped' },
  excluded: { text: 'excluded', icon: 'circle-slash', color: 'testing.iconSkipped' },
};

const verdictTexts = { here: '', spark: 'needs Spark', refused: 'refused' } as const;

export function renderJob(node: JobNode, now: Date): RenderedJob {
  const expands = childrenOf(node).length > 0;
  switch (node.kind) {
    case 'job': {
      const [last] = node.runs;
      const named = node.name === node.key ? [] : [['Name', node.name] as const];
      return {
        label: node.key,
        description: last ? runText(last, now) : 'not run yet',
        icon: last ? looks[last.state].icon : 'circle-outline',
        ...colored(last),
        contextValue: 'job definition',
        expands,
        tooltip: [['Job', node.key], ...named, ...errorRows(last?.error)],
      };
    }
    case 'task': {
      const { last, verdict, reason } = node;
      const verdictText = verdictTexts[verdict];
      return {
        label: node.key,
        description: [...(last ? [recordText(last)] : []), ...(verdictText === '' ? [] : [verdictText])].join(', '),
        icon: last ? looks[last.state].icon : verdict === 'refused' ? 'circle-slash' : 'circle-outline',
        ...colored(last),
        contextValue: 'task definition',
        expands,
        tooltip: [
          ['Task', node.key],
          ...(reason === '' ? [] : [[verdictText === '' ? 'Runs here' : verdictText, reason] as const]),
          ...errorRows(last?.error),
        ],
      };
    }
    case 'runs':
      return {
        label: 'Runs',
        description: String(node.runs.length),
        icon: 'history',
        contextValue: 'runs',
        expands,
        tooltip: [],
      };
    case 'run':
      return {
        label: localTime(new Date(node.run.startedAt)),
        description: runText(node.run, now),
        icon: looks[node.run.state].icon,
        ...colored(node.run),
        contextValue: 'run',
        expands,
        tooltip: [['Run', node.run.id], ...errorRows(node.run.error)],
      };
    case 'runTask':
      return {
        label: node.record.input === undefined ? node.record.key : `${node.record.key} ${node.record.input}`,
        description: recordText(node.record),
        icon: looks[node.record.state].icon,
        ...colored(node.record),
        contextValue: 'runTask',
        expands,
        tooltip: [['Task', node.record.key], ...errorRows(node.record.error)],
      };
    case 'error':
      return {
        label: node.message,
        description: node.nextStep,
        icon: 'error',
        color: 'list.errorForeground',
        contextValue: 'error',
        expands,
        tooltip: [
          ['Error', node.message],
          ['Next step', node.nextStep],
        ],
      };
    case 'empty':
      return { label: node.message, description: '', icon: 'dash', contextValue: 'empty', expands, tooltip: [] };
  }
}

/** `2026-05-01 09:55`, as the clock on the wall had it. */
function localTime(at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-');
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

function runText(run: RunRecord, now: Date): string {
  const { text } = looks[run.state];
  if (run.state === 'running') return text;
  const age = ageText(new Date(run.startedAt), now);
  return `${text} ${age === 'now' ? age : `${age} ago`}, ${run.seconds.toFixed(1)} s`;
}

function recordText(record: TaskRecord): string {
  const rows = record.outputs.reduce((sum, output) => sum + output.rows, 0);
  const { text } = looks[record.state];
  const reason = record.reason === undefined || record.state === 'skipped' ? text : `${text} (${record.reason})`;
  const written = record.outputs.length === 0 ? [] : [`${rows.toLocaleString('en')} ${rows === 1 ? 'row' : 'rows'}`];
  const time = record.startedAt === undefined || record.state === 'running' ? [] : [`${record.seconds.toFixed(1)} s`];
  return [reason, ...time, ...written].join(', ');
}

function colored(run: Pick<RunRecord, 'state'> | TaskRecord | undefined): Pick<RenderedJob, 'color'> {
  const color = run && looks[run.state].color;
  return color === undefined ? {} : { color };
}

function errorRows(error: TaskRecord['error']): readonly (readonly [string, string])[] {
  if (!error) return [];
  return [
    ['Error', `${error.message} [${error.code}]`],
    ['Next step', error.nextStep],
  ];
}
