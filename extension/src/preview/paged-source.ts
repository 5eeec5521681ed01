import type { QueryResult } from '@medallion/core/engine/contract.ts';
import { counted } from './parquet-facts.ts';
import type { PreviewSource } from './preview-source.ts';

const firstRows = 100;

export type ReadPage = (
  page: { readonly maxRows: number; readonly offset: number },
  signal?: AbortSignal,
) => Promise<QueryResult>;

/** What the engine answers, page by page. Rejects as the engine does. */
export async function openPagedSource(title: string, facts: readonly string[], read: ReadPage): Promise<PreviewSource> {
  let seconds = 0;
  const timed: ReadPage = async (page, signal) => {
    const result = await read(page, signal);
    seconds = result.seconds;
    return result;
  };
  // The first rows come with the columns: they are kept for the page's first question, so that they are read once.
  let first: QueryResult | undefined = await timed({ offset: 0, maxRows: firstRows });
  const { columns } = first;
  return {
    facts: { title, columns, facts: [counted(columns.length, 'column', 'columns'), ...facts] },
    async readRows(start, count, signal) {
      const kept = start === 0 && count === firstRows ? first : undefined;
      first = undefined;
      const { rows, truncated } = kept ?? (await timed({ offset: start, maxRows: count }, signal));
      return { rows, more: truncated };
    },
    cost: () => `${seconds.toFixed(2)} s`,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
