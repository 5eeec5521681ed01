import { withUnknownValues } from '../project/text-values.ts';

/** `{catalog}` as Python's `format` and `replace` find it; a `{{p}}` of Databricks' own stays what it is. */
const pythonMarker = /\w*(?:(?<![{$])\{([A-Za-z_]\w*)\}(?!\})\w*)+/g;
const anyMarker = /\$\{\s*[\w.]+\s*\}|(?<![{$])\{[A-Za-z_]\w*\}(?!\})/;

/** Dialects of other databases whose files lie beside a bundle, and what each has that Databricks SQL has not. */
const foreignDialects: readonly { readonly name: string; readonly spokenBy: string; readonly only: RegExp }[] = [
  {
    name: 'PostgreSQL',
    spokenBy: 'Lakebase',
    only: /\bCREATE\s+(?:UNIQUE\s+)?INDEX\b|\bCREATE\s+(?:OR\s+REPLACE\s+)?TRIGGER\b|\bLANGUAGE\s+'?plpgsql\b|\b(?:BIG)?SERIAL\s+(?:PRIMARY|NOT|,)|\bON\s+CONFLICT\b|\bENABLE\s+ROW\s+LEVEL\s+SECURITY\b/i,
  },
  {
    name: 'T-SQL',
    spokenBy: 'SQL Server',
    only: /^[ \t]*GO[ \t]*;?[ \t]*$|\bSET\s+IDENTITY_INSERT\b|\bSET\s+NOCOUNT\b|\bNVARCHAR\s*\(|\bDATETIME2\b|\bIDENTITY\s*\(\s*\d+\s*,\s*\d+\s*\)/im,
  },
  {
    name: "Teradata's SQL",
    spokenBy: 'Teradata',
    only: /\bCREATE\s+(?:MULTISET|SET|VOLATILE)\s+(?:VOLATILE\s+)?TABLE\b|^[ \t]*[BE]T[ \t]*;/im,
  },
  {
    name: "Snowflake's SQL",
    spokenBy: 'Snowflake',
    only: /\bUSE\s+ROLE\b|\bCREATE\s+(?:OR\s+REPLACE\s+)?(?:STORAGE\s+INTEGRATION|(?:DYNAMIC|ICEBERG|TRANSIENT)\s+TABLE|WAREHOUSE|STAGE|TASK|FILE\s+FORMAT)\b|\bALTER\s+(?:ICEBERG\s+TABLE|WAREHOUSE|TASK)\b|\bSTORAGE_LOCATIONS\s*=/i,
  },
];

/** Text of a file that no task and no pipeline names: some program's own business, and it may not be Databricks SQL as it stands. */
export type LooseSql =
  | { readonly kind: 'databricks' }
  /** A program makes SQL of it, as `how` says; `text` is that, line by line, with the dialect's own markers for its values. */
  | { readonly kind: 'template'; readonly how: string; readonly text: string }
  | { readonly kind: 'foreign'; readonly dialect: string; readonly spokenBy: string; readonly words: string };

/** What a stream's query is put into to be judged. */
export const streamedInto = 'CREATE STREAMING TABLE made_of_it AS ';

/** A query alone that reads a stream means something in a streaming table only, which a program makes of it. */
function isStreamQuery(bare: string): boolean {
  return /^\s*(?:SELECT|WITH)\b[^;]*;?\s*$/i.test(bare) && /\bSTREAM\s*\(/i.test(bare);
}

function asStreamingTable(query: string): string {
  // What comes before it are comments, which may hold these words.
  return query.replace(/^((?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*)(?=\w)/, `$1${streamedInto}`);
}

export function looseSql(text: string): LooseSql {
  const bare = text.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, '');
  for (const { name, spokenBy, only } of foreignDialects) {
    const words = only.exec(bare)?.[0].trim().replaceAll(/\s+/g, ' ').toUpperCase();
    if (words !== undefined) return { kind: 'foreign', dialect: name, spokenBy, words };
  }
  const marker = anyMarker.exec(bare)?.[0];
  const isStream = isStreamQuery(bare);
  if (marker === undefined && !isStream) return { kind: 'databricks' };
  const filled = withUnknownValues(text).replaceAll(pythonMarker, '{{$1}}');
  const made = isStream ? 'makes a streaming table of it' : undefined;
  const how = made ?? `puts its values in place of ${marker ?? ''}`;
  return { kind: 'template', how, text: isStream ? asStreamingTable(filled) : filled };
}
