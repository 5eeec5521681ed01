import { stopLocalAzure } from '@medallion/local/stop.ts';
import type { Command } from '../command.ts';

export const down: Command = {
  name: 'down',
  usage: 'down',
  summary: 'stop local Azure, whoever started it; its state is kept',
  options: {},
  async run({ state }) {
    const stopped = await stopLocalAzure(state);
    return {
      json: { stopped },
      text: stopped ? 'Local Azure has stopped; its state is kept.' : 'Local Azure did not run.',
    };
  },
};
