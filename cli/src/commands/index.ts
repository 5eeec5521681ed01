import type { Command } from '../command.ts';
import { down } from './down.ts';
import { env } from './env.ts';
import { status } from './status.ts';
import { up } from './up.ts';

/** In the order in which a newcomer meets them. */
export const commands: readonly Command[] = [up, down, status, env];
