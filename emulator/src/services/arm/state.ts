import type { EmulatorIdentity } from '../../kit/identity.ts';
import type { EmulatorLogger } from '../../kit/service.ts';
import type { PipelineExecutor, WorkspaceFile } from '../../kit/executors.ts';
import { type Collection, openJournal } from '../control/journal.ts';
import type { FactoryObject, PipelineRun } from './datafactory/records.ts';

/** What the emulated subscription keeps, all of it on disk. */
export interface ArmState extends Disposable {
  readonly names: EmulatorIdentity['arm'];
  /** By the names of the resource in lower case: `<factory>`, `<factory>/<kind>/<name>`. */
  readonly factories: Collection<FactoryObject>;
  readonly objects: Collection<FactoryObject>;
  readonly runs: Collection<PipelineRun>;
  readonly executor: PipelineExecutor | undefined;
  /** The files of the Databricks workspace beside the factories. */
  readonly workspace: () => readonly WorkspaceFile[];
  readonly logger: EmulatorLogger;
}

export interface ArmOptions {
  readonly folder: string;
  readonly names: EmulatorIdentity['arm'];
  readonly executor: PipelineExecutor | undefined;
  readonly workspace: () => readonly WorkspaceFile[];
  readonly logger: EmulatorLogger;
}

export function openArmState({ folder, names, executor, workspace, logger }: ArmOptions): ArmState {
  const journal = openJournal(`${folder}/journal.jsonl`);
  return {
    names,
    factories: journal.collection('factories'),
    objects: journal.collection('objects'),
    runs: journal.collection('runs'),
    executor,
    workspace,
    logger,
    [Symbol.dispose]: () => journal[Symbol.dispose](),
  };
}
