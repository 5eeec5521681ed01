/**
 * `tlsOptions` for the clients of an environment with an authority of its own: that one alone is trusted, for every endpoint of such an
 * environment is its own (and reading the public ones takes a client 60 ms). Without one, the system's list holds.
 */
export function trustedAuthorities(caPem: string | undefined): { readonly tlsOptions?: { readonly ca: string } } {
  return caPem === undefined ? {} : { tlsOptions: { ca: caPem } };
}
