import { loadFor } from '@medallion/core/project/loaded-project.ts';
import type { Command } from '../command.ts';
import { openLocalAzure, provisionLocal } from '../local-azure.ts';
import { textTable } from '../output/table.ts';

/** `up` stays until Ctrl-C; `up --detach` leaves local Azure running and returns. */
export const up: Command = {
  name: 'up',
  usage: 'up [--detach]',
  summary: 'start local Azure: storage, Event Hubs and the control planes',
  options: { detach: { type: 'boolean', summary: 'leave it running and return; medallion down stops it' } },
  async run(context) {
    const detach = context.flag('detach');
    const loaded = await loadFor(context.project, 'local');
    await using azure = await openLocalAzure(context, loaded, {
      startedBy: 'medallion up',
      detach: false,
      moveTakenPorts: false,
    });
    await provisionLocal(azure.environment, loaded);
    const { endpoints, connectionStrings, pid, startedBy } = azure.description;
    const table = textTable(['endpoint', 'address'], Object.entries(endpoints));
    const json = { endpoints, connectionStrings, pid };
    if (!azure.startedHere)
      return { json, text: `Local Azure runs already (pid ${pid}, started by ${startedBy}).\n${table}` };
    if (detach) {
      azure.detach();
      return { json, text: `${table}\nLocal Azure runs (pid ${pid}). Stop it with: medallion down` };
    }
    context.say(`${table}\nLocal Azure runs. Ctrl-C stops it.`);
    await aborted(context.signal);
    return { json, text: 'Local Azure has stopped; its state is kept.' };
  },
};

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
