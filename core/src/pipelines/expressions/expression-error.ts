import { ExpectedError } from '../../base/expected-error.ts';

export function expressionError(source: string, problem: string): ExpectedError {
  return new ExpectedError({
    code: 'pipelines.expression',
    message: `The expression ${JSON.stringify(source)}: ${problem}.`,
    nextStep: 'Correct the expression in the pipeline, dataset or linked service that holds it.',
  });
}
