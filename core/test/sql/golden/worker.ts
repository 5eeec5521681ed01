// Judges golden files, one at a time, as its parent names them. DuckDB may die here, and the parent goes on.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDialect } from '@medallion/core/sql/dialect.ts';
import { instantFormatter } from '@medallion/core/engine/child/instant.ts';
import { type Block, parseBlocks } from './blocks.ts';
import { excludedBecause } from './exclusions.ts';
import { type Judgement, judge, type Outcome } from './judge.ts';
import { GoldenSession } from './session.ts';
import { Settings } from './settings.ts';

/** What the parent asks for: a file, without the statements that ended a worker before. */
export interface Task {
  readonly root: string;
  readonly file: string;
  readonly without: readonly number[];
}

export interface Judged {
  readonly at: number;
  readonly sql: string;
  readonly raises: boolean;
  /** Spark's output holds nothing. */
  readonly empty: boolean;
  readonly excluded?: string;
  readonly judgement?: Judgement;
}

export type Message =
  { readonly kind: 'starts'; readonly at: number } | { readonly kind: 'done'; readonly judged: readonly Judged[] };

const dialect = await createDialect();

async function judgeFile(task: Task, starts: (at: number) => void): Promise<Judged[]> {
  const blocks = parseBlocks(readFileSync(join(task.root, task.file), 'utf8'));
  const settings = new Settings(task.file);
  const judged: Judged[] = [];
  await using session = await GoldenSession.open(dialect);
  for (const [at, block] of blocks.entries()) {
    const { sql, raises } = block;
    const base = { at, sql, raises, empty: !raises && block.output === '' };
    // The judge's own part: not a query, and so in no count.
    if (settings.read(sql)) continue;
    const excluded =
      excludedBecause(task.file, block) ?? (settings.unfollowed() && { reason: 'legacy or other configuration' });
    if (excluded) {
      starts(at);
      if (excluded.runs) await judgeBlock(session, settings, block, { trusted: true });
      else if (!raises) session.distrust(sql);
      judged.push({ ...base, excluded: excluded.reason });
      continue;
    }
    if (task.without.includes(at))
      judged.push({ ...base, judgement: { verdict: 'failed', detail: 'The engine died, or gave no answer in time.' } });
    else {
      starts(at);
      judged.push({ ...base, judgement: await judgeBlock(session, settings, block) });
    }
  }
  return judged;
}

async function judgeBlock(
  session: GoldenSession,
  settings: Settings,
  block: Block,
  { trusted = false } = {},
): Promise<Judgement> {
  const profile = { ansi: settings.ansi, timeZone: settings.timeZone, decidedBy: 'golden' };
  let outcome: Outcome;
  try {
    outcome = { kind: 'answer', answer: await session.run(block.sql, profile) };
  } catch (error) {
    outcome = { kind: 'error', error };
  }
  const judgement = judge(block, outcome, { instant: instantFormatter(settings.timeZone), binary: settings.binary });
  if (!trusted && !block.raises && judgement.verdict !== 'same') session.distrust(block.sql);
  return judgement;
}

function send(message: Message): void {
  process.send?.(message);
}

process.on('message', (task: Task) => {
  void judgeFile(task, (at) => send({ kind: 'starts', at })).then((judged) => send({ kind: 'done', judged }));
});
