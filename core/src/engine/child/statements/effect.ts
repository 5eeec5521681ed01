import type { QueryResult, StatementOutcome } from '../../contract.ts';

/** What one statement did, for its outcome. */
export interface StatementEffect {
  readonly reads?: StatementOutcome['reads'];
  readonly readFiles?: StatementOutcome['readFiles'];
  readonly written?: StatementOutcome['written'];
  readonly rows?: QueryResult;
}
