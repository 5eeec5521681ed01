import type { BlobMetadataStore, ExtentStore } from '../azurite.ts';
import type { Stores } from '../stores.ts';
import type { Namespace } from './namespace.ts';
import type { DfsRequest } from './request.ts';

export interface DfsContext {
  readonly namespace: Namespace;
  readonly stores: Stores;
  readonly metadata: BlobMetadataStore;
  readonly extents: ExtentStore;
}

export interface DfsResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Rendered as JSON. */
  readonly body?: unknown;
}

/** One row of the table in `operations.ts`. */
export interface DfsOperation {
  /** The name of the REST reference's operation, as it is counted. */
  readonly name: string;
  /** The blob operation that needs the same permission: a SAS is checked as if for it. */
  readonly authorizedAs: string;
  matches(request: DfsRequest): boolean;
  run(context: DfsContext, request: DfsRequest): Promise<DfsResponse>;
}

export function validators(document: {
  readonly properties: { readonly etag: string; readonly lastModified: Date };
}): Record<string, string> {
  return { etag: document.properties.etag, 'last-modified': document.properties.lastModified.toUTCString() };
}

/** Requests to the account, to a filesystem or to a path (its root folder, where `action` asks for it). */
export const isResource = (request: DfsRequest, method: string, resource: string) =>
  request.method === method && request.query.get('resource') === resource;

export const isAction = (request: DfsRequest, method: string, action: string) =>
  request.method === method && request.filesystem !== '' && request.query.get('action') === action;
