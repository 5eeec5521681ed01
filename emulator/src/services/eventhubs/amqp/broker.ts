import type { OperationCounter } from '../../../kit/operation-counter.ts';
import type { EmulatorLogger } from '../../../kit/service.ts';
import type { EventHubsNamespace } from '../namespace.ts';
import { Claims, type SharedAccessKey, type VerifyBearer } from './claims.ts';
import type { Reader } from './reader.ts';
import type { ReaderGroups } from './readers.ts';
import type { RheaSender } from './rhea.ts';

/** What all connections share. */
export interface Broker {
  readonly namespace: EventHubsNamespace;
  readonly key: SharedAccessKey;
  readonly verifyBearer: VerifyBearer | undefined;
  readonly operations: OperationCounter;
  readonly logger: EmulatorLogger;
  readonly now: () => number;
  readonly readers: ReaderGroups;
}

/** What one connection has of its own; gone when it is. */
export class ConnectionState {
  readonly claims: Claims;
  /** Links over which `$cbs` and `$management` answer. */
  readonly replies: RheaSender[] = [];
  readonly readers = new Set<Reader>();

  constructor(now: () => number) {
    this.claims = new Claims(now);
  }
}
