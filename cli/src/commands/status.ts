import { findLocalAzure } from '@medallion/local/find.ts';
import type { Command } from '../command.ts';
import { textTable } from '../output/table.ts';

export const status: Command = {
  name: 'status',
  usage: 'status',
  summary: 'tell whether local Azure runs, and where',
  options: {},
  async run({ state }) {
    const found = await findLocalAzure(state);
    if (!found) return { json: { running: false }, text: 'Local Azure does not run. Start it with: medallion up' };
    const { endpoints, pid, startedBy, startedAt } = found;
    return {
      json: { running: true, pid, startedBy, startedAt, endpoints },
      text: `Local Azure runs (pid ${pid}, started by ${startedBy} at ${startedAt}).\n${textTable(['endpoint', 'address'], Object.entries(endpoints))}`,
    };
  },
};
