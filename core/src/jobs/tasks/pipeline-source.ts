import { ExpectedError } from '../../base/expected-error.ts';
import { notebookCells } from '../../project/notebook-cells.ts';
import { notebookScript } from '../../project/notebook-script.ts';
import type { PipelineSource } from '../pipeline-script.ts';

/** A source of SQL: a file, or a notebook of SQL alone. @throws ExpectedError `jobs.task-not-emulated` */
export function pipelineSource(file: string, text: string): PipelineSource {
  if (!notebookCells(file, text)) {
    return { file, text, places: text.split('\n').map((_line, index) => ({ file, line: index + 1 })) };
  }
  const script = notebookScript(file, (one) => (one === file ? text : undefined));
  if (!('problem' in script)) return { file, ...script };
  throw new ExpectedError({
    code: 'jobs.task-not-emulated',
    message: `the notebook ${file} of the pipeline is not SQL alone`,
    nextStep: 'Run this pipeline on Databricks.',
    range: script.range,
  });
}
