import assert from 'node:assert/strict';
import type { RunRecord } from '@medallion/core/jobs/run.generated.ts';
import { namesHint } from '../src/undeclared-names.ts';

const after = (message: string): string =>
  namesHint({
    job: 'daily',
    tasks: [{ key: 'a', error: { code: 'python.task-failed', message, nextStep: '' } }],
  } as unknown as RunRecord).join();

/** What a failed task says, and what is told to do. Spark's words are those of its 4.0. */
const hints: readonly (readonly [message: string, hint: RegExp])[] = [
  ['There is no schema shop.bronze.', /medallion run daily --make <catalog>\.<schema>$/],
  ['AnalysisException: [SCHEMA_NOT_FOUND] The schema `silver` cannot be found.', /--make/],
  ["AnalysisException: Couldn't find a catalog to handle the identifier shop.bronze.a.", /--make/],
  [
    '[TABLE_OR_VIEW_NOT_FOUND] The table or view `samples`.`nyctaxi`.`trips` cannot be found.',
    /--make samples\.nyctaxi "CREATE TABLE samples\.nyctaxi\.trips/,
  ],
  [
    "Couldn't find a catalog to handle the identifier samples.nyctaxi.trips.",
    /--make samples\.nyctaxi "CREATE TABLE samples\.nyctaxi\.trips/,
  ],
  ['[TABLE_OR_VIEW_NOT_FOUND] The table or view `shop`.`a`.`samples` cannot be found.', /^$/],
  ['There is no table shop.bronze.a.', /^$/],
];

describe('what run tells to do where a name is missing', () => {
  for (const [message, hint] of hints) it(message, () => assert.match(after(message), hint));
});
