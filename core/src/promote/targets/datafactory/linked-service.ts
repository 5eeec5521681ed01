import { factoryTarget } from './factory-object.ts';

export const linkedServiceTarget = factoryTarget('linkedService', 'linkedservices');
