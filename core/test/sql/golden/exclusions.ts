import { readFileSync } from 'node:fs';
import { matchesGlob } from 'node:path';
import type { Block } from './blocks.ts';

interface Rule {
  /** A glob over paths relative to the golden folder; absent: every file. */
  readonly files?: string;
  /** A regular expression over the statement without comments, without case. */
  readonly sql?: string;
  readonly reason: string;
}

const rules = JSON.parse(readFileSync(new URL('golden-excluded.json', import.meta.url), 'utf8')) as readonly Rule[];

/** Why a statement is not asked of the dialect, from golden-excluded.json; undefined: it is. */
export function excludedBecause(file: string, { sql }: Block): string | undefined {
  const text = sql.replace(/\/\*[\s\S]*?\*\/|--[^\n]*/g, ' ').trim();
  const rule = rules.find(
    (one) =>
      (one.files === undefined || matchesGlob(file, one.files)) &&
      (one.sql === undefined || new RegExp(one.sql, 'i').test(text)),
  );
  return rule?.reason;
}
