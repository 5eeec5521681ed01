import { ExpectedError } from '../base/expected-error.ts';

/** A table's name in Unity Catalog: three levels, unquoted. */
export interface TableName {
  readonly catalog: string;
  readonly schema: string;
  readonly table: string;
}

/** A place in ADLS Gen2, `abfss://container@account.dfs.core.windows.net/path`. */
export interface LakePath {
  readonly account: string;
  readonly container: string;
  /** Without a leading or trailing slash; `''` is the container's root. */
  readonly path: string;
}

const PART = /\s*(?:`((?:[^`]|``)+)`|([^.`\s]+))\s*(\.|$)/y;

/**
 * `catalog.schema.table` with backticks where a part needs them; missing levels come from `defaults`.
 * @throws ExpectedError `catalog.invalid-name`.
 */
export function parseTableName(text: string, defaults: { catalog?: string; schema?: string } = {}): TableName {
  const parts: string[] = [];
  PART.lastIndex = 0;
  let more = true;
  while (more) {
    const match = PART.exec(text);
    if (!match) throw invalidName(text);
    parts.push(match[1]?.replaceAll('``', '`') ?? match[2] ?? '');
    more = match[3] === '.';
  }
  if (PART.lastIndex !== text.length || parts.length > 3) throw invalidName(text);
  const [table = '', schema = defaults.schema, catalog = defaults.catalog] = parts.reverse();
  if (schema === undefined || catalog === undefined) throw invalidName(text);
  return { catalog, schema, table };
}

/** The name for people and SQL: parts that are no plain word in backticks. */
export function formatTableName({ catalog, schema, table }: TableName): string {
  return [catalog, schema, table].map(quotePart).join('.');
}

/** Names differ without regard to case. */
export function tableKey({ catalog, schema, table }: TableName): string {
  return `${catalog}.${schema}.${table}`.toLowerCase();
}

/**
 * `abfss://container@account.dfs.core.windows.net/path`; the endpoint's suffix may be another cloud's.
 * @throws ExpectedError `catalog.unsupported-path`.
 */
export function parseLakeUrl(url: string): LakePath {
  const match = /^abfss?:\/\/([^@/]+)@([^./]+)(?:\.[^/]*)?(?:\/(.*))?$/.exec(url);
  if (!match) throw unsupportedPath(url);
  const [, container = '', account = '', path = ''] = match;
  return { account, container, path: path.replace(/^\/+|\/+$/g, '') };
}

export function formatLakePath({ account, container, path }: LakePath): string {
  return `abfss://${container}@${account}.dfs.core.windows.net/${path}`;
}

/** A path below another, `''` for itself. */
export function joinLakePath(folder: LakePath, below: string): LakePath {
  const parts = [folder.path, below.replace(/^\/+|\/+$/g, '')].filter((part) => part !== '');
  return { ...folder, path: parts.join('/') };
}

export function unsupportedPath(path: string): ExpectedError {
  return new ExpectedError({
    code: 'catalog.unsupported-path',
    message: `"${path}" is no path of the lake.`,
    nextStep: 'Use /Volumes/<catalog>/<schema>/<volume>/... or abfss://<container>@<account>.dfs.core.windows.net/...',
  });
}

function quotePart(part: string): string {
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(part) ? part : `\`${part.replaceAll('`', '``')}\``;
}

function invalidName(text: string): ExpectedError {
  return new ExpectedError({
    code: 'catalog.invalid-name',
    message: `"${text}" is no table name of the form catalog.schema.table.`,
    nextStep:
      'Write catalog.schema.table, each part in backticks where it is no plain word, or set catalog and schema with USE.',
  });
}
