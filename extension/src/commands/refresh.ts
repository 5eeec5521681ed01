import { type Command, isLakeNode } from './command.ts';

/** Reloads a node, or the whole view where none is given. */
export const refresh: Command = {
  id: 'medallion.lakehouse.refresh',
  async run({ lake, view }, argument) {
    await lake.refresh();
    view.refresh(isLakeNode(argument) ? argument : undefined);
  },
};
