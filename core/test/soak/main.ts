import { parseArgs } from 'node:util';
import { soak } from './soak.ts';

const { values } = parseArgs({ options: { seed: { type: 'string' }, mutations: { type: 'string' } } });
const seed = Number(values.seed ?? Math.floor(Math.random() * 1e9));
const mutations = Number(values.mutations ?? 1000);
process.stdout.write(`seed ${seed}, ${mutations} mutations\n`);
const result = await soak({ seed, mutations, report: (line) => process.stdout.write(`${line}\n`) });
process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
process.exitCode = result.failures.length > 0 ? 1 : 0;
