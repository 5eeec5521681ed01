import { ExpectedError } from '../../base/expected-error.ts';
import { flagAt, textAt, toPlain } from '../../project/config-node.ts';
import { notebookCells } from '../../project/notebook-cells.ts';
import { notebookScript } from '../../project/notebook-script.ts';
import type { ComputeProfile } from '../../sql/contract.ts';
import { profileText } from '../compute-profile.ts';
import { judgePipeline, pipelineNamed, type SqlPipeline } from '../pipeline-resource.ts';
import { type PipelineSource, pipelineScript } from '../pipeline-script.ts';
import { readTaskFile } from '../task-file.ts';
import type { PreparedTask, TaskKind, TaskPlace } from '../task-kind.ts';
import { runPlaced } from './placed-script.ts';
import { refuse } from './refuse.ts';
import { scriptOutcome } from './script-outcome.ts';

/** An update of a Lakeflow pipeline of the bundle whose sources are SQL. */
export const pipelineTask: TaskKind = (place) => {
  const written = textAt(place.task.body, 'pipeline_id');
  const named = pipelineNamed(place.job, written);
  if (!named) return refuse(`the pipeline ${written ?? '(none)'} is none of this bundle, and is not emulated`);
  if (flagAt(place.task.body, 'full_refresh')) return refuse('full_refresh of a pipeline is not emulated');
  const pipeline = judgePipeline(place, ...named);
  if ('runs' in pipeline) return pipeline;
  return {
    runs: 'here',
    reason: '',
    sqlFiles: pipeline.files,
    prepare: () => prepare(place, pipeline),
  };
};

async function prepare(place: TaskPlace, pipeline: SqlPipeline): Promise<PreparedTask> {
  const { files, catalog, schema, node } = pipeline;
  const read = await Promise.all(files.map((file) => readTaskFile(place, file)));
  // The parser is large, and only pipelines need it here.
  const { createDialect } = await import('../../sql/dialect.ts');
  const sources = read.map(({ file, bytes }) => sourceOf(file, bytes.toString('utf8')));
  const script = pipelineScript(sources, { catalog, schema }, await createDialect());
  const profile = profileOf(pipeline);
  return {
    files: read.map(({ file, sha256 }) => ({ file, sha256 })),
    profile: profileText(profile),
    fingerprint: { profile: { ...profile }, pipeline: toPlain(node) },
    run: async (context) =>
      scriptOutcome(await runPlaced(context, script, { parameters: context.parameters, profile, catalog, schema })),
  };
}

function sourceOf(file: string, text: string): PipelineSource {
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

/** Pipelines on the current channel run on a runtime that has ANSI on; their configuration may set it otherwise. */
function profileOf({ node }: SqlPipeline): ComputeProfile {
  const setting = textAt(node, 'configuration', 'spark.sql.ansi.enabled');
  if (setting === undefined) return { ansi: true, timeZone: 'Etc/UTC', decidedBy: "the pipeline's current channel" };
  return { ansi: setting === 'true', timeZone: 'Etc/UTC', decidedBy: 'spark.sql.ansi.enabled of the pipeline' };
}
