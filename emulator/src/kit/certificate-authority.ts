/** What a https server passes to `https.createServer`. */
export interface TlsServerOptions {
  readonly key: string;
  readonly cert: string;
}

/** The state folder's own authority. Clients trust it through `tlsOptions.ca`; the system's trust store is never touched. */
export interface CertificateAuthority {
  /** PEM file of the authority's certificate. */
  readonly caFile: string;
  readonly caPem: string;
  /** Key and certificate (PEM, leaf first) for 127.0.0.1, ::1 and localhost, issued at this start. */
  readonly server: TlsServerOptions;
}
