import type { Command } from '../command.ts';

/** A command as `--help` lists it; its code is loaded when it is called, so that `status` does not wait for a SQL parser. */
export interface CommandEntry {
  readonly name: string;
  readonly load: () => Promise<Command>;
}

/** In the order in which a newcomer meets them. */
export const commands: readonly CommandEntry[] = [
  { name: 'start', load: async () => (await import('./start.ts')).start },
  { name: 'scan', load: async () => (await import('./scan.ts')).scan },
  { name: 'doctor', load: async () => (await import('./doctor.ts')).doctor },
  { name: 'up', load: async () => (await import('./up.ts')).up },
  { name: 'down', load: async () => (await import('./down.ts')).down },
  { name: 'status', load: async () => (await import('./status.ts')).status },
  { name: 'env', load: async () => (await import('./env.ts')).env },
  { name: 'ls', load: async () => (await import('./ls.ts')).ls },
  { name: 'query', load: async () => (await import('./query.ts')).query },
  { name: 'run', load: async () => (await import('./run.ts')).run },
  { name: 'test', load: async () => (await import('./test.ts')).test },
  { name: 'history', load: async () => (await import('./history.ts')).history },
  { name: 'lineage', load: async () => (await import('./lineage.ts')).lineage },
  { name: 'validate', load: async () => (await import('./validate.ts')).validate },
  { name: 'plan', load: async () => (await import('./plan.ts')).plan },
  { name: 'promote', load: async () => (await import('./promote.ts')).promote },
];
