import { textAt } from '../../project/config-node.ts';
import type { ComputeProfile } from '../../sql/contract.ts';
import type { Pipeline } from '../pipeline-resource.ts';

/** Pipelines on the current channel run on a runtime that has ANSI on; their configuration may set it otherwise. */
export function pipelineProfile({ node }: Pick<Pipeline, 'node'>): ComputeProfile {
  const setting = textAt(node, 'configuration', 'spark.sql.ansi.enabled');
  if (setting === undefined) return { ansi: true, timeZone: 'Etc/UTC', decidedBy: "the pipeline's current channel" };
  return { ansi: setting === 'true', timeZone: 'Etc/UTC', decidedBy: 'spark.sql.ansi.enabled of the pipeline' };
}
