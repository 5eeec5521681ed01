/* Generated from schemas/scan.schema.json by tools/schemas.mjs: change the schema, then run "npm run schemas". */

/**
 * here: this version runs it. spark: it needs Spark. refused: see the reason.
 */
export type ScanVerdict = 'here' | 'spark' | 'refused';

/**
 * What of a project runs here: `medallion scan --json`.
 */
export interface ScanReport {
  totals: {
    tasks: VerdictCounts;
    statements: VerdictCounts;
    activities: VerdictCounts;
  };
  items: ScanItem[];
  /**
   * The text of a medallion.yaml, where the project has none.
   */
  inferredSettings?: string;
}
export interface VerdictCounts {
  here: number;
  spark: number;
  refused: number;
}
export interface ScanItem {
  /**
   * task, statement and activity are counted in totals; note is about the scan or the project itself.
   */
  kind: 'task' | 'statement' | 'activity' | 'note';
  name: string;
  /**
   * Relative to the scanned folder, forward slashes.
   */
  file: string;
  line: number;
  verdict: ScanVerdict;
  /**
   * Stable: <area>.<problem>; empty where the verdict is here, except for a note that is only a remark, and for what runs here once data is in its place.
   */
  code: string;
  /**
   * Empty where the code is.
   */
  reason: string;
}
