import type { EmulatorLogger } from '../../kit/service.ts';
import type { JobExecutor } from '../../kit/executors.ts';
import { type Collection, type Journal, openJournal } from '../control/journal.ts';
import type {
  CatalogRecord,
  FunctionRecord,
  SchemaRecord,
  StagingRecord,
  TableRecord,
  VolumeRecord,
} from './catalog/records.ts';
import type { JobRecord, RunRecord } from './jobs/records.ts';
import type { ScopeRecord, SecretRecord } from './secrets/secrets.ts';
import type { WorkspaceObject } from './workspace/records.ts';

/** All that an emulated workspace keeps. Every map is on disk; what runs at the moment is with `jobs/run-scheduler.ts`. */
export interface DatabricksState extends Disposable {
  readonly folder: string;
  readonly journal: Journal;
  readonly jobs: Collection<JobRecord>;
  /** Ids of deleted jobs: the service checks permission before existence, and nobody may see these any more. */
  readonly deletedJobs: Collection<true>;
  readonly runs: Collection<RunRecord>;
  /** Run id by `<job id>/<idempotency token>`. */
  readonly runTokens: Collection<string>;
  readonly workspace: Collection<WorkspaceObject>;
  readonly catalogs: Collection<CatalogRecord>;
  readonly schemas: Collection<SchemaRecord>;
  readonly tables: Collection<TableRecord>;
  readonly staging: Collection<StagingRecord>;
  readonly volumes: Collection<VolumeRecord>;
  readonly functions: Collection<FunctionRecord>;
  /** Privileges by principal, of the securable `<type> <id>`. */
  readonly grants: Collection<Readonly<Record<string, readonly string[]>>>;
  /** Values by key, of the entity `<type> <id>`; of a column with its name behind. */
  readonly tags: Collection<Readonly<Record<string, string>>>;
  readonly secretScopes: Collection<ScopeRecord>;
  /** By `<scope>/<key>`. */
  readonly secrets: Collection<SecretRecord>;
  /** Every storage location that was ever given out: a folder of a dropped table may still hold its files. */
  readonly locations: Collection<true>;
  readonly executor: JobExecutor | undefined;
  readonly logger: EmulatorLogger;
  /** An id that no double can hold, so that a client that reads ids as doubles is found out at once. */
  nextId(): string;
}

export interface DatabricksOptions {
  readonly folder: string;
  readonly executor: JobExecutor | undefined;
  readonly logger: EmulatorLogger;
}

/** The first odd integer above 2^53: up to 2^54 a double holds even ones only. */
const firstId = 2n ** 53n + 1n;

export function openDatabricksState({ folder, executor, logger }: DatabricksOptions): DatabricksState {
  const journal = openJournal(`${folder}/journal.jsonl`);
  const counters = journal.collection<number>('counters');
  return {
    folder,
    journal,
    jobs: journal.collection('jobs'),
    deletedJobs: journal.collection('deletedJobs'),
    runs: journal.collection('runs'),
    runTokens: journal.collection('runTokens'),
    workspace: journal.collection('workspace'),
    catalogs: journal.collection('catalogs'),
    schemas: journal.collection('schemas'),
    tables: journal.collection('tables'),
    staging: journal.collection('staging'),
    volumes: journal.collection('volumes'),
    functions: journal.collection('functions'),
    grants: journal.collection('grants'),
    tags: journal.collection('tags'),
    secretScopes: journal.collection('secretScopes'),
    secrets: journal.collection('secrets'),
    locations: journal.collection('locations'),
    executor,
    logger,
    nextId() {
      const count = counters.get('ids') ?? 0;
      counters.set('ids', count + 1);
      return String(firstId + 2n * BigInt(count));
    },
    [Symbol.dispose]: () => journal[Symbol.dispose](),
  };
}
