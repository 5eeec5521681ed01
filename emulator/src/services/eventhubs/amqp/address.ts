/** What a link's address names. */
export type LinkAddress =
  | { readonly kind: 'cbs' }
  | { readonly kind: 'management' }
  | { readonly kind: 'hub'; readonly hub: string; readonly partition: string | undefined }
  | { readonly kind: 'reader'; readonly hub: string; readonly group: string; readonly partition: string }
  | { readonly kind: 'unknown' };

/** The path of an address or audience: without scheme, host and outer slashes. */
export function entityPath(address: string): string {
  return address.replace(/^(amqps?|sb|https?):\/\/[^/]*/i, '').replace(/^\/+|\/+$/g, '');
}

export function parseAddress(address: string | null | undefined): LinkAddress {
  const path = entityPath(address ?? '');
  if (path === '$cbs') return { kind: 'cbs' };
  if (/(^|\/)\$management$/i.test(path)) return { kind: 'management' };
  const reader = /^([^/]+)\/ConsumerGroups\/([^/]+)\/Partitions\/([^/]+)$/i.exec(path);
  if (reader?.[1] && reader[2] && reader[3]) {
    return { kind: 'reader', hub: reader[1], group: reader[2], partition: reader[3] };
  }
  const hub = /^([^/]+)(?:\/Partitions\/([^/]+))?$/i.exec(path);
  if (hub?.[1]) return { kind: 'hub', hub: hub[1], partition: hub[2] };
  return { kind: 'unknown' };
}
