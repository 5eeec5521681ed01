/** One answered request. It carries no query string and no header, since both may hold a signature or a token. */
export interface RequestRecord {
  readonly at: string;
  /** The endpoint's service: `blob`, `dfs`, `control`. */
  readonly service: string;
  readonly operation: string;
  readonly path: string;
  readonly status: number;
  readonly milliseconds: number;
}

/** The latest requests, oldest first. */
export interface RequestLog {
  add(record: RequestRecord): void;
  recent(): readonly RequestRecord[];
}

/** @param capacity records kept; older ones are forgotten. */
export function createRequestLog(capacity = 500): RequestLog {
  const records: RequestRecord[] = [];
  return {
    add: (record) => {
      records.push(record);
      // Trimming a whole block at a time keeps the cost per request constant.
      if (records.length > capacity * 2) records.splice(0, records.length - capacity);
    },
    recent: () => records.slice(-capacity),
  };
}
