import type { ParameterValues } from '../contract.ts';

export interface KnownColumn {
  readonly name: string;
  /** Spark's type text: `decimal(10,2)`; undefined where it is not known. */
  readonly typeText: string | undefined;
  readonly description?: string | undefined;
}

/** A table or view that an editor may speak of. Missing levels of its name: it has that name in every catalog. */
export interface KnownRelation {
  readonly catalog?: string | undefined;
  readonly schema: string;
  readonly name: string;
  readonly kind: 'table' | 'view';
  /** Who says so: a table of the lake, a contract, or a statement that makes it. */
  readonly source: 'lake' | 'contract' | 'statement';
  readonly description?: string | undefined;
  /** Undefined where they are not known. */
  readonly columns?: readonly KnownColumn[] | undefined;
}

/** All that an editor service knows beside the text. Plain data, so that it can be sent to a thread. */
export interface KnownLake {
  /** Current at the start of a file. */
  readonly catalog?: string | undefined;
  readonly schema?: string | undefined;
  readonly relations: readonly KnownRelation[];
  /** `/Volumes/<catalog>/<schema>/<volume>` */
  readonly volumes: readonly string[];
  /** The values that the file's task gives; undefined where no task runs it. */
  readonly parameters?: ParameterValues | undefined;
}

export const NOTHING_KNOWN: KnownLake = { relations: [], volumes: [] };
