import { textOf } from './bridge-fields.ts';
import type { BridgeOperations, BridgeRequest } from './bridge.ts';
import type { SqlDefinitions } from './pipeline-datasets.ts';

/** An update of a pipeline with sources in Python; files are absolute. */
export interface PipelineProgram {
  readonly kind: 'pipeline';
  /** A file in the folder that relative paths start from. */
  readonly file: string;
  /** In their order: Python, notebooks among it, or what a file of SQL defines. */
  readonly sources: readonly ({ readonly file: string } & Partial<SqlDefinitions>)[];
  readonly catalog: string;
  readonly schema: string;
  readonly configuration: Readonly<Record<string, string>>;
  readonly fullRefresh: boolean;
  /** The folder of what the pipeline keeps from update to update: checkpoints, inferred schemas, private tables. */
  readonly state: string;
}

/** How many rows met an expectation; `dropped` counts what all of the dataset's expectations together turned away. */
export interface ExpectationCount {
  /** `catalog.schema.table`, or the view that expects it. */
  readonly dataset: string;
  readonly name: string;
  readonly action: 'warn' | 'drop' | 'fail';
  readonly passed: number;
  readonly failed: number;
}

/** A dataset that was brought up to date. */
export interface DatasetDone {
  readonly dataset: string;
  readonly kind: string;
  readonly seconds: number;
  readonly line: number;
  readonly expectations: readonly ExpectationCount[];
}

/** Collects what an update tells of its datasets, in their order. */
export function datasetOperations(done: DatasetDone[]): BridgeOperations {
  return {
    'dataset-done': (request) => {
      done.push({
        dataset: textOf(request, 'dataset'),
        kind: textOf(request, 'kind'),
        seconds: Number(request['seconds']),
        line: Number(request['line']),
        expectations: (request['expectations'] as readonly BridgeRequest[]).map(expectationOf),
      });
    },
  };
}

function expectationOf(told: BridgeRequest): ExpectationCount {
  return {
    dataset: textOf(told, 'dataset'),
    name: textOf(told, 'name'),
    action: textOf(told, 'action') as ExpectationCount['action'],
    passed: Number(told['passed']),
    failed: Number(told['failed']),
  };
}
