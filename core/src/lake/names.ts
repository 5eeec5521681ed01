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
