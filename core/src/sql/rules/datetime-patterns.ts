import { quoteText } from '../types/duckdb-type.ts';

interface Letter {
  /** strftime's directive, for writing and reading. */
  readonly directive: string;
  /** What Java's strict reader takes; absent: it is only written. */
  readonly reads?: string;
}

/** The letters of Spark's datetime patterns that mean the same in DuckDB. */
const LETTERS: Readonly<Record<string, Letter>> = {
  yyyy: { directive: '%Y', reads: '[0-9]{4}' },
  yy: { directive: '%y' },
  MM: { directive: '%m', reads: '(?:0[1-9]|1[0-2])' },
  M: { directive: '%-m', reads: '(?:0?[1-9]|1[0-2])' },
  MMM: { directive: '%b', reads: '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)' },
  MMMM: {
    directive: '%B',
    reads: '(?:January|February|March|April|May|June|July|August|September|October|November|December)',
  },
  dd: { directive: '%d', reads: '[0-3][0-9]' },
  d: { directive: '%-d', reads: '[0-3]?[0-9]' },
  HH: { directive: '%H', reads: '[0-2][0-9]' },
  H: { directive: '%-H', reads: '[0-2]?[0-9]' },
  hh: { directive: '%I', reads: '(?:0[1-9]|1[0-2])' },
  h: { directive: '%-I', reads: '(?:0?[1-9]|1[0-2])' },
  mm: { directive: '%M', reads: '[0-5][0-9]' },
  m: { directive: '%-M', reads: '[0-5]?[0-9]' },
  ss: { directive: '%S', reads: '[0-5][0-9]' },
  s: { directive: '%-S', reads: '[0-5]?[0-9]' },
  SSS: { directive: '%g', reads: '[0-9]{3}' },
  SSSSSS: { directive: '%f', reads: '[0-9]{6}' },
  a: { directive: '%p', reads: '(?:AM|PM)' },
  EEE: { directive: '%a' },
  E: { directive: '%a' },
  EE: { directive: '%a' },
  EEEE: { directive: '%A' },
  DDD: { directive: '%j' },
  D: { directive: '%-j' },
};

interface Piece {
  readonly letter: Letter | undefined;
  readonly text: string;
  readonly run: string;
}

/** Letters, and text between them; undefined for a letter that is not emulated. */
function pieces(pattern: string): Piece[] | undefined {
  const found: Piece[] = [];
  for (let at = 0; at < pattern.length;) {
    const char = pattern.charAt(at);
    if (char === "'") {
      const end = pattern.indexOf("'", at + 1);
      if (end < 0) return undefined;
      found.push({ letter: undefined, text: end === at + 1 ? "'" : pattern.slice(at + 1, end), run: '' });
      at = end + 1;
    } else if (/[A-Za-z]/.test(char)) {
      const run = /^([A-Za-z])\1*/.exec(pattern.slice(at))?.[0] ?? char;
      const letter = LETTERS[run];
      if (!letter) return undefined;
      found.push({ letter, text: '', run });
      at += run.length;
    } else if (/[#{}[\]]/.test(char)) return undefined;
    else {
      found.push({ letter: undefined, text: char, run: '' });
      at++;
    }
  }
  return found;
}

/** A pattern for strftime, quoted; undefined where it is not emulated. */
export function formatPattern(pattern: string): string | undefined {
  const parts = pieces(pattern);
  // strftime takes no empty pattern.
  if (parts?.length === 0) return undefined;
  return parts && quoteText(parts.map(({ letter, text }) => letter?.directive ?? text.replaceAll('%', '%%')).join(''));
}

/** A pattern for strptime with the regular expression of what Java reads by it, both quoted. */
export function parsePattern(pattern: string): { readonly format: string; readonly regex: string } | undefined {
  const parts = pieces(pattern);
  if (!parts) return undefined;
  const runs = parts.map(({ run }) => run).join(',');
  // A field that Java would fill or check in its own way: no answer rather than another one.
  const hasDate = runs.includes('yyyy') && /(^|,)M{1,4}(,|$)/.test(runs) && /(^|,)dd?(,|$)/.test(runs);
  const halfDay = /(^|,)hh?(,|$)/.test(runs) !== runs.split(',').includes('a');
  if (!hasDate || halfDay || parts.some(({ letter }) => letter && letter.reads === undefined)) return undefined;
  const regex = parts.map(({ letter, text }) => letter?.reads ?? text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('');
  const format = parts
    .map(({ letter, text }) => letter?.directive.replace('%-', '%') ?? text.replaceAll('%', '%%'))
    .join('');
  return { format: quoteText(format), regex: quoteText(regex) };
}
