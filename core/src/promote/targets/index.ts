import { jobTarget } from './databricks/job.ts';
import { jobPermissionsTarget } from './databricks/job-permissions.ts';
import { schemaTarget } from './databricks/schema.ts';
import { volumeTarget } from './databricks/volume.ts';
import { workspaceFileTarget } from './databricks/workspace-file.ts';
import { datasetTarget } from './datafactory/dataset.ts';
import { globalParametersTarget } from './datafactory/global-parameters.ts';
import { linkedServiceTarget } from './datafactory/linked-service.ts';
import { pipelineTarget } from './datafactory/pipeline.ts';
import { triggerTarget } from './datafactory/trigger.ts';
import type { PromotionTarget } from './target.ts';

/** What can be promoted, in the order in which it is applied: each stands on those before it. Deleted is in the reverse order. */
export const targets: readonly PromotionTarget[] = [
  workspaceFileTarget,
  schemaTarget,
  volumeTarget,
  jobTarget,
  jobPermissionsTarget,
  globalParametersTarget,
  linkedServiceTarget,
  datasetTarget,
  pipelineTarget,
  triggerTarget,
];
