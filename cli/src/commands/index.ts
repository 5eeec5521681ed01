import type { Command } from '../command.ts';
import { down } from './down.ts';
import { env } from './env.ts';
import { ls } from './ls.ts';
import { plan } from './plan.ts';
import { promote } from './promote.ts';
import { query } from './query.ts';
import { run } from './run.ts';
import { scan } from './scan.ts';
import { start } from './start.ts';
import { status } from './status.ts';
import { up } from './up.ts';
import { validate } from './validate.ts';

/** In the order in which a newcomer meets them. */
export const commands: readonly Command[] = [
  start,
  scan,
  up,
  down,
  status,
  env,
  ls,
  query,
  run,
  validate,
  plan,
  promote,
];
