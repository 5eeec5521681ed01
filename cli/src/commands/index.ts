import type { Command } from '../command.ts';
import { down } from './down.ts';
import { env } from './env.ts';
import { ls } from './ls.ts';
import { query } from './query.ts';
import { run } from './run.ts';
import { status } from './status.ts';
import { up } from './up.ts';

/** In the order in which a newcomer meets them. */
export const commands: readonly Command[] = [up, down, status, env, ls, query, run];
