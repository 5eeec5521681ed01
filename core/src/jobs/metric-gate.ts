import type { MetricGate } from '../project/medallion.generated.ts';
import { metricGates } from '../project/python-settings.ts';
import type { TaskError } from './run.generated.ts';

/** Why the metrics of a task do not pass the gate that medallion.yaml sets for it; undefined where they do, or none is set. */
export async function gateError(
  root: string,
  task: string,
  metrics: Readonly<Record<string, number>>,
): Promise<TaskError | undefined> {
  const gates = (await metricGates(root))[task] ?? {};
  const failures = Object.entries(gates).flatMap(([name, gate]) => failure(name, gate, metrics[name]) ?? []);
  if (failures.length === 0) return undefined;
  return {
    code: 'jobs.metrics-gate',
    message: `${task} does not pass its gate: ${failures.join('; ')}.`,
    nextStep: 'Better the model or its data, or change gates in medallion.yaml together with those who rely on it.',
  };
}

function failure(name: string, { minimum, maximum }: MetricGate, value: number | undefined): string | undefined {
  if (value === undefined) return `it reported no ${name}`;
  if (minimum !== undefined && value < minimum) return `${name} is ${value}, less than ${minimum}`;
  return maximum !== undefined && value > maximum ? `${name} is ${value}, more than ${maximum}` : undefined;
}
