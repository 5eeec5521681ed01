import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { ExpectedError } from '../../base/expected-error.ts';
import { textAt } from '../../project/config-node.ts';
import { notebookScript, type NoScript } from '../../project/notebook-script.ts';
import { withTextValues } from '../../project/text-values.ts';
import { profileText, warehouseProfile } from '../compute-profile.ts';
import type { PreparedTask, RunnableTask, TaskPlace, TaskRefusal } from '../task-kind.ts';
import { clusterProfile } from './cluster-profile.ts';
import { runPlaced } from './placed-script.ts';
import { refuse } from './refuse.ts';
import { scriptOutcome } from './script-outcome.ts';

/** A notebook whose cells are all SQL runs on the engine. Undefined for one that holds another language. */
export function sqlNotebook(place: TaskPlace, file: string): RunnableTask | TaskRefusal | undefined {
  const script = notebookScript(file, (one) => readText(place.root, one));
  if ('problem' in script) return script.problem === 'otherLanguage' ? undefined : refusal(script);
  return { runs: 'here', reason: '', sqlFiles: script.files, prepare: () => Promise.resolve(prepare(place, file)) };
}

const reasons: Readonly<Record<NoScript['problem'], (detail: string) => string>> = {
  noNotebook: (detail) => `${detail} is no notebook: it does not begin with "Databricks notebook source"`,
  otherLanguage: (detail) => `it holds a cell in ${detail}`,
  missingFile: (detail) => `the notebook ${detail}, which it runs, does not exist`,
  runsItself: (detail) => `it runs the notebook ${detail}, which runs it again`,
  runParameters: (detail) => `%run ${detail} hands over parameters, which is not emulated`,
};

function refusal({ problem, detail, range }: NoScript): TaskRefusal {
  const code = problem === 'missingFile' ? 'jobs.missing-file' : 'jobs.task-not-emulated';
  return { ...refuse(reasons[problem](detail)), code, range };
}

function readText(root: string, file: string): string | undefined {
  const path = join(root, file);
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(path, 'utf8') : undefined;
}

/** Reads the files again, once: they may have changed since they were judged. */
function prepare(place: TaskPlace, file: string): PreparedTask {
  const texts = new Map<string, string | undefined>();
  const script = notebookScript(file, (one) => {
    if (!texts.has(one)) texts.set(one, readText(place.root, one));
    return texts.get(one);
  });
  if ('problem' in script) {
    const { code, reason, range } = refusal(script);
    throw new ExpectedError({ code, message: reason, nextStep: 'Correct the notebook, then run again.', range });
  }
  const onWarehouse = textAt(place.task.body, 'warehouse_id') !== undefined;
  const profile = onWarehouse ? warehouseProfile : clusterProfile(place);
  return {
    files: script.files.map((one) => ({ file: one, sha256: sha256(texts.get(one) ?? '') })),
    profile: profileText(profile),
    fingerprint: { ...profile },
    run: async (context) => {
      const parameters = { ...Object.fromEntries(script.defaults), ...context.parameters };
      // `${name}` is there in notebooks on clusters alone.
      const text = onWarehouse ? script.text : withTextValues(script.text, parameters);
      return scriptOutcome(await runPlaced(context, { ...script, text }, { parameters, profile }));
    },
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
