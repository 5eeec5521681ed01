import type { Snapshot } from '../../../delta/actions.ts';
import { quoteLiteral } from '../../../delta/duckdb-types.ts';
import type { FileFilter } from '../../../delta/skipping.ts';
import type { ScanFilter } from '../../../sql/contract.ts';
import type { Run } from '../context.ts';
import { isPadded } from './declared-columns.ts';

type Alternatives = readonly (readonly FileFilter[])[];

/** The dialect's conditions with instants as numbers: what a time without a zone means is the session's to say. */
export async function resolvedFilters(
  run: Run,
  { schema }: Pick<Snapshot, 'schema'>,
  alternatives: readonly (readonly ScanFilter[])[] = [],
): Promise<Alternatives> {
  const types = new Map(schema.fields.map(({ name, type }) => [name.toLowerCase(), type]));
  const resolve = async (filter: ScanFilter): Promise<FileFilter> => {
    const type = types.get(filter.column.toLowerCase());
    if (type !== 'timestamp' && type !== 'timestamp_ntz') return filter;
    const values = await Promise.all(filter.values.map((value) => instant(run, type, value)));
    return { ...filter, values };
  };
  // A CHAR is compared with spaces at its end, which files need not have.
  const padded = new Set(schema.fields.filter(isPadded).map(({ name }) => name.toLowerCase()));
  const useful = (filters: readonly ScanFilter[]): ScanFilter[] =>
    filters.filter(({ column }) => !padded.has(column.toLowerCase()));
  return await Promise.all(alternatives.map((filters) => Promise.all(useful(filters).map(resolve))));
}

/** Microseconds since 1970, where the constant is of the column's type or the text of such a one; else as it is, which compares with nothing. */
async function instant(
  run: Run,
  type: 'timestamp' | 'timestamp_ntz',
  value: ScanFilter['values'][number],
): Promise<ScanFilter['values'][number]> {
  const isText = value.typeText === 'string' && /^\d{4}-\d\d-\d\d([ T]\d\d:\d\d:\d\d(\.\d{1,6})?)?$/.test(value.text);
  const fits = value.typeText === type || isText || (value.typeText === 'date' && type === 'timestamp');
  if (!fits) return value;
  const duckdb = type === 'timestamp' ? 'TIMESTAMP WITH TIME ZONE' : 'TIMESTAMP';
  const answer = await run.session.read(`SELECT epoch_us(TRY_CAST(${quoteLiteral(value.text)} AS ${duckdb}))`);
  const micros = answer.value(0, 0);
  return micros === null ? value : { typeText: 'micros', text: String(micros) };
}
