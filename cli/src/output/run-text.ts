import type { RunRecord, TaskError, TaskRecord } from '@medallion/core/jobs/run.generated.ts';
import { textTable } from './table.ts';

/** One run as people read it: a line a task, then what went wrong. */
export function recordText(record: RunRecord): string {
  const table = textTable(['task', 'state', 'seconds', 'statements', 'rows written'], record.tasks.flatMap(rowsOf));
  const resumed = record.resumes === undefined ? '' : `, continuing ${record.resumes.run}`;
  const summary = `${record.job} ${record.state} in ${record.seconds.toFixed(1)} s (run ${record.id}${resumed})`;
  const errors = record.tasks.flatMap(({ key, error }) => (error ? [errorText(`${key}: `, error)] : []));
  return [table, summary, ...(record.error ? [errorText('', record.error)] : []), ...errors].join('\n');
}

/** A task; the iterations of a for_each_task below it. */
function rowsOf(task: TaskRecord): readonly (readonly (string | number)[])[] {
  const inner = task.iterations ?? [];
  return [rowOf(task, task.key), ...inner.map((one) => rowOf(one, `  ${one.key} ${one.input ?? ''}`))];
}

function rowOf(task: TaskRecord, name: string): readonly (string | number)[] {
  const retries = task.attempts?.length ?? 0;
  const notes = [
    ...(task.reason === undefined ? [] : [task.reason]),
    ...(task.condition === undefined ? [] : [String(task.condition)]),
    ...(retries === 0 ? [] : [`${retries} ${retries === 1 ? 'retry' : 'retries'}`]),
  ];
  return [
    name,
    notes.length === 0 ? task.state : `${task.state} (${notes.join('; ')})`,
    Number(task.seconds.toFixed(1)),
    task.statements.length,
    task.outputs.map(({ table, rows }) => `${table.split('.').slice(1).join('.')} ${rows}`).join(', '),
  ];
}

function errorText(prefix: string, { message, code, nextStep, file, line }: TaskError): string {
  const place = file === undefined ? '' : `\n  at ${file}${line === undefined ? '' : `:${line}`}`;
  return `${prefix}${message} [${code}]${place}\n  -> ${nextStep}`;
}

/** What each task read, wrote, turned away and was told, by version. */
export function runDetails(record: RunRecord): string {
  const parameters = Object.entries(record.parameters).map(([name, value]) => `${name}=${value}`);
  const only = record.only === undefined ? [] : [`asked for ${record.only.join(', ')}`];
  const parent =
    record.parent === undefined ? [] : [`run by the task ${record.parent.task} of run ${record.parent.run}`];
  const head = [...(parameters.length === 0 ? [] : [`parameters: ${parameters.join(', ')}`]), ...only, ...parent];
  return [...head, ...record.tasks.flatMap(detailsOf)].join('\n');
}

function detailsOf(task: TaskRecord): readonly string[] {
  const { inputs, outputs, checks, attempts = [] } = task;
  const lines = [
    ...inputs.tables.map(({ table, version }) => `read ${table} version ${version}`),
    ...(inputs.files.length === 0 ? [] : [`read ${inputs.files.length} files`]),
    ...outputs.map(writtenText),
    ...checks
      .filter(({ violations }) => violations > 0)
      .map(({ table, name, severity, violations }) => `${severity}: ${table} ${name}: ${violations} violations`),
    ...attempts.map(({ seconds, error }) => `tried ${seconds.toFixed(1)} s: ${error.message} [${error.code}]`),
    ...(task.ran === undefined ? [] : [`ran the job of run ${task.ran}`]),
    ...Object.entries(task.values ?? {}).map(([key, value]) => `set ${key} = ${JSON.stringify(value)}`),
    ...Object.entries(task.metrics ?? {}).map(([key, value]) => `measured ${key} = ${value}`),
    ...task.warnings.map((warning) => `warning: ${warning}`),
    ...(task.log === undefined ? [] : [`output in ${task.log}`]),
  ];
  return lines.length === 0 ? [] : [`${task.key} (${task.profile})`, ...lines.map((line) => `  ${line}`)];
}

function writtenText({ table, version, rows, files, bytes, quarantineOf }: TaskRecord['outputs'][number]): string {
  const aside = quarantineOf === undefined ? '' : `, turned away by ${quarantineOf}`;
  return `wrote ${table} version ${version}: ${rows} rows, ${files} files, ${bytes} bytes${aside}`;
}
