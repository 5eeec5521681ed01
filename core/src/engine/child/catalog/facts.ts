import { ExpectedError } from '../../../base/expected-error.ts';
import type { DescribedRelation, DescribedView, Statistics } from './host.ts';

/** One fact of a relation: its name in what people read and in JSON, and its value. */
export interface Fact {
  readonly title: string;
  readonly value: string;
}

const SECRET = /secret|password|token|access[.]?key|url/i;

/** Options and properties whose names or values look like secrets, without them; by name. */
export function redacted(properties: ReadonlyMap<string, string>): [string, string][] {
  return [...properties]
    .map(([key, value]): [string, string] => [
      key,
      SECRET.test(key) || SECRET.test(value) ? '*********(redacted)' : value,
    ])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** What a catalog keeps of a relation beside its columns, in Spark's order (`CatalogTable.toJsonLinkedHashMap`). */
export function factsOf(relation: DescribedRelation): Fact[] {
  const { catalog, schema, table, owner, createdAt, createdBy, type, provider, comment, location } = relation;
  const { buckets, options, view, properties, statistics } = relation;
  if (statistics === 'unknown') throw unknownStatistics(table);
  const own = ownProperties(relation);
  return present([
    ['Catalog', catalog],
    ['Database', schema],
    ['Table', table],
    ['Owner', owner],
    ['Created Time', createdAt === undefined ? undefined : javaDate(createdAt)],
    ['Last Access', 'UNKNOWN'],
    ['Created By', createdBy],
    ['Type', type],
    ['Provider', provider],
    ['Num Buckets', buckets && String(buckets.count)],
    ['Bucket Columns', buckets && namesText(buckets.columns)],
    ['Sort Columns', buckets && namesText(buckets.sorted)],
    ['Comment', comment],
    ['Collation', properties.get('collation')],
    ...(view ? viewFacts(view, relation.temporary) : []),
    ['Table Properties', own.size === 0 ? undefined : pairsText(own)],
    ['Statistics', statistics && statisticsText(statistics)],
    ['Location', location],
    ['Storage Properties', options && options.size > 0 ? pairsText(options) : undefined],
    ['Partition Provider', relation.partitionColumns.length > 0 ? 'Catalog' : undefined],
  ]);
}

/** The properties that people gave; what a catalog keeps of a view's text under names of its own is none. */
export function ownProperties({ properties }: DescribedRelation): ReadonlyMap<string, string> {
  return new Map([...properties].filter(([key]) => !key.startsWith('view.') && key !== 'collation'));
}

function viewFacts(view: DescribedView, temporary: boolean): [string, string | undefined][] {
  const { text, schemaMode, home, outputColumns } = view;
  return [
    ['View Text', text],
    ['View Original Text', temporary ? undefined : text],
    ['View Schema Mode', schemaMode],
    ['View Catalog and Namespace', homeText(home)],
    ['View Query Output Columns', outputColumns && namesText(outputColumns)],
  ];
}

function statisticsText({ bytes, rows }: Statistics): string {
  return `${bytes} bytes${rows === undefined ? '' : `, ${rows} rows`}`;
}

function unknownStatistics(table: string): ExpectedError {
  return new ExpectedError({
    code: 'sql.not-emulated',
    message: `The statistics of ${table} are not known here.`,
    nextStep: 'Leave EXTENDED out.',
  });
}

function homeText({ catalog, schema }: DescribedView['home']): string {
  return [catalog, schema].flatMap((name) => (name === undefined ? [] : [quotedPart(name)])).join('.');
}

function present(facts: readonly (readonly [string, string | undefined])[]): Fact[] {
  return facts.flatMap(([title, value]) => (value === undefined ? [] : [{ title, value }]));
}

function pairsText(map: ReadonlyMap<string, string>): string {
  return `[${redacted(map)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ')}]`;
}

/** Names in brackets, each in backticks. */
export function namesText(names: readonly string[]): string {
  return `[${names.map((name) => `\`${name.replaceAll('`', '``')}\``).join(', ')}]`;
}

/** A name as Spark writes it where it needs no backticks. */
export function quotedPart(name: string): string {
  return /^[a-zA-Z_][\w]*$/.test(name) ? name : `\`${name.replaceAll('`', '``')}\``;
}

const DAYS = 'Sun Mon Tue Wed Thu Fri Sat'.split(' ');
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** As Java's `Date.toString` in UTC: `Mon Nov 30 15:56:10 UTC 2026`. */
export function javaDate(milliseconds: number): string {
  const date = new Date(milliseconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':');
  const day = `${DAYS[date.getUTCDay()] ?? ''} ${MONTHS[date.getUTCMonth()] ?? ''} ${two(date.getUTCDate())}`;
  return `${day} ${time} UTC ${date.getUTCFullYear()}`;
}
