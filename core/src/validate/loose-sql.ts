import { withUnknownValues } from '../project/text-values.ts';

/** `{catalog}` as Python's `format` and `replace` find it; a `{{p}}` of Databricks' own stays what it is. */
const pythonMarker = /\w*(?:(?<![{$])\{([A-Za-z_]\w*)\}(?!\})\w*)+/g;
const anyMarker = /\$\{\s*[\w.]+\s*\}|(?<![{$])\{[A-Za-z_]\w*\}(?!\})/;

/** What only PostgreSQL has, which Lakebase speaks; Databricks SQL has no indexes, triggers or serial types. */
const postgres =
  /\bCREATE\s+(?:UNIQUE\s+)?INDEX\b|\bCREATE\s+(?:OR\s+REPLACE\s+)?TRIGGER\b|\bLANGUAGE\s+'?plpgsql\b|\b(?:BIG)?SERIAL\s+(?:PRIMARY|NOT|,)|\bON\s+CONFLICT\b|\bENABLE\s+ROW\s+LEVEL\s+SECURITY\b/i;

/** Text of a file that no task and no pipeline names: some program's own business, and it may not be Databricks SQL as it stands. */
export type LooseSql =
  | { readonly kind: 'databricks' }
  /** A program puts values in place of `marker` and others; `text` has the dialect's own markers there, line by line. */
  | { readonly kind: 'template'; readonly marker: string; readonly text: string }
  | { readonly kind: 'postgres'; readonly words: string };

export function looseSql(text: string): LooseSql {
  const bare = text.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, '');
  const foreign = postgres.exec(bare);
  if (foreign) return { kind: 'postgres', words: foreign[0].replaceAll(/\s+/g, ' ').toUpperCase() };
  const marker = anyMarker.exec(bare)?.[0];
  if (marker === undefined) return { kind: 'databricks' };
  return { kind: 'template', marker, text: withUnknownValues(text).replaceAll(pythonMarker, '{{$1}}') };
}
