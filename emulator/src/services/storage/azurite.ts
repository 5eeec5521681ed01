import type { RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import type { Readable } from 'node:stream';
import { EmulatorError } from '../../kit/emulator-error.ts';
import type { BlobDocument, ContainerDocument, ExtentChunk } from './documents.ts';

/**
 * The only file that reaches into Azurite. Its packages export no API for a server within a process, so these are deep
 * imports of one pinned version; `loadAzurite` checks that what we build on is there before anything depends on it.
 */
const pinnedVersion = '3.37.0';

export interface LokiCollection {
  readonly data: object[];
  insert(document: object | object[]): object | undefined;
  insertOne(document: object, bulk?: boolean): object | undefined;
  update(document: object): unknown;
  remove(document: object | object[]): unknown;
  removeBatchByPositions(positions: readonly number[]): unknown;
  find(query: Readonly<Record<string, unknown>>): object[];
  findAndRemove(query: Readonly<Record<string, unknown>>): void;
}

interface LokiDatabase {
  addCollection(name: string, options: { indices?: string[]; unique?: string[] }): LokiCollection;
  getCollection(name: string): LokiCollection | null;
}

interface LokiStore {
  readonly db: LokiDatabase;
  init(): Promise<void>;
  close(): Promise<void>;
}

export type ListBlobs = (
  context: unknown,
  account: string,
  container: string,
  delimiter?: string,
  blob?: string,
  prefix?: string,
  maxResults?: number,
  marker?: string,
  includeSnapshots?: boolean,
  includeUncommittedBlobs?: boolean,
  startFrom?: string,
) => Promise<[BlobDocument[], { name: string }[], string | undefined]>;

export interface LeaseResult {
  readonly properties: { readonly etag: string; readonly lastModified: Date };
  readonly leaseId?: string;
  /** Seconds that remain. */
  readonly leaseTime?: number;
}

/** What each call of the store begins with: a context and the blob's name. */
type BlobTarget = readonly [context: object, account: string, container: string, blob: string];

export interface BlobMetadataStore extends LokiStore {
  listBlobs: ListBlobs;
  setBlobMetadata(
    context: object,
    account: string,
    container: string,
    blob: string,
    lease: object | undefined,
    metadata: Record<string, string> | undefined,
    conditions?: object,
  ): Promise<unknown>;
  createContainer(context: object, container: ContainerDocument): Promise<unknown>;
  deleteContainer(context: object, account: string, container: string, options: object): Promise<void>;
  /** Duration in seconds; -1 for a lease without end. */
  acquireBlobLease(...args: [...BlobTarget, duration: number, proposedId?: string]): Promise<LeaseResult>;
  renewBlobLease(...args: [...BlobTarget, leaseId: string]): Promise<LeaseResult>;
  changeBlobLease(...args: [...BlobTarget, leaseId: string, proposedId: string]): Promise<LeaseResult>;
  releaseBlobLease(...args: [...BlobTarget, leaseId: string]): Promise<LeaseResult>;
  breakBlobLease(...args: [...BlobTarget, period?: number]): Promise<LeaseResult>;
}

export interface ExtentStore {
  init(): Promise<void>;
  close(): Promise<void>;
  appendExtent(data: Readable | Buffer, contextId?: string): Promise<ExtentChunk>;
  /** Removes extents that are not being written, from the disk and the metadata. */
  deleteExtents(ids: Iterable<string>): Promise<number>;
}

/** Azurite's error with a service code; its error middleware renders it as the service's XML. */
export interface StorageError extends Error {
  readonly statusCode: number;
  readonly storageErrorCode: string;
  readonly storageErrorMessage: string;
}

export interface Account {
  readonly name: string;
  readonly key1: Buffer;
}

/** The part of Azurite's IRequest that its authenticators read. */
export interface AuthenticatedRequest {
  getMethod(): string;
  getUrl(): string;
  getPath(): string;
  getProtocol(): string;
  getHeader(name: string): string | undefined;
  getHeaders(): Readonly<Record<string, string | string[] | undefined>>;
  getQuery(name: string): string | undefined;
}

interface Authenticator {
  validate(request: AuthenticatedRequest, context: object): Promise<boolean | undefined>;
}

interface AccountDataStore {
  getAccount(name: string): Account | undefined;
}

type AuthenticatorClass = new (
  accounts: AccountDataStore,
  store: BlobMetadataStore | object,
  logger: object,
) => Authenticator;

export interface Azurite {
  readonly BlobMetadataStore: new (file: string, inMemory: boolean) => BlobMetadataStore;
  readonly ExtentMetadataStore: new (file: string, inMemory: boolean) => LokiStore;
  readonly ExtentStore: new (
    metadata: LokiStore,
    locations: readonly { locationId: string; locationPath: string; maxConcurrency: number }[],
    logger: object,
  ) => ExtentStore;
  readonly RequestListenerFactory: new (
    metadata: BlobMetadataStore,
    extents: ExtentStore,
    accounts: AccountDataStore,
    enableAccessLog: boolean,
    accessLog: undefined,
    loose: boolean,
    skipApiVersionCheck: boolean,
    oauth: undefined,
    disableProductStyleUrl: boolean,
  ) => { createRequestListener(): RequestListener };
  readonly SharedKeyAuthenticator: new (accounts: AccountDataStore, logger: object) => Authenticator;
  readonly AccountSasAuthenticator: AuthenticatorClass;
  readonly BlobSasAuthenticator: AuthenticatorClass;
  readonly Context: new (holder: object, path: string, request: AuthenticatedRequest) => object;
  readonly StorageError: new (status: number, code: string, message: string, requestId: string) => StorageError;
  /** Names of operations by number and numbers by name. */
  readonly operations: Readonly<Record<string, number | string>>;
  readonly logger: object;
  /** The field of `response.locals` where a handled request keeps its context. */
  readonly contextPath: string;
}

const blobStoreMethods = [
  'init',
  'listBlobs',
  'createBlob',
  'setBlobMetadata',
  'createContainer',
  'deleteContainer',
  'acquireBlobLease',
  'renewBlobLease',
  'changeBlobLease',
  'releaseBlobLease',
  'breakBlobLease',
] as const;

/** Path below `azurite/dist/src`, the export, and for a class the methods that must be on its prototype. */
const parts = {
  BlobMetadataStore: ['blob/persistence/LokiBlobMetadataStore.js', 'default', blobStoreMethods],
  ExtentMetadataStore: ['common/persistence/LokiExtentMetadataStore.js', 'default', ['init', 'close', 'updateExtent']],
  ExtentStore: ['common/persistence/FSExtentStore.js', 'default', ['init', 'close', 'appendExtent', 'deleteExtents']],
  RequestListenerFactory: ['blob/BlobRequestListenerFactory.js', 'default', ['createRequestListener']],
  SharedKeyAuthenticator: ['blob/authentication/BlobSharedKeyAuthenticator.js', 'default', ['validate']],
  AccountSasAuthenticator: ['blob/authentication/AccountSASAuthenticator.js', 'default', ['validate']],
  BlobSasAuthenticator: ['blob/authentication/BlobSASAuthenticator.js', 'default', ['validate']],
  Context: ['blob/generated/Context.js', 'default', []],
  StorageError: ['blob/errors/StorageError.js', 'default', []],
  operations: ['blob/generated/artifacts/operation.js', 'default', undefined],
  logger: ['common/Logger.js', 'default', undefined],
  contextPath: ['blob/utils/constants.js', 'DEFAULT_CONTEXT_PATH', undefined],
} as const satisfies Record<keyof Azurite, readonly [string, string, readonly string[] | undefined]>;

/**
 * Loads Azurite's blob service with its telemetry off.
 * @throws EmulatorError `emulator.azurite-incompatible` where the version or one of the parts is not what we expect.
 */
export function loadAzurite(): Azurite {
  const require = createRequire(import.meta.url);
  checkVersion(require('azurite/package.json'));
  const loaded = Object.entries(parts).map(([name, [path, exported, methods]]) => {
    const value = exportOf(require(`azurite/dist/src/${path}`), exported);
    checkPart(name, value, methods);
    return [name, value] as const;
  });
  switchTelemetryOff(exportOf(require('azurite/dist/src/common/Telemetry.js'), 'AzuriteTelemetryClient'));
  // The shapes were checked above as far as they can be at run time.
  return Object.fromEntries(loaded) as unknown as Azurite;
}

function exportOf(module: unknown, name: string): unknown {
  return typeof module === 'object' && module !== null
    ? new Map<string, unknown>(Object.entries(module)).get(name)
    : undefined;
}

function checkVersion(manifest: unknown): void {
  const version = exportOf(manifest, 'version');
  if (version !== pinnedVersion)
    throw incompatible(`version ${String(version)} is installed, ${pinnedVersion} is expected`);
}

/** @throws EmulatorError `emulator.azurite-incompatible` where a part is missing or lacks a method. */
export function checkPart(name: string, value: unknown, methods: readonly string[] | undefined): void {
  if (value === undefined || value === null) throw incompatible(`${name} is missing`);
  if (methods === undefined) return;
  if (typeof value !== 'function') throw incompatible(`${name} is no class`);
  const prototype: unknown = value.prototype;
  for (const method of methods) {
    const isThere = typeof prototype === 'object' && prototype !== null && method in prototype;
    if (!isThere) throw incompatible(`${name} has no method ${method}`);
  }
}

/** It never starts without `init`, which only Azurite's own command line calls; this makes sure. */
function switchTelemetryOff(client: unknown): void {
  if (typeof client !== 'function' || !('enableTelemetry' in client))
    throw incompatible('the telemetry switch is missing');
  client.enableTelemetry = false;
}

function incompatible(what: string): EmulatorError {
  return new EmulatorError({
    code: 'emulator.azurite-incompatible',
    message: `The installed Azurite is not the one that the storage emulation is built on: ${what}.`,
    nextStep: `Run npm ci, which installs azurite ${pinnedVersion}.`,
  });
}
