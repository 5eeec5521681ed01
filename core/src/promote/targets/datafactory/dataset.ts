import { factoryTarget } from './factory-object.ts';

export const datasetTarget = factoryTarget('dataset', 'datasets');
