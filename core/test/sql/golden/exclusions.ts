import { readFileSync } from 'node:fs';
import { matchesGlob } from 'node:path';
import type { Block } from './blocks.ts';

interface Rule {
  /** A glob over paths relative to the golden folder; absent: every file. */
  readonly files?: string;
  /** A regular expression over the statement without comments, without case. */
  readonly sql?: string;
  readonly reason: string;
  /** It is run all the same, because what it stores does not depend on that. */
  readonly runs?: boolean;
}

const rules = JSON.parse(readFileSync(new URL('golden-excluded.json', import.meta.url), 'utf8')) as readonly Rule[];

/** Why a statement is not asked of the dialect, from golden-excluded.json; undefined: it is. */
export function excludedBecause(file: string, { sql }: Block): Pick<Rule, 'reason' | 'runs'> | undefined {
  const text = sql.replace(/\/\*[\s\S]*?\*\/|--[^\n]*/g, ' ').trim();
  return rules.find(
    (one) =>
      (one.files === undefined || matchesGlob(file, one.files)) &&
      (one.sql === undefined || new RegExp(one.sql, 'i').test(text)),
  );
}
