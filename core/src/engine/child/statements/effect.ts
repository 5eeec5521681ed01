import type { QueryResult, StatementOutcome } from '../../contract.ts';

/** What one statement did, for its outcome. */
import type { Inputs } from '../relations/bind.ts';

export interface StatementEffect {
  readonly inputs?: Inputs;
  readonly written?: StatementOutcome['written'];
  readonly rows?: QueryResult;
}
