import { pick, type Random } from '../../random.ts';
import { canGive, chosen, type ChosenForm, type Form, formsOf } from './forms.ts';
import { AGGREGATES, WINDOWED } from './forms/aggregates.ts';
import { CASTS, MORE_CASTS } from './forms/casts.ts';
import { COLLECTIONS } from './forms/collections.ts';
import { DATETIMES } from './forms/datetimes.ts';
import { NUMBERS } from './forms/numbers.ts';
import { TEXTS } from './forms/texts.ts';
import { COLUMN_KINDS, type Kind, KINDS, literal } from './literals.ts';

export const SCALAR_TABLES: readonly (readonly Form[])[] = [
  NUMBERS,
  TEXTS,
  DATETIMES,
  COLLECTIONS,
  `${CASTS}\n${MORE_CASTS}`,
].map(formsOf);
const SCALAR_FORMS = SCALAR_TABLES.flat();
export const AGGREGATE_FORMS = formsOf(AGGREGATES);
export const WINDOW_FORMS = formsOf(WINDOWED);

/** What an expression may name. */
export interface Column {
  readonly name: string;
  readonly kind: Kind;
}

/** What an expression sees, and how deep it may go. */
export interface Place {
  readonly columns: readonly Column[];
  readonly depth: number;
}

/** Kinds that Spark takes in the place of another in most of its functions. */
const COERCIBLE: Readonly<Partial<Record<Kind, readonly Kind[]>>> = {
  tinyint: ['int', 'string'],
  smallint: ['tinyint', 'int', 'string'],
  int: ['tinyint', 'smallint', 'bigint', 'string', 'double', 'decimal'],
  bigint: ['int', 'smallint', 'string', 'decimal'],
  float: ['int', 'double', 'string', 'decimal'],
  double: ['int', 'bigint', 'float', 'decimal', 'string', 'wide'],
  decimal: ['int', 'double', 'wide', 'string'],
  wide: ['bigint', 'decimal', 'float'],
  string: ['int', 'bigint', 'double', 'decimal', 'boolean', 'date', 'timestamp', 'ntz', 'binary', 'float'],
  binary: ['string'],
  boolean: ['string'],
  date: ['string', 'timestamp', 'ntz'],
  timestamp: ['string', 'date', 'ntz'],
  ntz: ['string', 'date', 'timestamp'],
  ints: ['texts'],
  texts: ['ints'],
};
/** How often an argument is of another kind than its form names. */
const COERCED = 0.05;

/** An expression of a kind (or, rarely below the top, of one that Spark takes for it). */
export function expression(random: Random, kind: Kind, place: Place): string {
  if (place.depth > 0 && random() < 0.7) {
    const forms = formsGiving(kind);
    if (forms.length > 0) return filled(random, chosen(random, pick(random, forms), kind), deeper(place));
  }
  const named = place.columns.filter((column) => column.kind === kind);
  if (named.length > 0 && random() < 0.8) return pick(random, named).name;
  return random() < 0.02 ? 'NULL' : literal(random, kind);
}

/** An expression by any form, each table of forms as often as another. */
export function anyExpression(random: Random, place: Place): string {
  if (random() < 0.1) return expression(random, pick(random, KINDS), place);
  return filled(random, chosen(random, pick(random, pick(random, SCALAR_TABLES))), deeper(place));
}

export function filled(random: Random, { text, takes }: ChosenForm, place: Place): string {
  const args = takes.map((kind) => expression(random, random() < COERCED ? coercible(random, kind) : kind, place));
  let at = 0;
  const written = text.replace(/@/g, () => args[at++] ?? 'NULL');
  return /^[\w]+\([^()]*\)$/.test(written) ? written : `(${written})`;
}

export function items(random: Random, place: Place, count: number): string {
  return Array.from({ length: count }, (_, at) => `${anyExpression(random, place)} AS x${at}`).join(', ');
}

export function aggregates(random: Random, place: Place, count: number): string {
  return Array.from(
    { length: count },
    (_, at) => `${filled(random, chosen(random, pick(random, AGGREGATE_FORMS)), place)} AS g${at}`,
  ).join(', ');
}

function coercible(random: Random, kind: Kind): Kind {
  const others = COERCIBLE[kind];
  return others ? pick(random, others) : kind;
}

function deeper(place: Place): Place {
  return { ...place, depth: place.depth - 1 };
}

const giving = new Map<Kind, readonly Form[]>();

function formsGiving(kind: Kind): readonly Form[] {
  const known = giving.get(kind);
  if (known) return known;
  const forms = SCALAR_FORMS.filter((form) => canGive(form, kind));
  giving.set(kind, forms);
  return forms;
}

/** The columns of a table, each with the table's prefix. */
export function columnsOf(prefix: string): readonly Column[] {
  return COLUMN_KINDS.map((kind) => ({ name: `${prefix}_${kind}`, kind }));
}
