import type { ComputeProfile } from '../contract.ts';
import { CAST_MACROS } from './casts.ts';
import { COLLECTION_MACROS } from './collections.ts';
import { COLLATION_MACROS } from './collations.ts';
import { DATETIME_MACROS } from './datetimes.ts';
import { JSON_MACROS } from './json.ts';
import { NUMBER_MACROS } from './numbers.ts';
import { TEXT_MACROS } from './texts.ts';
import { TIME_MACROS } from './times.ts';
import { zoneMacros } from './zone.ts';

const FAMILIES = [
  CAST_MACROS,
  NUMBER_MACROS,
  TEXT_MACROS,
  DATETIME_MACROS,
  TIME_MACROS,
  JSON_MACROS,
  COLLECTION_MACROS,
  COLLATION_MACROS,
];

/** The macros that raise one of Spark's conditions, or call one that does. */
export const RAISING_MACROS: ReadonlySet<string> = raisingMacros(
  new Map(FAMILIES.flat().map((macro) => [nameOf(macro), macro])),
);

function nameOf(macro: string): string {
  return /^\w+/.exec(macro)?.[0] ?? '';
}

function raisingMacros(macros: ReadonlyMap<string, string>): ReadonlySet<string> {
  const raising = new Set<string>();
  const raises = (text: string): boolean =>
    /\berror\('\[(?!NOT_EMULATED)/.test(text) ||
    [...text.matchAll(/\bspark_\w+(?=\()/g)].some(([name]) => raising.has(name));
  for (let known = -1; known < raising.size;) {
    known = raising.size;
    for (const [name, text] of macros) if (raises(text.slice(name.length))) raising.add(name);
  }
  return raising;
}

/** Statements to run once on each connection. The session's time zone is set here, so that the text decides and not the machine. */
export function preludeFor(profile: ComputeProfile): readonly string[] {
  const macros = [...zoneMacros(profile.timeZone), ...FAMILIES.flat()];
  return [
    `SET TimeZone = '${profile.timeZone.replaceAll("'", "''")}'`,
    // A constant key orders nothing, in Spark without a complaint.
    'SET order_by_non_integer_literal = true',
    ...macros.map((macro) => `CREATE OR REPLACE MACRO ${macro}`),
  ];
}
