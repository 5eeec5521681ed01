/** The documents of Azurite's stores, as far as we read or write them; other fields pass through. */
export interface ContainerDocument extends LokiFields {
  accountName: string;
  name: string;
  metadata?: Record<string, string> | undefined;
  properties: { etag: string; lastModified: Date } & Record<string, unknown>;
  leaseId?: string | undefined;
  /** Ours: the access of the filesystem's root folder. */
  dfs?: PathAccess | undefined;
}

export interface BlobDocument extends LokiFields {
  accountName: string;
  containerName: string;
  name: string;
  /** Empty for the blob itself. */
  snapshot: string;
  deleted: boolean;
  /** False while a blob has staged blocks only. */
  isCommitted: boolean;
  metadata?: Record<string, string> | undefined;
  properties: BlobProperties;
  leaseId?: string | undefined;
  leaseExpireTime?: Date | undefined;
  leaseBreakTime?: Date | undefined;
  leaseDurationSeconds?: number | undefined;
  /** The bytes of a blob that was written at once... */
  persistency?: ExtentChunk | undefined;
  /** ...or in blocks. */
  committedBlocksInOrder?: CommittedBlock[] | undefined;
  /** The bytes of a page blob. */
  pageRangesInOrder?: { persistency: ExtentChunk }[] | undefined;
  /** Ours: what a hierarchical namespace keeps with a path. Azurite carries it along. */
  dfs?: PathAccess | undefined;
}

export interface BlobProperties {
  etag: string;
  lastModified: Date;
  creationTime?: Date | undefined;
  contentLength: number;
  contentType?: string | undefined;
  contentEncoding?: string | undefined;
  contentLanguage?: string | undefined;
  contentDisposition?: string | undefined;
  cacheControl?: string | undefined;
  contentMD5?: Uint8Array | undefined;
  blobType: string;
  leaseStatus?: string | undefined;
  leaseState?: string | undefined;
  leaseDuration?: string | undefined;
  serverEncrypted?: boolean;
  accessTier?: string;
  accessTierInferred?: boolean;
}

/** Owner, group and POSIX access control list, in the header's form: `user::rwx,group::r-x,other::---`. */
export interface PathAccess {
  owner: string;
  group: string;
  acl: string;
}

export interface ExtentChunk {
  id: string;
  offset: number;
  count: number;
}

export interface CommittedBlock {
  /** Base64. */
  name: string;
  size: number;
  persistency: ExtentChunk;
}

export interface BlockDocument extends CommittedBlock, LokiFields {
  accountName: string;
  containerName: string;
  blobName: string;
  isCommitted: boolean;
}

export interface ExtentDocument extends LokiFields {
  id: string;
  locationId: string;
  /** Its file's name. */
  path: string;
  size: number;
  lastModifiedInMS: number;
  LastModifyInMS?: number;
}

interface LokiFields {
  $loki?: number;
  meta?: unknown;
}
