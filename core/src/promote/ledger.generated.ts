/* Generated from schemas/ledger.schema.json by tools/schemas.mjs: change the schema, then run "npm run schemas". */

/**
 * What a project has promoted to an environment: medallion/ledger/<environment>/<project>.json in the environment's lake. Never a secret.
 */
export interface Ledger {
  version: 1;
  environment: string;
  project: string;
  /**
   * One more with every finished promotion or rollback.
   */
  serial: number;
  items: {
    [k: string]: LedgerItem;
  };
  /**
   * Jobs that were promoted on the user's word, because they cannot run here. Of the last promotion that changed this.
   */
  unvalidated?: AcceptedJob[];
  journal?: Journal;
}
export interface LedgerItem {
  kind: string;
  name: string;
  title: string;
  id?: string;
  /**
   * Of the canonical form as applied.
   */
  hash: string;
  /**
   * What the service says of this version: an unchanged mark spares reading the content.
   */
  mark?: string;
  /**
   * Salted scrypt of the secrets in the body; nothing where it has none.
   */
  secrets?: string;
}
export interface AcceptedJob {
  /**
   * Its key.
   */
  job: string;
  /**
   * Why it cannot run here.
   */
  reason: string;
  /**
   * ISO 8601.
   */
  acceptedAt: string;
}
export interface Journal {
  /**
   * Hash of the plan that is being applied.
   */
  plan: string;
  /**
   * <host>/<process id>
   */
  owner: string;
  renewedAt: string;
  entries: JournalEntry[];
}
export interface JournalEntry {
  key: string;
  kind: string;
  name: string;
  title: string;
  operation: 'create' | 'update' | 'delete' | 'stop' | 'start';
  /**
   * begun: the call may or may not have reached the service.
   */
  state: 'begun' | 'done' | 'undone';
  id?: string;
  /**
   * Of what the call writes.
   */
  hash?: string;
  previousHash?: string;
  /**
   * The body before the call, as the service showed it.
   */
  previous?: {
    [k: string]: unknown;
  };
}
