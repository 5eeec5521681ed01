import type { DeltaStruct } from './schema.ts';

/** What stands in one line of a commit (Delta protocol, "Actions"). Only the actions that decide a table's state are typed. */
export interface Protocol {
  readonly minReaderVersion: number;
  readonly minWriterVersion: number;
  readonly readerFeatures?: readonly string[];
  readonly writerFeatures?: readonly string[];
}

export interface Metadata {
  readonly id: string;
  readonly name?: string;
  readonly description?: string;
  readonly format: { readonly provider: string; readonly options: Readonly<Record<string, string>> };
  readonly schemaString: string;
  readonly partitionColumns: readonly string[];
  readonly configuration: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly createdTime?: number;
}

export interface DeletionVector {
  /** `u`: beside the table under a derived name; `i`: inline; `p`: an absolute path. */
  readonly storageType: 'u' | 'i' | 'p';
  readonly pathOrInlineDv: string;
  /** Where in the file the vector starts, in bytes. */
  readonly offset?: number;
  readonly sizeInBytes: number;
  readonly cardinality: number;
}

/** Physical column name (logical without column mapping) to the value in its serialised form; null for SQL NULL. */
export type PartitionValues = Readonly<Record<string, string | null>>;

export interface AddFile {
  /** As the log says it: relative to the table's folder, URI-encoded. */
  readonly path: string;
  readonly partitionValues: PartitionValues;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modificationTime: number;
  readonly dataChange: boolean;
  /** JSON text, see FileStatistics. */
  readonly stats?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly deletionVector?: DeletionVector;
  /** Not in the log: of the rows that `deletionVector` names, those that an earlier version named too. For the change feed. */
  readonly alreadyDeleted?: DeletionVector;
}

export interface RemoveFile {
  readonly path: string;
  readonly dataChange: boolean;
  readonly deletionTimestamp?: number;
  readonly extendedFileMetadata?: boolean;
  readonly partitionValues?: PartitionValues;
  readonly size?: number;
  readonly deletionVector?: DeletionVector;
}

/** A file of the change data feed: rows of one commit with `_change_type`. */
export interface AddCdcFile {
  readonly path: string;
  readonly partitionValues: PartitionValues;
  /** Bytes. */
  readonly size: number;
  readonly dataChange: false;
}

export interface SetTransaction {
  readonly appId: string;
  readonly version: number;
  readonly lastUpdated?: number;
}

/** A feature's own settings in the log, such as clustering columns. */
export interface DomainMetadata {
  readonly domain: string;
  /** JSON text. */
  readonly configuration: string;
  readonly removed: boolean;
}

export interface CommitInfo {
  /** Milliseconds since 1970. */
  readonly timestamp?: number;
  readonly inCommitTimestamp?: number;
  readonly operation?: string;
  readonly operationParameters?: Readonly<Record<string, unknown>>;
  readonly operationMetrics?: Readonly<Record<string, string>>;
  readonly engineInfo?: string;
  readonly isBlindAppend?: boolean;
  readonly readVersion?: number;
  readonly txnId?: string;
}

export interface Action {
  readonly protocol?: Protocol;
  readonly metaData?: Metadata;
  readonly add?: AddFile;
  readonly remove?: RemoveFile;
  readonly cdc?: AddCdcFile;
  readonly txn?: SetTransaction;
  readonly commitInfo?: CommitInfo;
  readonly domainMetadata?: DomainMetadata;
  readonly sidecar?: { readonly path: string; readonly sizeInBytes: number };
}

/** One version of a table: what it holds and how to read it. Immutable. */
export interface Snapshot {
  readonly location: string;
  readonly version: number;
  /** When this version was committed. */
  readonly committedAt: Date;
  readonly protocol: Protocol;
  readonly metadata: Metadata;
  readonly schema: DeltaStruct;
  /** Data files in the log's order. */
  readonly files: readonly AddFile[];
  /** The last version that each application has written, for writes that must happen once. */
  readonly transactions: ReadonlyMap<string, number>;
  readonly domains: ReadonlyMap<string, DomainMetadata>;
}
