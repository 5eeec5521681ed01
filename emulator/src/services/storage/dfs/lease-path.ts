import { randomUUID } from 'node:crypto';
import type { LeaseResult } from '../azurite.ts';
import { errors } from './errors.ts';
import { type DfsContext, type DfsOperation, type DfsResponse, validators } from './operation.ts';
import type { DfsRequest } from './request.ts';

type LeaseAction = (context: DfsContext, request: DfsRequest) => Promise<DfsResponse>;

const storeContext = () => ({ contextId: randomUUID(), startTime: new Date() });

/** The store's arguments up to the blob's name. */
const target = ({ namespace }: DfsContext, request: DfsRequest) =>
  [storeContext(), namespace.account, request.filesystem, request.path] as const;

function answer(status: number, { properties, leaseId }: LeaseResult): DfsResponse {
  return {
    status,
    headers: { ...validators({ properties }), ...(leaseId === undefined ? {} : { 'x-ms-lease-id': leaseId }) },
  };
}

const actions: Readonly<Record<string, LeaseAction>> = {
  acquire: async (context, request) => {
    const duration = secondsHeader(request, 'x-ms-lease-duration', -1);
    const proposed = request.header('x-ms-proposed-lease-id');
    return answer(201, await context.metadata.acquireBlobLease(...target(context, request), duration, proposed));
  },
  renew: async (context, request) =>
    answer(200, await context.metadata.renewBlobLease(...target(context, request), leaseId(request))),
  change: async (context, request) => {
    const proposed = request.header('x-ms-proposed-lease-id') ?? '';
    return answer(200, await context.metadata.changeBlobLease(...target(context, request), leaseId(request), proposed));
  },
  release: async (context, request) =>
    answer(200, await context.metadata.releaseBlobLease(...target(context, request), leaseId(request))),
  break: async (context, request) => {
    const period = secondsHeader(request, 'x-ms-lease-break-period', undefined);
    const result = await context.metadata.breakBlobLease(...target(context, request), period);
    return { status: 202, headers: { ...validators(result), 'x-ms-lease-time': String(result.leaseTime ?? 0) } };
  },
};

/** Path - Lease, on the leases that the blob endpoint keeps. */
export const leasePath: DfsOperation = {
  name: 'Path_Lease',
  authorizedAs: 'Blob_AcquireLease',
  matches: (request) =>
    request.method === 'POST' && request.path !== '' && request.header('x-ms-lease-action') !== undefined,
  run: async (context, request) => {
    const action = actions[request.header('x-ms-lease-action') ?? ''];
    if (!action) throw errors.invalidHeader('x-ms-lease-action');
    return action(context, request);
  },
};

function leaseId(request: DfsRequest): string {
  const id = request.header('x-ms-lease-id');
  if (id === undefined) throw errors.invalidHeader('x-ms-lease-id');
  return id;
}

function secondsHeader<T>(request: DfsRequest, name: string, absent: T): number | T {
  const text = request.header(name);
  if (text === undefined) return absent;
  if (!/^-?\d{1,6}$/.test(text)) throw errors.invalidHeader(name);
  return Number(text);
}
