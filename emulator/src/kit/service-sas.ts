import { createHmac } from 'node:crypto';

export interface ContainerSas {
  readonly accountName: string;
  readonly accountKey: string;
  readonly container: string;
  /** In the service's order: of `racwdl`. */
  readonly permissions: string;
  readonly expiresAt: Date;
}

const version = '2023-11-03';

/** A shared access signature of one container, as a query string (Storage REST, "Create a service SAS", version 2020-12-06 on). */
export function containerSas({ accountName, accountKey, container, permissions, expiresAt }: ContainerSas): string {
  const expiry = expiresAt.toISOString().replace(/\.\d{3}Z$/, 'Z');
  const text = [
    permissions,
    '', // start
    expiry,
    `/blob/${accountName}/${container}`,
    '', // identifier
    '', // IP
    '', // protocol
    version,
    'c',
    '', // snapshot
    '', // encryption scope
    ...Array<string>(5).fill(''), // response headers
  ].join('\n');
  const sig = createHmac('sha256', Buffer.from(accountKey, 'base64')).update(text, 'utf8').digest('base64');
  return new URLSearchParams({ sv: version, se: expiry, sr: 'c', sp: permissions, sig }).toString();
}
