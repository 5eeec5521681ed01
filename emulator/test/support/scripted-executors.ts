import type { Executors } from '@medallion/emulator/kit/executors.ts';

/** Waits until the run is cancelled. */
const cancelled = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

/** Executors whose outcome a test chooses by the run's parameter `outcome`; they report back what they were given. */
export const executors: Executors = {
  jobs: {
    async runJob({ settings, parameters, signal, started }) {
      const { outcome = 'SUCCESS' } = parameters;
      const tasks = (settings as { tasks: { task_key: string }[] }).tasks;
      const [first] = tasks;
      started(first!.task_key);
      if (outcome === 'throw') throw new Error('the compute went away');
      if (outcome === 'wait') {
        await cancelled(signal);
        return { result: 'CANCELED', message: 'stopped on request' };
      }
      return {
        result: outcome === 'FAILED' ? 'FAILED' : 'SUCCESS',
        message: JSON.stringify(parameters),
        tasks: [{ taskKey: first!.task_key, result: 'SUCCESS', message: `${tasks.length} tasks` }],
      };
    },
  },
  pipelines: {
    async runPipeline({ pipeline, resources, parameters, signal }) {
      if (parameters['outcome'] === 'wait') {
        await cancelled(signal);
        return { status: 'Cancelled', message: '', activities: [] };
      }
      const input = {
        resources: [...resources.keys()].sort(),
        parameters,
        secret: resources.get('linkedservices/store'),
      };
      const times = { activityRunStart: new Date().toISOString(), activityRunEnd: new Date().toISOString() };
      return {
        status: 'Succeeded',
        message: '',
        activities: [
          { activityName: `copy of ${pipeline}`, activityType: 'Copy', status: 'Succeeded', input, ...times },
        ],
      };
    },
  },
  statements: {
    async runStatement({ statement, maxRows, signal, ...rest }) {
      if (statement === 'wait') {
        await cancelled(signal);
        throw new Error('the statement was cancelled');
      }
      if (statement === 'refuse') return { kind: 'failed', code: 'BAD_REQUEST', message: 'no such table' };
      if (statement === 'throw') throw new Error('the compute went away');
      const count = Math.min(Number(/^rows (\d+)$/.exec(statement)?.[1] ?? 1), maxRows);
      const text = JSON.stringify(rest);
      const rows = Array.from({ length: count }, (_, index) => [String(index), text.slice(0, index === 0 ? 1000 : 0)]);
      const columns = [
        { name: 'n', typeText: 'bigint' },
        { name: 'price', typeText: 'decimal(12,4)' },
      ];
      return { kind: 'succeeded', columns, rows, truncated: false };
    },
  },
};
