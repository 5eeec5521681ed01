import type { BridgeOperations } from './bridge.ts';
import { textOf } from './bridge-fields.ts';

/** What a program reports by `mlflow.log_metric`; the last value of a name counts. */
export function metricOperations(metrics: Map<string, number>): BridgeOperations {
  return {
    metric: (request) => {
      metrics.set(textOf(request, 'name'), Number(request['value']));
    },
  };
}
