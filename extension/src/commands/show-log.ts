import type { Command } from './command.ts';

export const showLog: Command = {
  id: 'medallion.log.show',
  run: ({ channel }) => channel.show(true),
};
