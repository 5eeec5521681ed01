import type { Command } from './command.ts';

export const refreshJobs: Command = {
  id: 'medallion.jobs.refresh',
  run: ({ jobs }) => jobs.refresh(),
};
