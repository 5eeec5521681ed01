import { factoryTarget } from './factory-object.ts';

export const pipelineTarget = factoryTarget('pipeline', 'pipelines');
