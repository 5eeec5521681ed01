import { createHash } from 'node:crypto';
import { quoteLiteral } from '../../../delta/duckdb-types.ts';
import type { Column, LeafColumn, ParquetField } from '../../../formats/parquet-writer/columns.ts';
import { ParquetWriter } from '../../../formats/parquet-writer/parquet-writer.ts';
import type { Run } from '../context.ts';
import type { LocalFile } from './files.ts';

/** How files of a format that DuckDB does not read exactly as Databricks does become Parquet, which it does. */
export interface Rewrite {
  /** Everything that decides what is written, beside the files: copies of another reading are not taken for this one. */
  readonly reading: readonly unknown[];
  readonly fields: readonly ParquetField[];
  /** Writes a file's rows: for each its values, then `endRow`; where that says so, the writer is to be flushed. */
  readonly writeRows: (target: RewriteTarget, file: LocalFile) => Promise<void>;
}

export interface RewriteTarget {
  readonly writer: ParquetWriter;
  /** One for each field. */
  readonly columns: readonly Column[];
  readonly endRow: () => boolean;
}

/** Counted up with every change of what is written. */
const rewriteVersion = 1;

/** Small files share a copy: a thousand files of a kilobyte are read as one. */
const groupBytes = 16 * 2 ** 20;

/**
 * Rewrites files as Parquet, which DuckDB reads in parallel, within its memory and only for the columns that are asked for. A
 * group of files in the same versions is rewritten once.
 * @returns a DuckDB query for the fields, `__file` (the copy on disk) and `__url`; there must be files.
 */
export async function rewriteFiles(run: Run, files: readonly LocalFile[], rewrite: Rewrite): Promise<string> {
  const copies: string[] = [];
  for (const group of groupsOf(files)) copies.push(copySql(await rewriteGroup(run, group, rewrite), group));
  return copies.join(' UNION ALL ');
}

/** A copy's rows. Which file a row came from is one constant, or one look into a list: a join would compare long paths row by row. */
function copySql(copy: string, group: readonly LocalFile[]): string {
  const named = (texts: readonly string[]): string =>
    texts.length === 1
      ? quoteLiteral(texts[0] ?? '')
      : `list_extract([${texts.map(quoteLiteral).join(', ')}], __number + 1)`;
  const file = named(group.map(({ localPath }) => localPath));
  const url = named(group.map(({ url: text }) => text));
  return `SELECT * EXCLUDE (__number), ${file} AS __file, ${url} AS __url
    FROM read_parquet(${quoteLiteral(copy)}, hive_partitioning = false)`;
}

/** In the files' order, so that a file that comes last leaves the groups before it as they are. */
function groupsOf(files: readonly LocalFile[]): readonly (readonly LocalFile[])[] {
  const groups: LocalFile[][] = [];
  let bytes = Infinity;
  for (const file of files) {
    if (bytes + file.size > groupBytes) {
      groups.push([]);
      bytes = 0;
    }
    groups.at(-1)?.push(file);
    bytes += file.size;
  }
  return groups;
}

async function rewriteGroup({ context, signal }: Run, group: readonly LocalFile[], rewrite: Rewrite): Promise<string> {
  const versions = group.map(({ place, etag, url }) => [place.container, place.path, etag, url]);
  const identity = JSON.stringify([rewriteVersion, rewrite.reading, versions]);
  const name = `${createHash('sha256').update(identity).digest('hex')}.parquet`;
  return await context.cache.derived(name, async (target) => {
    const number = { name: '__number', type: { kind: 'int32' } } as const;
    await using writer = await ParquetWriter.create(target, [...rewrite.fields, number]);
    const columns = writer.columns.slice(0, -1);
    const numbers = leafOf(writer.columns.at(-1));
    for (const [index, file] of group.entries()) {
      signal?.throwIfAborted();
      const endRow = (): boolean => {
        numbers.present(0).int32(index);
        return writer.endRow();
      };
      await rewrite.writeRows({ writer, columns, endRow }, file);
    }
    await writer.finish();
  });
}

export function leafOf(column: Column | undefined): LeafColumn {
  if (column?.kind !== 'leaf') throw new Error('a plain column is a leaf');
  return column;
}
