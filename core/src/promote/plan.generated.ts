/* Generated from schemas/plan.schema.json by tools/schemas.mjs: change the schema, then run "npm run schemas". */

/**
 * drift: changed outside since the last promotion, and overwritten by the next. foreign: not this project's, never touched.
 */
export type PlanAction = 'create' | 'update' | 'delete' | 'same' | 'drift' | 'foreign';

/**
 * What a promotion would do, computed before anything acts. Plain data; never a secret.
 */
export interface Plan {
  version: 1;
  environment: string;
  /**
   * The bundle's name.
   */
  project: string;
  /**
   * The bundle's target.
   */
  target: string;
  /**
   * Of the ledger that the plan was made from; 0 where there is none.
   */
  serial: number;
  /**
   * An earlier promotion was killed: the next one rolls it back before it plans.
   */
  interrupted: boolean;
  /**
   * Owned objects that left the project are deleted.
   */
  deleteRemoved: boolean;
  counts: PlanCounts;
  /**
   * In the order in which they are applied.
   */
  items: PlanItem[];
  /**
   * Jobs that cannot run here, so that no run vouches for them.
   */
  unvalidated: UnvalidatedJob[];
  warnings: string[];
  /**
   * SHA-256 over everything else, in hexadecimal.
   */
  hash: string;
}
export interface PlanCounts {
  create: number;
  update: number;
  delete: number;
  same: number;
  drift: number;
  foreign: number;
}
export interface PlanItem {
  /**
   * <kind>:<name>, with the case that names do not distinguish taken away.
   */
  key: string;
  /**
   * <service>/<resource>, such as databricks/job.
   */
  kind: string;
  name: string;
  /**
   * As the service shows it.
   */
  title: string;
  action: PlanAction;
  reason: string;
  /**
   * A foreign object has the name that the project needs.
   */
  conflict?: boolean;
  /**
   * The service's own, digits included.
   */
  id?: string;
  /**
   * A trigger that is started.
   */
  running?: boolean;
  desiredHash?: string;
  liveHash?: string;
  /**
   * As last applied.
   */
  lastHash?: string;
  changes: Change[];
}
export interface Change {
  /**
   * tasks.silver.timeout_seconds
   */
  path: string;
  /**
   * JSON; absent where there is nothing.
   */
  live?: string;
  /**
   * JSON; absent where there is nothing.
   */
  desired?: string;
}
export interface UnvalidatedJob {
  /**
   * Its key.
   */
  job: string;
  reason: string;
}
