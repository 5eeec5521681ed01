import { entriesAt, flagAt, textAt, toPlain } from '../../project/config-node.ts';
import { withTextValues } from '../../project/text-values.ts';
import { profileText } from '../compute-profile.ts';
import { judgePipeline, pipelineNamed, type Pipeline } from '../pipeline-resource.ts';
import { pipelineScript } from '../pipeline-script.ts';
import { readTaskFile } from '../task-file.ts';
import type { PreparedTask, TaskKind, TaskPlace } from '../task-kind.ts';
import { pipelineProfile } from './pipeline-profile.ts';
import { pythonPipeline } from './python-pipeline.ts';
import { pipelineSource } from './pipeline-source.ts';
import { runPlaced } from './placed-script.ts';
import { refuse } from './refuse.ts';
import { scriptOutcome } from './script-outcome.ts';

/** An update of a Lakeflow pipeline of the bundle. */
export const pipelineTask: TaskKind = (place) => {
  const written = textAt(place.task.body, 'pipeline_id');
  const named = pipelineNamed(place.job, written);
  if (!named) return refuse(`the pipeline ${written ?? '(none)'} is none of this bundle, and is not emulated`);
  const pipeline = judgePipeline(place, ...named);
  if ('runs' in pipeline) return pipeline;
  if (!pipeline.isSql || pipeline.needsSpark) return pythonPipeline(place, pipeline);
  return {
    runs: 'here',
    reason: '',
    sqlFiles: pipeline.files,
    textValues: configurationOf(pipeline),
    prepare: () => prepare(place, pipeline),
  };
};

function configurationOf({ node }: Pipeline): Readonly<Record<string, string>> {
  return Object.fromEntries(entriesAt(node, 'configuration').map(([name, { value }]) => [name, textAt(value) ?? '']));
}

async function prepare(place: TaskPlace, pipeline: Pipeline): Promise<PreparedTask> {
  const { files, catalog, schema, node } = pipeline;
  const read = await Promise.all(files.map((file) => readTaskFile(place, file)));
  // The parser is large, and only pipelines need it here.
  const { createDialect } = await import('../../sql/dialect.ts');
  const configuration = configurationOf(pipeline);
  const sources = read.map(({ file, bytes }) => {
    const source = pipelineSource(file, bytes.toString('utf8'));
    return { ...source, text: withTextValues(source.text, configuration) };
  });
  const script = pipelineScript(sources, { catalog, schema }, await createDialect());
  const profile = pipelineProfile(pipeline);
  const fullRefresh = flagAt(place.task.body, 'full_refresh');
  return {
    files: read.map(({ file, sha256 }) => ({ file, sha256 })),
    profile: profileText(profile),
    fingerprint: { profile: { ...profile }, pipeline: toPlain(node), fullRefresh },
    run: async (context) => {
      const { parameters } = context;
      return scriptOutcome(await runPlaced(context, script, { parameters, profile, catalog, schema, fullRefresh }));
    },
  };
}
