import { rootCertificates } from 'node:tls';

/** `tlsOptions` for a client that trusts a private authority beside the public ones: Node's `ca` replaces its whole list. */
export function trustedAuthorities(caPem: string | undefined): { readonly tlsOptions?: { readonly ca: string[] } } {
  return caPem === undefined ? {} : { tlsOptions: { ca: [...rootCertificates, caPem] } };
}
