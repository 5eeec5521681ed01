import { ok, type ApiAnswer } from '../../control/exchange.ts';
import type { JsonObject } from '../../control/lossless-json.ts';
import { invalid } from '../errors.ts';
import { pageOf, pageSize } from '../fields.ts';
import type { SecurableRecord } from './records.ts';

/** A page of `{<field>: [...], next_page_token}` by name; the token is absent on the last page, the field never. */
export function listAnswer<T extends SecurableRecord>(
  field: string,
  records: readonly T[],
  query: URLSearchParams,
  describe: (record: T) => JsonObject,
): ApiAnswer {
  const byName = records.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const page = pageOf(byName, query.get('page_token'), pageSize(query, 'max_results', { default: 1000, max: 1000 }));
  const token = page.nextToken === undefined ? {} : { next_page_token: page.nextToken };
  return ok({ [field]: page.items.map(describe), ...token });
}

export function requiredQuery(query: URLSearchParams, name: string): string {
  const value = query.get(name);
  if (value === null || value === '') throw invalid(`Missing required field: ${name}`);
  return value;
}
