import type { Command } from './command.ts';

/** Which columns each column of the jobs' tables comes from. */
export const showLineage: Command = {
  id: 'medallion.sql.showLineage',
  async run({ documents }) {
    await documents.showLineage();
  },
};
